public import Diagnostics

/// Writes a ZIP archive, entry after entry, with bounded memory.
///
///     var writer = ZIPWriter()
///     try writer.begin("plays.json")
///     try writer.write(bytes.span)
///     try writer.end()
///     let archive = try writer.finish()
///
/// Entries that are written in pieces have a data descriptor (APPNOTE 4.3.9); those added whole do not. ZIP64 records
/// are written if sizes, offsets or the number of entries need them. All times are 1980-01-01 00:00, so that the same
/// content gives the same archive.
public struct ZIPWriter: ~Copyable {
    /// How an entry is compressed.
    public enum Method: Sendable, Hashable {
        /// Not compressed.
        case stored
        /// Deflate, at a level from 1 (fast) to 9 (small).
        case deflate(level: Int = 6)
    }

    private let sink: ((Span<UInt8>) throws(Diagnostic) -> Void)?
    /// Bytes that were not passed on yet.
    private var output: [UInt8] = []
    private var handedOut = 0
    private var written: [ZIPWrittenEntry] = []
    private var current: ZIPWrittenEntry?
    private var crc = CRC32()
    private var deflater: Deflater?

    /// A writer that keeps the archive in memory until `finish` returns it.
    public init() { sink = nil }

    /// A writer that passes on the archive in pieces, in order.
    ///
    /// - Parameter sink: Receives the next bytes of the archive: about 64 KiB, or as many as were written in one call.
    public init(handingTo sink: @escaping (Span<UInt8>) throws(Diagnostic) -> Void) { self.sink = sink }

    /// Begins an entry.
    ///
    /// - Parameters:
    ///   - name: Its path in the archive, with `/` as the separator; that of a folder ends in `/`. At most 65,535
    ///     bytes.
    ///   - method: How to compress it.
    ///   - size: The number of bytes that will be written, if known. Required for entries of 4 GiB and more.
    /// - Throws: What the sink throws.
    /// - Precondition: No entry is open, and the name is not too long.
    public mutating func begin(
        _ name: String,
        method: Method = .deflate(),
        size: Int? = nil
    ) throws(Diagnostic) {
        precondition(current == nil, "the entry before '\(name)' has not ended")
        // Compression may expand an entry by a few bytes in a thousand.
        let isLarge = (size ?? 0) > 0xFF00_0000
        let entry = ZIPWrittenEntry(name, method: method, offset: offset, hasDescriptor: true, isLarge: isLarge)
        if case .deflate(let level) = method { deflater = try Self.deflater(level) }
        entry.appendLocalHeader(to: &output)
        crc = CRC32()
        current = entry
        try flush(above: Self.pieceSize)
    }

    /// Writes the next bytes of the open entry.
    ///
    /// - Throws: `zip.too-large` if an entry of unannounced size reaches 4 GiB; and what the sink throws.
    /// - Precondition: An entry is open.
    public mutating func write(_ bytes: Span<UInt8>) throws(Diagnostic) {
        guard var entry = current else { preconditionFailure("bytes outside of an entry") }
        crc.update(bytes)
        entry.uncompressedSize += bytes.count
        if case .deflate = entry.method {
            entry.compressedSize +=
                bytes.withUnsafeBytes { deflater?.deflate($0, isLast: false, to: &output) } ?? 0
        } else {
            entry.compressedSize += bytes.count
            try store(bytes)
        }
        guard entry.isLarge || max(entry.uncompressedSize, entry.compressedSize) < 0xFFFF_FFFF else {
            throw .zip(
                "zip.too-large",
                message: "the entry has 4 GiB or more, and its size was not announced",
                in: "archive",
                entry: entry.name,
                hint: "give the size when the entry begins"
            )
        }
        current = entry
        try flush(above: Self.pieceSize)
    }

    /// Ends the open entry.
    ///
    /// - Throws: What the sink throws.
    /// - Precondition: An entry is open.
    public mutating func end() throws(Diagnostic) {
        guard var entry = current else { preconditionFailure("no entry is open") }
        if case .deflate = entry.method {
            let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
            entry.compressedSize += deflater?.deflate(nothing, isLast: true, to: &output) ?? 0
            deflater = nil
        }
        entry.crc32 = crc.value
        entry.appendDescriptor(to: &output)
        written.append(entry)
        current = nil
        try flush(above: Self.pieceSize)
    }

    /// Adds a complete entry; its sizes are then in its header.
    ///
    /// - Parameters:
    ///   - name: Its path in the archive, with `/` as the separator; that of a folder ends in `/`. At most 65,535
    ///     bytes.
    ///   - content: Its uncompressed bytes.
    ///   - method: How to compress it.
    /// - Throws: What the sink throws.
    /// - Precondition: No entry is open, and the name is not too long.
    public mutating func add(
        _ name: String,
        content: [UInt8],
        method: Method = .deflate()
    ) throws(Diagnostic) {
        precondition(current == nil, "the entry before '\(name)' has not ended")
        let isLarge = content.count > 0xFF00_0000
        var entry = ZIPWrittenEntry(name, method: method, offset: offset, hasDescriptor: false, isLarge: isLarge)
        var packed = content
        if case .deflate(let level) = method {
            packed = []
            var deflater = try Self.deflater(level)
            content.withUnsafeBytes { _ = deflater.deflate($0, isLast: true, to: &packed) }
        }
        entry.crc32 = CRC32(of: content).value
        entry.uncompressedSize = content.count
        entry.compressedSize = packed.count
        entry.appendLocalHeader(to: &output)
        output += packed
        written.append(entry)
        try flush(above: Self.pieceSize)
    }

    /// Writes the table of contents and ends the archive.
    ///
    /// - Returns: The archive; empty if it was passed to a sink.
    /// - Throws: What the sink throws.
    /// - Precondition: No entry is open.
    public consuming func finish() throws(Diagnostic) -> [UInt8] {
        precondition(current == nil, "the last entry has not ended")
        let start = offset
        for entry in written {
            entry.appendDirectoryHeader(to: &output)
            try flush(above: Self.pieceSize)
        }
        ZIPWrittenEntry.appendEnd(entries: written.count, directoryOffset: start, size: offset - start, to: &output)
        try flush(above: 0)
        return output
    }

    private static let pieceSize = 65_536

    /// The offset of the next byte in the archive.
    private var offset: Int { handedOut + output.count }

    /// Passes on large pieces without a copy.
    private mutating func store(_ bytes: Span<UInt8>) throws(Diagnostic) {
        guard let sink, bytes.count >= Self.pieceSize else {
            bytes.withUnsafeBufferPointer { output.append(contentsOf: $0) }
            return
        }
        try flush(above: 0)
        try sink(bytes)
        handedOut += bytes.count
    }

    private mutating func flush(above least: Int) throws(Diagnostic) {
        guard let sink, output.count > least else { return }
        try sink(output.span)
        handedOut += output.count
        output.removeAll(keepingCapacity: true)
    }

    private static func deflater(_ level: Int) throws(Diagnostic) -> Deflater {
        guard let deflater = Deflater(level: level) else {
            throw Diagnostic("zip.memory", message: "there is not enough memory to pack an entry")
        }
        return deflater
    }
}
