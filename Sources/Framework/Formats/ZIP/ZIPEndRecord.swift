import Diagnostics

/// The location of an archive's table of contents, from the records at the archive's end.
///
///     … | table of contents | ZIP64 end record | ZIP64 locator | end record, comment |
///                             └ only where 16 or 32 bits do not suffice ┘
///
/// APPNOTE 4.3.14 to 4.3.16.
struct ZIPEndRecord {
    /// The number of entries in the table.
    let entryCount: Int
    /// The offset of the table, in bytes from the start of the file.
    let directoryOffset: Int
    /// The size of the table in bytes.
    let directorySize: Int
    /// What to add to the archive's own offsets: the size of any data in front of the archive.
    let shift: Int

    /// Finds the table of contents.
    ///
    /// - Parameters:
    ///   - bytes: The archive.
    ///   - archive: Its name for messages.
    ///   - mostEntries: The maximum number of entries.
    /// - Throws: As `ZIPArchive` when it is opened.
    init(
        in bytes: some RandomAccessBytes,
        archive: String,
        mostEntries: Int
    ) throws(Diagnostic) {
        let (position, record) = try Self.find(in: bytes, archive: archive)
        var fields = Fields(
            disk: record.u16(4),
            directoryDisk: record.u16(6),
            entriesHere: record.u16(8),
            entries: record.u16(10),
            size: record.u32(12),
            offset: record.u32(16)
        )
        var end = position
        if let large = try Self.zip64(before: position, in: bytes, archive: archive) {
            (fields, end) = (large.fields, large.position)
        }
        guard fields.disk == 0, fields.directoryDisk == 0, fields.entriesHere == fields.entries else {
            throw Self.multiDisk(archive)
        }
        guard fields.entries <= mostEntries, fields.size <= 1 << 25 else {
            throw .zip(
                "zip.bomb",
                message:
                    "the archive claims \(fields.entries.counted("entry", plural: "entries")) in a table of \(fields.size.counted("byte"));"
                    + " at most \(mostEntries) entries and \(1 << 25) bytes are read",
                in: archive,
                hint: "make sure that the archive comes from a trusted source, or unpack it and give the folder"
            )
        }
        guard fields.size <= end, fields.offset <= end - fields.size else {
            throw .zip(
                "zip.truncated",
                message:
                    "\((fields.offset + fields.size - end).counted("byte is", plural: "bytes are")) missing before the archive's table of contents",
                in: archive
            )
        }
        // The table ends where the end record begins. Data in front of the archive is, for example, the program of a
        // self-extracting archive. If a signature is between table and end, this is wrong; then the archive's own
        // offset is right.
        var start = end - fields.size
        if fields.entries > 0, try !Self.isHeader(at: start, in: bytes, archive: archive),
            try Self.isHeader(at: fields.offset, in: bytes, archive: archive)
        {
            start = fields.offset
        }
        entryCount = fields.entries
        directoryOffset = start
        directorySize = fields.size
        shift = start - fields.offset
    }

    private struct Fields {
        var disk, directoryDisk, entriesHere, entries, size, offset: Int
    }

    private static func isHeader(
        at offset: Int,
        in bytes: some RandomAccessBytes,
        archive: String
    ) throws(Diagnostic) -> Bool {
        guard offset <= bytes.count - 4 else { return false }
        return try bytes.bytes(at: offset, count: 4, archive: archive) == ZIPSignature.directoryHeader
    }

    /// Searches for the end record backwards: a comment of up to 65,535 bytes may follow it.
    private static func find(
        in bytes: some RandomAccessBytes,
        archive: String
    ) throws(Diagnostic) -> (position: Int, record: LittleEndian) {
        let count = min(bytes.count, 22 + 0xFFFF)
        let start = bytes.count - count
        let tail = LittleEndian(try bytes.bytes(at: start, count: count, archive: archive))
        var inexact: Int?
        for offset in stride(from: count - 22, through: 0, by: -1) where tail.bytes[offset] == 0x50 {
            guard tail[offset..<offset + 4] == ZIPSignature.end else { continue }
            let end = offset + 22 + tail.u16(offset + 20)
            if end == count { return (start + offset, LittleEndian(tail[offset..<offset + 22])) }
            // Data was appended to the archive: a record that fits is used if none fits exactly.
            if end < count, inexact == nil { inexact = offset }
        }
        if let offset = inexact { return (start + offset, LittleEndian(tail[offset..<offset + 22])) }
        throw try noEnd(in: bytes, archive: archive)
    }

    /// The error for a file without an end record.
    private static func noEnd(in bytes: some RandomAccessBytes, archive: String) throws(Diagnostic) -> Diagnostic {
        let head = try bytes.bytes(at: 0, count: min(bytes.count, 512), archive: archive)
        if head.starts(with: ZIPSignature.localHeader) || head.starts(with: ZIPSignature.directoryHeader) {
            return .zip(
                "zip.truncated",
                message: "the archive stops before its table of contents, after \(bytes.count.counted("byte"))",
                in: archive,
                hint: "the download was cut off: download the archive again and give the new file"
            )
        }
        if head.starts(with: ZIPSignature.spanned) { return multiDisk(archive) }
        if head.isEmpty {
            return .zip(
                "zip.not-an-archive",
                message: "the file is empty, where a ZIP archive was expected",
                in: archive
            )
        }
        let impostor = ZIPImpostor(head)
        let appearance = impostor.map { "looks like \($0.appearance)" } ?? "is of an unknown kind"
        return .zip(
            "zip.not-an-archive",
            message: "the file is not a ZIP archive: it \(appearance)",
            in: archive,
            hint: impostor?.hint ?? "give the ZIP archive itself, as it was downloaded"
        )
    }

    private static func multiDisk(_ archive: String) -> Diagnostic {
        .zip(
            "zip.multi-disk",
            message: "the archive is one part of an archive in several files",
            in: archive,
            hint: "join the parts first: 'zip -s 0 parts.zip --out whole.zip'"
        )
    }

    /// The ZIP64 record that replaces the end record, if there is one.
    private static func zip64(
        before position: Int,
        in bytes: some RandomAccessBytes,
        archive: String
    ) throws(Diagnostic) -> (fields: Fields, position: Int)? {
        guard position >= 20 else { return nil }
        let locator = LittleEndian(try bytes.bytes(at: position - 20, count: 20, archive: archive))
        guard locator[0..<4] == ZIPSignature.zip64Locator else { return nil }
        guard locator.u32(4) == 0, locator.u32(16) <= 1 else { throw multiDisk(archive) }
        // With bytes in front of the archive its own offset is wrong; then the record is searched for just before the
        // locator.
        for candidate in [locator.size64(8), position - 20 - 56] {
            guard let candidate, candidate >= 0, candidate <= position - 20 - 56 else { continue }
            let record = LittleEndian(try bytes.bytes(at: candidate, count: 56, archive: archive))
            guard record[0..<4] == ZIPSignature.zip64End else { continue }
            guard
                let entriesHere = record.size64(24), let entries = record.size64(32),
                let size = record.size64(40), let offset = record.size64(48)
            else { break }
            let fields = Fields(
                disk: record.u32(16),
                directoryDisk: record.u32(20),
                entriesHere: entriesHere,
                entries: entries,
                size: size,
                offset: offset
            )
            return (fields, candidate)
        }
        throw .zip("zip.damaged", message: "the archive's ZIP64 end record is missing or invalid", in: archive)
    }
}

/// The first four bytes of each kind of record.
enum ZIPSignature {
    static let localHeader: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
    static let descriptor: [UInt8] = [0x50, 0x4B, 0x07, 0x08]
    static let directoryHeader: [UInt8] = [0x50, 0x4B, 0x01, 0x02]
    static let zip64End: [UInt8] = [0x50, 0x4B, 0x06, 0x06]
    static let zip64Locator: [UInt8] = [0x50, 0x4B, 0x06, 0x07]
    static let end: [UInt8] = [0x50, 0x4B, 0x05, 0x06]
    /// The first part of an archive in several files begins like a descriptor (APPNOTE 8.5.4).
    static let spanned = descriptor
}
