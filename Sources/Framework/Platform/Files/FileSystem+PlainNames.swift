extension FileSystem {
    /// A text as a file name that every file system accepts: ASCII letters, digits, `-`, `_` and `.`; every other byte
    /// becomes `%` and two digits.
    ///
    /// Different texts have different names. A name longer than 200 bytes is cut and ends with a checksum of the whole.
    public static func plainName(of text: String) -> String {
        var name = ""
        for byte in text.utf8 {
            let isPlain =
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            name +=
                isPlain
                ? String(UnicodeScalar(byte)) : "%" + String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }
        // A file name has at most 255 bytes. FNV-1a, 64 bits, of the whole name replaces what is cut off.
        guard name.utf8.count > 200 else { return name }
        let digest = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return "\(name.prefix(180))~\(String(digest, radix: 16))"
    }
}
