/// One file or folder in an archive, as the archive's table of contents describes it.
public struct ZIPEntry: Sendable {
    /// How the bytes of an entry are compressed (APPNOTE 4.4.5).
    public struct Method: RawRepresentable, Hashable, Sendable {
        /// The number in the archive.
        public let rawValue: UInt16

        /// The method with a number.
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// Not compressed.
        public static let stored = Method(rawValue: 0)
        /// Deflate, RFC 1951.
        public static let deflate = Method(rawValue: 8)
    }

    /// The path within the archive, with `/` as the separator.
    ///
    /// It is relative and has no part `..`.
    public let name: String
    /// The size of the entry in the archive, in bytes.
    public let compressedSize: Int
    /// Its uncompressed size in bytes.
    public let uncompressedSize: Int
    /// The checksum of the uncompressed bytes.
    public let crc32: UInt32
    /// How the bytes are compressed.
    public let method: Method
    /// Whether it is a folder: its name ends in `/`.
    public var isDirectory: Bool { name.utf8.last == UInt8(ascii: "/") }
    /// Whether the entry is encrypted.
    public let isEncrypted: Bool

    /// The name as bytes; the local header has to repeat it.
    let rawName: [UInt8]
    /// The offset of the local header, in bytes from the start of the file.
    let headerOffset: Int
    /// The start of the next entry or of the table of contents: the entry's bytes end before it.
    var limit = 0
}

extension ZIPEntry.Method: CustomStringConvertible {
    /// The name of the method, for messages.
    public var description: String {
        switch rawValue {
        case 0: "stored"
        case 1: "Shrink"
        case 2...5: "Reduce"
        case 6: "Implode"
        case 8: "Deflate"
        case 9: "Deflate64"
        case 12: "bzip2"
        case 14: "LZMA"
        case 20, 93: "Zstandard"
        case 95: "xz"
        case 96: "JPEG"
        case 98: "PPMd"
        case 99: "AES"
        default: "number \(rawValue)"
        }
    }
}
