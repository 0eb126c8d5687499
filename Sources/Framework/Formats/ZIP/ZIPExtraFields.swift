/// The extra fields of a header (APPNOTE 4.5): a list of identifier, length and content.
struct ZIPExtraFields {
    private var fields: [Int: LittleEndian] = [:]

    /// Reads all complete fields; some programs leave a few bytes at the end.
    init(_ bytes: [UInt8]) {
        let bytes = LittleEndian(bytes)
        var offset = 0
        while offset <= bytes.count - 4 {
            let identifier = bytes.u16(offset)
            let end = offset + 4 + bytes.u16(offset + 2)
            guard end <= bytes.count else { return }
            if fields[identifier] == nil { fields[identifier] = LittleEndian(bytes[offset + 4..<end]) }
            offset = end
        }
    }

    /// The content of a field.
    subscript(identifier: Int) -> LittleEndian? { fields[identifier] }

    /// The sizes of an entry, its offset and its disk.
    struct Sizes {
        var uncompressed, compressed, offset, disk: Int
    }

    /// Replaces the numbers that do not fit into a header by those of the ZIP64 field (APPNOTE 4.5.3).
    ///
    /// The field holds only these, in this order. Nil if they are missing.
    func sizes(uncompressed: Int, compressed: Int, offset: Int, disk: Int) -> Sizes? {
        var sizes = Sizes(uncompressed: uncompressed, compressed: compressed, offset: offset, disk: disk)
        let field = fields[0x0001]
        var position = 0
        func next() -> Int? {
            guard let field, position <= field.count - 8 else { return nil }
            defer { position += 8 }
            return field.size64(position)
        }
        for part in [\Sizes.uncompressed, \.compressed, \.offset] where sizes[keyPath: part] == 0xFFFF_FFFF {
            guard let large = next() else { return nil }
            sizes[keyPath: part] = large
        }
        if disk == 0xFFFF {
            guard let field, position <= field.count - 4 else { return nil }
            sizes.disk = field.u32(position)
        }
        return sizes
    }
}
