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
    /// How many stored bytes are read at once.
    static let chunkSize = 64 << 10

    private let stream: any PackedStream
    private let entry: InputFileEntry
    private let packing: Packing
    private var chunk: ArraySlice<UInt8> = []
    /// The offset of the stored byte after `chunk`.
    private var stored: Int
    private var hasAllInput = false
    private var mayHoldOutput = false

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
    /// - Throws: `file.damaged`, `file.cut-off`, with the offset in the stored bytes.
    func step() throws -> Step {
        var produced = 0
        var failure: Diagnostic?
        let block = [UInt8](unsafeUninitializedCapacity: Self.blockSize) { block, count in
            do throws(Diagnostic) {
                produced = try fill(UnsafeMutableRawBufferPointer(block))
            } catch {
                failure = error
            }
            count = produced
        }
        // What was unpacked before the damage comes first.
        if produced > 0 { return .block(block) }
        if let failure { throw failure }
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

    /// Unpacks into a block, until it is full or the stored bytes are used up.
    private func fill(_ block: UnsafeMutableRawBufferPointer) throws(Diagnostic) -> Int {
        var filled = 0
        while filled < block.count, !chunk.isEmpty || mayHoldOutput {
            let room = UnsafeMutableRawBufferPointer(rebasing: block[filled...])
            let (consumed, produced) = try unpack(into: room)
            chunk.removeFirst(consumed)
            filled += produced
            mayHoldOutput = produced == room.count
            if consumed == 0, produced == 0 { break }
        }
        return filled
    }

    private func unpack(
        into room: UnsafeMutableRawBufferPointer
    ) throws(Diagnostic) -> (consumed: Int, produced: Int) {
        var result: Result<(consumed: Int, produced: Int), PackedStreamDamage> = .success((0, 0))
        chunk.withUnsafeBytes { input in
            result = Result { () throws(PackedStreamDamage) in try stream.unpack(input, into: room) }
        }
        do {
            return try result.get()
        } catch {
            throw Diagnostic(
                "file.damaged",
                message: "the \(packing.rawValue) data is damaged near byte \((stored - chunk.count).inGroups): "
                    + error.words,
                category: .environment,
                at: .file(entry.name),
                hint: "the file is read up to there: fetch it again, or repair it"
            )
        }
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
