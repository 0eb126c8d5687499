import Diagnostics

/// An archive's table of contents (APPNOTE 4.3.12), read and checked as a whole.
struct ZIPDirectory {
    let entries: [ZIPEntry]

    init(at end: ZIPEndRecord, in bytes: some RandomAccessBytes, archive: String) throws(Diagnostic) {
        let table = LittleEndian(
            try bytes.bytes(at: end.directoryOffset, count: end.directorySize, archive: archive)
        )
        var entries: [ZIPEntry] = []
        var names: Set<[UInt8]> = []
        var offset = 0
        while offset < table.count {
            // APPNOTE 4.3.13: a digital signature may follow the entries.
            if entries.count == end.entryCount, table[offset..<offset + 4] == Self.digitalSignature { break }
            guard offset <= table.count - 46, table[offset..<offset + 4] == ZIPSignature.directoryHeader else {
                throw Self.damaged("entry \(entries.count + 1) of the table of contents is invalid", in: archive)
            }
            let length = 46 + table.u16(offset + 28) + table.u16(offset + 30) + table.u16(offset + 32)
            guard length <= table.count - offset else {
                throw Self.damaged("entry \(entries.count + 1) of the table of contents is too long", in: archive)
            }
            let header = LittleEndian(table[offset..<offset + length])
            let entry = try Self.entry(header, number: entries.count + 1, shift: end.shift, archive: archive)
            guard names.insert(Array(entry.name.utf8)).inserted else {
                throw Self.damaged("two entries have the name '\(entry.name)'", in: archive)
            }
            entries.append(entry)
            guard entries.count <= end.entryCount else { break }
            offset += length
        }
        guard entries.count == end.entryCount else {
            throw Self.damaged(
                "the archive states that it has \(end.entryCount.counted("entry", plural: "entries")), but its table of contents has"
                    + (entries.count > end.entryCount ? " more" : " \(entries.count)"),
                in: archive
            )
        }
        self.entries = try Self.bounded(entries, by: end.directoryOffset, archive: archive)
    }

    private static let digitalSignature: [UInt8] = [0x50, 0x4B, 0x05, 0x05]

    private static func damaged(_ message: String, in archive: String) -> Diagnostic {
        .zip("zip.damaged", message: message, in: archive)
    }

    private static func entry(
        _ header: LittleEndian,
        number: Int,
        shift: Int,
        archive: String
    ) throws(Diagnostic) -> ZIPEntry {
        let flags = header.u16(8)
        let nameEnd = 46 + header.u16(28)
        let extras = ZIPExtraFields(header[nameEnd..<nameEnd + header.u16(30)])
        let rawName = header[46..<nameEnd]
        let name = ZIPEntryName.decoded(rawName, isUTF8: flags & 0x0800 != 0, extras: extras)
        if let fault = ZIPEntryName.fault(of: name) {
            throw .zip(
                "zip.path",
                message: "the name of entry \(number), '\(name)', \(fault)",
                in: archive,
                hint: "an archive should not have such names: make sure that it comes from a trusted source"
            )
        }
        guard
            let sizes = extras.sizes(
                uncompressed: header.u32(24),
                compressed: header.u32(20),
                offset: header.u32(42),
                disk: header.u16(34)
            )
        else { throw damaged("the sizes of '\(name)' in the table of contents are invalid", in: archive) }
        guard sizes.disk == 0 else {
            throw .zip(
                "zip.multi-disk",
                message: "'\(name)' is in another file of an archive in several files",
                in: archive,
                hint: "join the parts first: 'zip -s 0 parts.zip --out whole.zip'"
            )
        }
        return ZIPEntry(
            name: name,
            compressedSize: sizes.compressed,
            uncompressedSize: sizes.uncompressed,
            crc32: UInt32(truncatingIfNeeded: header.u32(16)),
            method: .init(rawValue: UInt16(truncatingIfNeeded: header.u16(10))),
            // Bit 0: encrypted; bit 13: even the headers are masked (APPNOTE 4.4.4).
            isEncrypted: flags & 0x2001 != 0,
            rawName: rawName,
            headerOffset: sizes.offset + shift
        )
    }

    /// Determines where each entry has to end, and refuses entries that overlap: many names for the same few bytes make
    /// a small archive unpack to petabytes.
    private static func bounded(
        _ entries: [ZIPEntry],
        by directory: Int,
        archive: String
    ) throws(Diagnostic) -> [ZIPEntry] {
        var entries = entries
        var limit = directory
        var following: String?
        for index in entries.indices.sorted(by: { (entries[$0].headerOffset, $0) > (entries[$1].headerOffset, $1) }) {
            let entry = entries[index]
            let least = 30 + entry.rawName.count + entry.compressedSize
            guard entry.headerOffset <= limit, least <= limit - entry.headerOffset else {
                guard let following else {
                    throw damaged("'\(entry.name)' reaches into the table of contents", in: archive)
                }
                throw .zip(
                    "zip.bomb",
                    message: "'\(entry.name)' and '\(following)' share bytes of the archive",
                    in: archive,
                    hint: "archives of services do not do that: make sure that it comes from a trusted source"
                )
            }
            entries[index].limit = limit
            limit = entry.headerOffset
            following = entry.name
        }
        return entries
    }
}
