import Diagnostics

/// The header in front of an entry's bytes (APPNOTE 4.3.7), compared with the table of contents.
struct ZIPLocalHeader {
    /// The offset of the entry's compressed bytes in the archive.
    let dataOffset: Int

    init(of entry: ZIPEntry, in bytes: any RandomAccessBytes, archive: String) throws(Diagnostic) {
        func damaged(_ message: String) -> Diagnostic {
            .zip("zip.damaged", message: message, in: archive, entry: entry.name)
        }
        try Self.checkKind(of: entry, archive: archive)
        let header = LittleEndian(try bytes.bytes(at: entry.headerOffset, count: 30, archive: archive))
        guard header[0..<4] == ZIPSignature.localHeader else {
            throw damaged("the archive's table of contents points to bytes that are not an entry")
        }
        let nameLength = header.u16(26)
        let variable = LittleEndian(
            try bytes.bytes(at: entry.headerOffset + 30, count: nameLength + header.u16(28), archive: archive)
        )
        guard variable[0..<nameLength] == entry.rawName else {
            throw damaged("the entry has another name than in the archive's table of contents")
        }
        let flags = header.u16(6)
        guard header.u16(8) == Int(entry.method.rawValue), flags & 0x0001 == 0 else {
            throw damaged("the entry is packed in another way than the archive's table of contents states")
        }
        // Bit 3: sizes and checksum were not known yet and follow the data; the table of contents has them.
        if flags & 0x0008 == 0 {
            let sizes = ZIPExtraFields(variable[nameLength..<variable.count])
                .sizes(uncompressed: header.u32(22), compressed: header.u32(18), offset: 0, disk: 0)
            guard
                sizes?.uncompressed == entry.uncompressedSize, sizes?.compressed == entry.compressedSize,
                header.u32(14) == Int(entry.crc32)
            else { throw damaged("the entry has another size or checksum than in the archive's table of contents") }
        }
        dataOffset = entry.headerOffset + 30 + variable.count
        guard entry.limit - dataOffset >= entry.compressedSize else {
            throw damaged("the entry reaches into the next one")
        }
    }

    /// Refuses an entry for reasons that are known before its bytes are read.
    private static func checkKind(of entry: ZIPEntry, archive: String) throws(Diagnostic) {
        guard !entry.isEncrypted else {
            throw .zip(
                "zip.encrypted",
                message: "the entry is locked with a password",
                in: archive,
                entry: entry.name,
                hint: "unpack the archive with its password and give the folder"
            )
        }
        guard entry.method == .stored || entry.method == .deflate else {
            throw .zip(
                "zip.method",
                message:
                    "the entry is packed with the method \(entry.method); only Deflate and stored entries can be read",
                in: archive,
                entry: entry.name,
                hint: "unpack the archive with the program that made it and give the folder"
            )
        }
        guard entry.method == .deflate || entry.compressedSize == entry.uncompressedSize else {
            throw .zip(
                "zip.damaged",
                message: "the entry is not packed, yet has two sizes",
                in: archive,
                entry: entry.name
            )
        }
        guard entry.uncompressedSize <= 1 << 24 || entry.uncompressedSize / 250 <= entry.compressedSize else {
            throw .zip(
                "zip.bomb",
                message: "the entry unpacks from \(entry.compressedSize) to \(entry.uncompressedSize) bytes,"
                    + " more than 250 times its size",
                in: archive,
                entry: entry.name,
                hint: "make sure that the archive comes from a trusted source, or unpack it and give the folder"
            )
        }
    }
}
