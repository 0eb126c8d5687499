internal import PluginKit

/// Unpacks a packed file block by block.
final class Unpacker {
    /// The result of one step.
    enum Step {
        /// The next unpacked bytes.
        case block([UInt8])
        /// It needs the stored bytes from this offset on.
        case needsInput(at: Int)
        /// There are no more.
        case end
    }

    /// The most unpacked bytes in a block: few enough for the allocator to use the memory again.
    static let blockSize = 64 << 10
    /// How many stored bytes are read together.
    static let chunkSize = 64 << 10

    private let stream: any PackedStream
    private let entry: InputFileEntry
    private let packing: Packing
    private var chunk: ArraySlice<UInt8> = []
    /// The offset of the stored byte after `chunk`.
    private var stored: Int
    private var hasAllInput = false
    private var mayHoldOutput = false
    /// What is wrong with the bytes before `chunk`.
    private var damage: String?

    /// Creates what unpacks a file from an offset in its stored bytes on, at which a member or frame begins.
    init(_ packing: Packing, of entry: InputFileEntry, at stored: Int) throws {
        switch packing {
        case .none: preconditionFailure("a file that is not packed is not unpacked")
        case .zstd: stream = try ZstandardStream()
        case .gzip:
            guard let gzip = GzipStream() else {
                throw Diagnostic(
                    "file.memory",
                    message: "there is not enough memory to unpack it",
                    category: .environment,
                    at: .file(entry.name)
                )
            }
            stream = gzip
        }
        self.packing = packing
        self.entry = entry
        self.stored = stored
    }

    /// Adds stored bytes; empty at the end of the file.
    func feed(_ bytes: [UInt8]) {
        chunk = bytes[...]
        stored += bytes.count
        hasAllInput = bytes.isEmpty
    }

    /// Unpacks the next block.
    ///
    /// What was unpacked before damage comes first.
    ///
    /// - Throws: `file.damaged`, `file.cut-off`, with the offset in the stored bytes.
    func step() throws(Diagnostic) -> Step {
        let block = [UInt8](unsafeUninitializedCapacity: Self.blockSize) { block, count in
            count = fill(UnsafeMutableRawBufferPointer(block))
        }
        if !block.isEmpty { return .block(block) }
        if let damage { throw damaged(damage) }
        guard hasAllInput else { return .needsInput(at: stored) }
        guard stream.isComplete else {
            throw Diagnostic(
                "file.cut-off",
                message: "the \(packing.rawValue) data ends in the middle, at byte \(stored.inGroups)",
                category: .environment,
                at: .file(entry.name),
                hint: "the file may not be complete: fetch it again"
            )
        }
        return .end
    }

    /// Unpacks into a block, until it is full, the stored bytes are used up, or they are damaged.
    private func fill(_ block: UnsafeMutableRawBufferPointer) -> Int {
        var filled = 0
        while filled < block.count, damage == nil, !chunk.isEmpty || mayHoldOutput {
            let room = UnsafeMutableRawBufferPointer(rebasing: block[filled...])
            let step = chunk.withUnsafeBytes { stream.unpack($0, into: room) }
            chunk.removeFirst(step.consumed)
            filled += step.produced
            damage = step.damage
            mayHoldOutput = step.produced == room.count
            if step.consumed == 0, step.produced == 0 { break }
        }
        return filled
    }

    private func damaged(_ words: String) -> Diagnostic {
        Diagnostic(
            "file.damaged",
            message: "the \(packing.rawValue) data is damaged near byte \((stored - chunk.count).inGroups): \(words)",
            category: .environment,
            at: .file(entry.name),
            hint: "the file is read up to there: fetch it again, or repair it"
        )
    }

    /// The next block of a file; nil at its end.
    func nextBlock(of file: FileStore) throws -> [UInt8]? {
        while true {
            switch try step() {
            case .block(let block): return block
            case .end: return nil
            case .needsInput(let offset):
                feed(try file.chunk(at: offset, atMost: Self.chunkSize))
            }
        }
    }
}
