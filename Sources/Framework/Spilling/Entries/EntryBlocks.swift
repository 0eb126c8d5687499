internal import Diagnostics
internal import PluginKit

/// Entries in a file, as blocks: a checksum in eight bytes, the length of the entries in four, and the entries.
enum EntryBlocks {
    /// The approximate size of a block in bytes.
    static let size = 64 << 10
    static let header = 12

    /// Fills blocks and appends them to a file.
    struct Writer {
        let file: SpillFile
        private var block: [UInt8]
        private let size: Int

        /// - Parameters:
        ///   - file: The file.
        ///   - size: The size at which a block is written.
        init(_ file: SpillFile, size: Int = EntryBlocks.size) {
            self.file = file
            self.size = size
            block = []
            block.reserveCapacity(size + size / 4)
            block.append(contentsOf: [UInt8](repeating: 0, count: header))
        }

        /// Whether no entry waits.
        var isEmpty: Bool { block.count == header }

        /// Whether the block has its size.
        var isFull: Bool { block.count >= size }

        /// Appends a whole entry.
        @inline(__always)
        mutating func append(_ entry: UnsafeBufferPointer<UInt8>) throws(Diagnostic) {
            block.append(contentsOf: entry)
            if block.count >= size { try flush() }
        }

        /// The size of the block so far.
        var count: Int { block.count }

        /// Appends an entry, without writing the block.
        mutating func append(_ key: Span<UInt8>, value: Span<UInt8>) {
            for part in [key.count, value.count] {
                for index in 0..<4 { block.append(UInt8(truncatingIfNeeded: part >> (8 * index))) }
            }
            key.withUnsafeBufferPointer { block.append(contentsOf: $0) }
            value.withUnsafeBufferPointer { block.append(contentsOf: $0) }
        }

        /// Writes the block.
        ///
        /// - Throws: `file.*`.
        mutating func flush() throws(Diagnostic) {
            guard !isEmpty else { return }
            let count = block.count - header
            for index in 0..<4 { block[8 + index] = UInt8(truncatingIfNeeded: count >> (8 * index)) }
            let sum = checksum(block.span.extracting(8..<block.count))
            for index in 0..<8 { block[index] = UInt8(truncatingIfNeeded: sum >> UInt64(8 * index)) }
            try file.append(block.span)
            block.removeLast(count)
        }
    }

    /// Reads a block.
    ///
    /// - Parameters:
    ///   - start: The start of the block; afterwards, that of the next one.
    ///   - file: The file.
    ///   - block: Its entries replace the contents, whose memory is reused.
    /// - Throws: `spill.damaged`, `file.*`.
    static func read(at start: inout Int, of file: SpillFile, into block: inout [UInt8]) throws(Diagnostic) {
        guard start + header <= file.count else { throw isDamaged(file) }
        let head = try file.read(start..<start + header)
        let sum = (0..<8).reduce(UInt64(0)) { $0 | UInt64(head[$1]) << UInt64(8 * $1) }
        let count = (0..<4).reduce(0) { $0 | Int(head[8 + $1]) << (8 * $1) }
        guard count > 0, start + header + count <= file.count else { throw isDamaged(file) }
        try file.read(start + 8..<start + header + count, into: &block)
        guard checksum(block.span) == sum else { throw isDamaged(file) }
        block.removeFirst(header - 8)
        start += header + count
    }

    static func isDamaged(_ file: SpillFile) -> Diagnostic {
        Diagnostic(
            "spill.damaged",
            message: "a file of a transform's memory has changed since it was written",
            category: .environment,
            at: .file(file.path),
            hint: "another program may have changed it, or the disk is failing; start again with --restart"
        )
    }

    /// Finds accidental changes; it is no protection against forgery.
    private static func checksum(_ bytes: Span<UInt8>) -> UInt64 {
        let words = bytes.bytes
        func word(_ place: Int) -> UInt64 { words.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self) }
        var (sum, place) = (UInt64(truncatingIfNeeded: bytes.count), 0)
        // Four sums, since each multiplication waits for the one before it.
        var (second, third, fourth) = (sum ^ 1, sum ^ 2, sum ^ 3)
        while place &+ 32 <= bytes.count {
            sum = KeyHash.mixed(sum ^ word(place)) &+ sum
            second = KeyHash.mixed(second ^ word(place &+ 8)) &+ second
            third = KeyHash.mixed(third ^ word(place &+ 16)) &+ third
            fourth = KeyHash.mixed(fourth ^ word(place &+ 24)) &+ fourth
            place &+= 32
        }
        for other in [second, third, fourth] { sum = KeyHash.mixed(sum ^ other) &+ sum }
        while place < bytes.count {
            sum = KeyHash.mixed(sum ^ UInt64(bytes[place])) &+ sum
            place &+= 1
        }
        return sum
    }
}
