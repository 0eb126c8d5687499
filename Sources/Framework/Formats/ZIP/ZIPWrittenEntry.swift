/// An entry that is being written, and its records.
struct ZIPWrittenEntry {
    let name: String
    let method: ZIPWriter.Method
    /// The offset of its local header in the archive.
    let offset: Int
    /// Whether checksum and sizes follow the data because they are not known earlier.
    let hasDescriptor: Bool
    /// Whether its sizes are written with 64 bits.
    let isLarge: Bool
    var crc32: UInt32 = 0
    var compressedSize = 0
    var uncompressedSize = 0

    init(_ name: String, method: ZIPWriter.Method, offset: Int, hasDescriptor: Bool, isLarge: Bool) {
        precondition(name.utf8.count <= 0xFFFF, "the name of an entry has at most 65535 bytes")
        self.name = name
        self.method = method
        self.offset = offset
        self.hasDescriptor = hasDescriptor
        self.isLarge = isLarge
    }

    /// APPNOTE 4.3.7.
    func appendLocalHeader(to output: inout [UInt8]) {
        output += ZIPSignature.localHeader
        appendCommon(to: &output, isLarge: isLarge, knowsSizes: !hasDescriptor)
        output.append(littleEndian: isLarge ? 20 : 0, size: 2)
        output += name.utf8
        guard isLarge else { return }
        output.append(littleEndian: 0x0001, size: 2)
        output.append(littleEndian: 16, size: 2)
        output.append(littleEndian: hasDescriptor ? 0 : uncompressedSize, size: 8)
        output.append(littleEndian: hasDescriptor ? 0 : compressedSize, size: 8)
    }

    /// APPNOTE 4.3.9: sizes of 64 bits exactly if the local header has a ZIP64 field.
    func appendDescriptor(to output: inout [UInt8]) {
        output += ZIPSignature.descriptor
        output.append(littleEndian: Int(crc32), size: 4)
        output.append(littleEndian: compressedSize, size: isLarge ? 8 : 4)
        output.append(littleEndian: uncompressedSize, size: isLarge ? 8 : 4)
    }

    /// APPNOTE 4.3.12.
    func appendDirectoryHeader(to output: inout [UInt8]) {
        let farOff = offset >= 0xFFFF_FFFF
        let extraSize = (isLarge ? 16 : 0) + (farOff ? 8 : 0)
        output += ZIPSignature.directoryHeader
        // Made by version 4.5 on Unix, so that the permissions below are interpreted.
        output.append(littleEndian: 0x032D, size: 2)
        appendCommon(to: &output, isLarge: isLarge || farOff, sizesAreElsewhere: isLarge)
        output.append(littleEndian: extraSize == 0 ? 0 : extraSize + 4, size: 2)
        output.append(littleEndian: 0, size: 2)  // comment
        output.append(littleEndian: 0, size: 2)  // disk
        output.append(littleEndian: 0, size: 2)  // internal attributes
        let rights = name.utf8.last == UInt8(ascii: "/") ? 0o040755 : 0o100644
        output.append(littleEndian: rights << 16, size: 4)
        output.append(littleEndian: farOff ? 0xFFFF_FFFF : offset, size: 4)
        output += name.utf8
        guard extraSize > 0 else { return }
        output.append(littleEndian: 0x0001, size: 2)
        output.append(littleEndian: extraSize, size: 2)
        if isLarge {
            output.append(littleEndian: uncompressedSize, size: 8)
            output.append(littleEndian: compressedSize, size: 8)
        }
        if farOff { output.append(littleEndian: offset, size: 8) }
    }

    /// The fields from the required version to the length of the name: the same in both headers.
    private func appendCommon(
        to output: inout [UInt8],
        isLarge: Bool,
        knowsSizes: Bool = true,
        sizesAreElsewhere: Bool? = nil
    ) {
        output.append(littleEndian: isLarge ? 45 : 20, size: 2)
        // Bit 3: a descriptor follows the data; bit 11: the name is UTF-8 (APPNOTE 4.4.4).
        output.append(littleEndian: (hasDescriptor ? 0x0008 : 0) | 0x0800, size: 2)
        output.append(littleEndian: method == .stored ? 0 : 8, size: 2)
        output.append(littleEndian: 0, size: 2)  // 00:00
        output.append(littleEndian: 0x0021, size: 2)  // 1980-01-01
        output.append(littleEndian: knowsSizes ? Int(crc32) : 0, size: 4)
        let elsewhere = sizesAreElsewhere ?? isLarge
        for size in [compressedSize, uncompressedSize] {
            output.append(littleEndian: elsewhere ? 0xFFFF_FFFF : knowsSizes ? size : 0, size: 4)
        }
        output.append(littleEndian: name.utf8.count, size: 2)
    }

    /// The end record and, if necessary, its two ZIP64 records (APPNOTE 4.3.14 to 4.3.16).
    static func appendEnd(entries: Int, directoryOffset: Int, size: Int, to output: inout [UInt8]) {
        if entries >= 0xFFFF || size >= 0xFFFF_FFFF || directoryOffset >= 0xFFFF_FFFF {
            output += ZIPSignature.zip64End
            output.append(littleEndian: 44, size: 8)  // the rest of this record
            output.append(littleEndian: 0x032D, size: 2)
            output.append(littleEndian: 45, size: 2)
            output.append(littleEndian: 0, size: 8)  // disks
            output.append(littleEndian: entries, size: 8)
            output.append(littleEndian: entries, size: 8)
            output.append(littleEndian: size, size: 8)
            output.append(littleEndian: directoryOffset, size: 8)
            output += ZIPSignature.zip64Locator
            output.append(littleEndian: 0, size: 4)
            output.append(littleEndian: directoryOffset + size, size: 8)
            output.append(littleEndian: 1, size: 4)
        }
        output += ZIPSignature.end
        output.append(littleEndian: 0, size: 4)  // disks
        output.append(littleEndian: min(entries, 0xFFFF), size: 2)
        output.append(littleEndian: min(entries, 0xFFFF), size: 2)
        output.append(littleEndian: min(size, 0xFFFF_FFFF), size: 4)
        output.append(littleEndian: min(directoryOffset, 0xFFFF_FFFF), size: 4)
        output.append(littleEndian: 0, size: 2)  // comment
    }
}
