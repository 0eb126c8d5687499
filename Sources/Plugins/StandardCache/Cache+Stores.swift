internal import PluginKit
internal import Redis

extension Cache.Options {
    /// Makes the store that they ask for.
    ///
    /// Nothing is opened and nobody asked: that is for the first call.
    ///
    /// - Throws: what the store cannot do, at the option that asks for it.
    func makeStore(in context: StageContext) throws(Diagnostic) -> any CacheStore {
        switch store {
        case .memory: return memory
        case .disk: return try disk(in: context)
        case .redis: return try redis(in: context)
        case .tiered:
            switch behind {
            case .disk: return TieredCache(memory, over: try disk(in: context))
            case .redis: return TieredCache(memory, over: try redis(in: context))
            }
        }
    }

    private var memory: MemoryCache { MemoryCache(policy, entryLimit: maxEntries, byteLimit: maxSize.bytes) }

    private func disk(in context: StageContext) throws(Diagnostic) -> DiskCache {
        if let path, path.path.isEmpty {
            throw Diagnostic(
                "cache.path",
                message: "the path of the cache is empty",
                category: .usage,
                at: $path,
                hint: "name a file, or leave 'path' out: then it is '\(Cache.fileName)' beside the state of runs"
            )
        }
        guard let path = path?.path ?? context.stateFolder.map({ Cache.path(in: $0, for: context.run) }) else {
            throw Diagnostic(
                "cache.folder",
                message: "nothing outlives this run, so the cache has no file",
                category: .usage,
                at: $store,
                hint: "say path = \"\(Cache.fileName)\""
            )
        }
        return DiskCache(
            path,
            policy: policy,
            entryLimit: diskEntries,
            byteLimit: diskSize.bytes,
            packs: compress
        )
    }

    private func redis(in context: StageContext) throws(Diagnostic) -> RedisCache {
        guard let url else {
            throw Diagnostic(
                "cache.url",
                message: "the cache does not know where its Redis server is",
                category: .usage,
                at: store == .redis ? $store : $behind,
                hint: "write url = \"redis://localhost:6379\""
            )
        }
        return RedisCache(
            RedisClient(
                try RedisAddress(url, at: $url),
                limits: RedisLimits(
                    connect: connectTimeout,
                    command: timeout,
                    largestAnswer: 2 * maxAnswer.bytes + 65_536
                )
            ),
            prefix: prefix,
            largest: maxAnswer.bytes,
            packs: compress
        )
    }

    /// How a failure that is remembered is forgotten.
    func remedy(in pipeline: String) -> String {
        switch (store, behind) {
        case (.memory, _): return "another run asks again"
        case (.redis, _), (.tiered, .redis):
            return "'sprocket cache clear --all --redis URL --prefix \(prefix)' has it forgotten"
        case (.disk, _), (.tiered, .disk):
            let file = path.map { " --file \($0)" } ?? ""
            return "'sprocket cache clear \(pipeline)\(file)' has it forgotten"
        }
    }

    /// What layers have to agree on to keep their answers together.
    var storeIdentity: String {
        "\(store.rawValue) \(policy.rawValue) \(maxEntries) \(maxSize.bytes) \(diskEntries) \(diskSize.bytes) \(compress) "
            + "\(path ?? "") \(behind.rawValue) \(url.map { CacheKey($0.revealed).text } ?? "") \(prefix) \(maxAnswer.bytes) "
            + "\(connectTimeout) \(timeout)"
    }
}

extension Cache {
    /// What the file is called in the state's folder.
    package static let fileName = "cache.db"

    /// The file in the state's folder, where a pipeline names none: each part of a divided run has its own, since parts run
    /// on several machines that share the folder, and none asks what another one has asked.
    static func path(in folder: String, for run: RunIdentity) -> String {
        guard run.partition != nil else { return "\(folder)/\(fileName)" }
        return "\(folder)/\(partFolder)/\(FileSystem.plainName(of: run.key))\(DiskFormat.partEnd)"
    }

    /// The files of parts in the state's folder.
    package static func partPaths(in folder: String) -> [String] {
        let parts = "\(folder)/\(partFolder)"
        let names = (try? FileSystem.names(in: parts)) ?? []
        return names.filter { $0.hasSuffix(DiskFormat.partEnd) }.map { "\(parts)/\($0)" }
    }

    private static let partFolder = "parts"
}
