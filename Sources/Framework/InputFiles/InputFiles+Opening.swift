internal import PluginKit

extension InputFiles {
    /// Opens a file.
    ///
    /// - Parameters:
    ///   - entry: One of the entries.
    ///   - offset: Where to begin, in the unpacked bytes. Before that, a packed file is unpacked in vain.
    /// - Returns: The bytes from there on.
    /// - Throws: `file.missing` and the like; `file.packed` for an archive; `zstd.unavailable`; `http.*`;
    ///   `StageFailure.sourceChanged`.
    public func open(_ entry: InputFileEntry, at offset: Int = 0) async throws -> InputBytes {
        let store = try await store(of: entry)
        let packing = try Packing(try await Self.beginning(of: store), of: entry.name)
        if let finding = packing.finding(of: entry.name), known.named.withLock({ $0.insert(entry.name).inserted }) {
            context.log.say(finding)
        }
        guard packing != .none else {
            return InputBytes(PlainBytes(store, at: offset), of: entry, packing: packing, at: offset)
        }
        known.packed.withLock { _ = $0.insert(entry.name) }
        // A member that has been appended is unpacked without those before it.
        let start = entry.start.flatMap { $0.offset <= offset ? $0 : nil }
        let unpacker = try Unpacker(packing, of: entry, at: start?.stored ?? 0)
        let blocks: any BlockSource =
            if let file = store.file, (entry.size ?? 0) - (start?.stored ?? 0) >= Self.unpackedAhead {
                UnpackingAhead(unpacker, of: file)
            } else {
                UnpackingOnDemand(unpacker, of: store)
            }
        let bytes = InputBytes(UnpackedBytes(blocks), of: entry, packing: packing, at: start?.offset ?? 0)
        try await bytes.skip(to: offset)
        return bytes
    }

    /// The first bytes, which a program may write one by one.
    static func beginning(of store: any ByteStore) async throws -> [UInt8] {
        var beginning: [UInt8] = []
        while beginning.count < Packing.prefixLength {
            let more = try await store.chunk(at: beginning.count, atMost: Packing.prefixLength - beginning.count)
            guard !more.isEmpty else { break }
            beginning += more
        }
        return beginning
    }

    /// From how many packed bytes on a file is unpacked on a thread of its own.
    private static let unpackedAhead = 256 << 10

    private func store(of entry: InputFileEntry) async throws -> any ByteStore {
        switch entry.store {
        case .file(let path), .spool(let path): return try FileStore(path, of: entry)
        case .address(let url): return try await store(of: url)
        case .standardInput: return try directInput()
        }
    }

    private var hasManyAddresses: Bool { patterns.count { $0.address != nil } > 1 }

    private func directInput() throws(Diagnostic) -> StreamStore {
        try input.refuseTerminal()
        context.log.say(
            Diagnostic(
                "input.not-resumable",
                message: "standard input is read without a copy, so this run cannot be resumed",
                category: .environment,
                at: .stage(context.stage, at: nil),
                severity: .note
            )
        )
        return input.direct.withLock { direct in
            let store = direct ?? StreamStore(input)
            direct = store
            return store
        }
    }

    /// What a web server has; its version is requested once.
    ///
    /// Bytes are held of the address that was opened last: a source may have many.
    func store(of url: HTTPURL) async throws -> WebStore {
        for (other, store) in known.stores.withLock({ $0 }) where other != url { store.rest() }
        if let store = known.stores.withLock({ $0[url] }) { return store }
        let store = try await WebStore(
            url,
            http: context.http,
            partSize: webPartSize,
            firstSize: hasManyAddresses ? min(webPartSize, WebStore.restSize) : webPartSize
        )
        return known.stores.withLock { stores in
            if let store = stores[url] { return store }
            stores[url] = store
            return store
        }
    }
}
