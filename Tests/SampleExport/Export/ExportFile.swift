internal import Formats

/// One file of the export: the body of an answer of Trakt's API.
package struct ExportFile: Sendable, Equatable {
    /// Its name in the archive.
    package let name: String
    /// Its content.
    package let bytes: [UInt8]

    /// A file of items.
    init(_ stem: String, _ items: [JSONValue], escaping: Bool = false) {
        self.init(stem, .array(items), escaping: escaping)
    }

    /// A file of one value, in ASCII alone if it is to be escaped.
    init(_ stem: String, _ value: JSONValue, escaping: Bool = false) {
        name = "\(stem).json"
        var json = JSONWriter()
        json.write(value)
        bytes = escaping ? Self.escaped(json.bytes) : json.bytes
    }

    /// Pages of so many items; one page has no number.
    static func paged(_ stem: String, _ items: [JSONValue], of size: Int = HistoryPages.size) -> [ExportFile] {
        guard items.count > size else { return [ExportFile(stem, items)] }
        return stride(from: 0, to: items.count, by: size).enumerated().map { page, first in
            ExportFile("\(stem)-\(page + 1)", Array(items[first..<min(first + size, items.count)]))
        }
    }

    /// Its name without the ending.
    var stem: String { String(name.dropLast(".json".count)) }

    /// Everything beyond ASCII, which in JSON is always in a text, as `\u` and UTF-16 (RFC 8259 §7).
    private static func escaped(_ bytes: [UInt8]) -> [UInt8] {
        var escaped: [UInt8] = []
        for unit in String(decoding: bytes, as: UTF8.self).utf16 {
            if unit == 0x2F {
                escaped += Array("\\/".utf8)
            } else if unit < 0x80 {
                escaped.append(UInt8(unit))
            } else {
                let digits = String(unit, radix: 16)
                escaped += Array("\\u".utf8) + repeatElement(0x30, count: 4 - digits.count) + Array(digits.utf8)
            }
        }
        return escaped
    }
}
