/// What the text of a cell looks like.
enum CellLook: Hashable {
    case empty, number, time, word, other

    /// Whether a person would write it in one cell.
    var isValue: Bool { self != .other }

    init(of text: [UInt8]) {
        guard let first = text.first, let last = text.last else {
            self = .empty
            return
        }
        var digits = 0
        var letters = 0
        var marks = 0
        var separators = 0
        var odd = 0
        for byte in text {
            switch byte {
            case 0x30...0x39: digits += 1
            case 0x41...0x5A, 0x61...0x7A, 0x80...: letters += 1
            case UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "."): separators += 1
            case UInt8(ascii: ","), UInt8(ascii: "+"), UInt8(ascii: "%"), UInt8(ascii: "$"): marks += 1
            case UInt8(ascii: " "), UInt8(ascii: "_"), UInt8(ascii: "'"), UInt8(ascii: "&"), UInt8(ascii: "("),
                UInt8(ascii: ")"), UInt8(ascii: "!"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "@"):
                break
            default: odd += 1
            }
        }
        let isEdged = Self.isEdge(first) || Self.isEdge(last)
        if odd > 0 || isEdged {
            self = .other
        } else if digits > 0, letters <= 2, separators + marks <= 8,
            digits + separators + marks + letters == text.count || Self.isTime(text)
        {
            self = separators >= 2 && digits >= 4 ? .time : letters == 0 ? .number : .word
        } else if letters + digits > 0 {
            self = marks > 1 && letters > 0 ? .other : .word
        } else {
            self = marks + separators == 1 && text.count == 1 ? .word : .other
        }
    }

    /// Quotes, blanks and separators at the edge of a cell are traces of another dialect.
    private static func isEdge(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "'") || byte == UInt8(ascii: " ") || byte == UInt8(ascii: ",")
    }

    /// Whether a text has only what times are written with, such as `2014-09-01 09:10:11`.
    private static func isTime(_ text: [UInt8]) -> Bool {
        8...32 ~= text.count && text.allSatisfy { 0x30...0x3A ~= $0 || "-/. TZ+".utf8.contains($0) }
    }
}
