internal import PluginKit

/// The unpacked bytes of a packed input.
///
/// A large file is unpacked ahead, on a thread of its own: the blocks that wait are as many as ``UnpackingAhead`` holds.
final class UnpackedBytes: SequentialBytes {
    private let blocks: any BlockSource
    /// What of the present block was not read yet.
    private let rest = Locked<ArraySlice<UInt8>>([])

    init(_ blocks: any BlockSource) { self.blocks = blocks }

    func read(into buffer: UnsafeMutableRawBufferPointer) async throws -> Int {
        guard let rest = try await current() else { return 0 }
        let count = min(rest.count, buffer.count)
        rest.prefix(count).withUnsafeBytes { buffer.copyMemory(from: $0) }
        pass(count, of: rest)
        return count
    }

    func skip(_ count: Int) async throws -> Int {
        var skipped = 0
        while skipped < count, let rest = try await current() {
            try Task.checkCancellation()
            let part = min(rest.count, count - skipped)
            pass(part, of: rest)
            skipped += part
        }
        return skipped
    }

    /// What is left of the present block, or the next one; nil at the end.
    private func current() async throws -> ArraySlice<UInt8>? {
        let rest = self.rest.withLock { $0 }
        if !rest.isEmpty { return rest }
        return try await blocks.next().map { $0[...] }
    }

    private func pass(_ count: Int, of rest: ArraySlice<UInt8>) {
        self.rest.withLock { $0 = rest.dropFirst(count) }
    }
}

/// Where unpacked blocks come from.
protocol BlockSource: Sendable {
    /// The next block, not empty; nil at the end.
    func next() async throws -> [UInt8]?
}

/// Unpacks a block when it is asked for.
struct UnpackingOnDemand: BlockSource {
    private let unpacker: Locked<Unpacker>
    private let store: any ByteStore

    init(_ unpacker: consuming sending Unpacker, of store: any ByteStore) {
        self.unpacker = Locked(unpacker)
        self.store = store
    }

    func next() async throws -> [UInt8]? {
        if let file = store.file { return try unpacker.withLock { try $0.nextBlock(of: file) } }
        while true {
            switch try unpacker.withLock({ try $0.step() }) {
            case .block(let block): return block
            case .end: return nil
            case .needsInput(let offset):
                let bytes = try await store.chunk(at: offset, atMost: Unpacker.chunkSize)
                unpacker.withLock { $0.feed(bytes) }
            }
        }
    }
}
