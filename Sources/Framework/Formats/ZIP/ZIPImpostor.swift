/// What a file that is not a ZIP archive looks like, and what to do about it.
struct ZIPImpostor {
    let appearance: String
    let hint: String

    /// Recognises a file by its first bytes.
    init?(_ head: [UInt8]) {
        if let format = Self.binaryFormats.first(where: { head.starts(with: $0.magic) }) {
            appearance = format.name
            hint = "give the ZIP archive itself"
            return
        }
        guard head.contains(where: { $0 != 0 }) else {
            appearance = "nothing but zero bytes"
            hint = "the download was not written to the disk; download the archive again"
            return
        }
        // For text, only the beginning counts, after a byte order mark and whitespace.
        let text = String(decoding: head.drop { $0 <= 0x20 || $0 == 0xEF || $0 == 0xBB || $0 == 0xBF }, as: UTF8.self)
        let start = text.prefix(15).lowercased()
        if start.hasPrefix("<!doctype html") || start.hasPrefix("<html") {
            appearance = "a web page (HTML)"
            hint = "the site sent a page instead of the archive: log in there and download the archive again"
        } else if start.hasPrefix("<") {
            appearance = "an HTML or XML document"
            hint = "the site sent a message instead of the archive: log in there and download the archive again"
        } else if start.hasPrefix("{") || start.hasPrefix("[") {
            appearance = "JSON text"
            hint = "give the ZIP archive itself, as it was downloaded"
        } else if head.allSatisfy({ $0 >= 0x20 || (0x09...0x0D).contains($0) }) {
            appearance = "plain text"
            hint = "give the ZIP archive itself, as it was downloaded"
        } else {
            return nil
        }
    }

    private static let binaryFormats: [(magic: [UInt8], name: String)] = [
        ([0x1F, 0x8B], "a gzip file"),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "a 7-Zip archive"),
        ([0x52, 0x61, 0x72, 0x21, 0x1A], "a RAR archive"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "an xz file"),
        ([0x28, 0xB5, 0x2F, 0xFD], "a Zstandard file"),
        ([0x42, 0x5A, 0x68], "a bzip2 file"),
        ([0x25, 0x50, 0x44, 0x46], "a PDF document"),
        ([0x53, 0x51, 0x4C, 0x69, 0x74, 0x65], "an SQLite database"),
    ]
}
