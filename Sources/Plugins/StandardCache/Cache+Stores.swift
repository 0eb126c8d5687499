internal import PluginKit
internal import Redis

extension Cache.Options {
    /// Creates the store that the options select.
    ///
    /// Does not open a file or connect to a server: the first call does.
    ///
    /// - Throws: A problem with the options, at the option that causes it.
    func makeStore(in context: StageContext) throws(Diagnostic) -> any CacheStore {
        switch store {
        case .memory: return memory
        case .disk: return try disk(in: context)
        case .redis: return try redis(in: context)
        case .tiered:
            switch secondStore {
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
                hint: "name a file, or remove 'path': the default is '\(Cache.fileName)' in the state folder"
            )
        }
        guard let path = path?.path ?? context.stateFolder.map({ Cache.path(in: $0, for: context.run) }) else {
            throw Diagnostic(
                "cache.folder",
                message: "this run has no state folder, so the cache has no file",
                category: .usage,
                at: $store,
                hint: "write path = \"\(Cache.fileName)\""
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
                message: "the URL of the cache's Redis server is missing",
                category: .usage,
                at: store == .redis ? $store : $secondStore,
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

    /// How to delete a cached failure.
    func remedy(in pipeline: String) -> String {
        switch (store, secondStore) {
        case (.memory, _): return "another run makes the call again"
        case (.redis, _), (.tiered, .redis):
            return "'sprocket cache clear --all --redis URL --prefix \(prefix)' deletes it"
        case (.disk, _), (.tiered, .disk):
            let file = path.map { " --file \($0)" } ?? ""
            return "'sprocket cache clear \(pipeline)\(file)' deletes it"
        }
    }

    /// Identifies the store: layers share answers only if this is equal.
    var storeIdentity: String {
        "\(store.rawValue) \(policy.rawValue) \(maxEntries) \(maxSize.bytes) \(diskEntries) \(diskSize.bytes) \(compress) "
            + "\(path ?? "") \(secondStore.rawValue) \(url.map { CacheKey($0.revealed).text } ?? "") \(prefix) \(maxAnswer.bytes) "
            + "\(connectTimeout) \(timeout)"
    }
}

extension Cache {
    /// The name of the file in the state folder.
    package static let fileName = "cache.db"

    /// The file in the state folder if the options name none; each part of a divided run has its own: parts run on
    /// several machines that share the folder, and never make the same calls.
    static func path(in folder: String, for run: RunIdentity) -> String {
        guard run.partition != nil else { return "\(folder)/\(fileName)" }
        return "\(folder)/\(partFolder)/\(FileSystem.plainName(of: run.key))\(DiskFormat.partEnd)"
    }

    /// The files of parts in the state folder.
    package static func partPaths(in folder: String) -> [String] {
        let parts = "\(folder)/\(partFolder)"
        let names = (try? FileSystem.names(in: parts)) ?? []
        return names.filter { $0.hasSuffix(DiskFormat.partEnd) }.map { "\(parts)/\($0)" }
    }

    private static let partFolder = "parts"
}
