package import Diagnostics

/// Converts a text of another encoding to UTF-8, piece by piece.
package struct TextDecoding: Sendable {
    private let encoding: TextEncoding
    /// The bytes of an incomplete character.
    private var rest: [UInt8] = []
    private var isBigEndian = false
    private var isAtStart = true
    /// The number of bytes that have been converted.
    private var offset = 0
    private let name: String

    /// A decoding of a text from its first byte on.
    ///
    /// - Parameters:
    ///   - encoding: The encoding of the text.
    ///   - name: The name of the file, for messages.
    package init(_ encoding: TextEncoding, name: String) {
        self.encoding = encoding
        self.name = name
    }

    /// Converts the next bytes.
    ///
    /// A byte order mark of UTF-16 states the order of bytes, and is left out; without one, the lower byte comes first.
    ///
    /// - Parameters:
    ///   - piece: The next bytes; empty at the end of the text.
    ///   - text: What to append to.
    /// - Throws: `text.encoding` with the offset of the byte, if the text is not UTF-16.
    package mutating func decode(_ piece: UnsafeBufferPointer<UInt8>, to text: inout [UInt8]) throws(Diagnostic) {
        switch encoding {
        case .utf8: text.append(contentsOf: piece)
        case .latin1: for byte in piece { Self.append(UInt32(byte), to: &text) }
        case .windows1252:
            for byte in piece {
                let isSpecial = byte & 0xE0 == 0x80
                let character = isSpecial ? TextEncoding.windowsCharacters[Int(byte & 0x1F)] : UInt16(byte)
                Self.append(UInt32(character), to: &text)
            }
        case .utf16: try decodeUTF16(piece, to: &text)
        }
    }

    private mutating func decodeUTF16(
        _ piece: UnsafeBufferPointer<UInt8>,
        to text: inout [UInt8]
    ) throws(Diagnostic) {
        guard !piece.isEmpty else {
            guard rest.isEmpty else { throw damaged("it ends in the middle of a character") }
            return
        }
        let bytes = rest + piece
        var place = 0
        if isAtStart, bytes.count >= 2 {
            isAtStart = false
            if bytes[0] == 0xFE, bytes[1] == 0xFF { isBigEndian = true }
            if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) { place = 2 }
        }
        let (low, high) = isBigEndian ? (1, 0) : (0, 1)
        while place + 2 <= bytes.count {
            let unit = UInt32(bytes[place + low]) | UInt32(bytes[place + high]) << 8
            switch unit {
            case 0xD800..<0xDC00:
                guard place + 4 <= bytes.count else {
                    keep(bytes[place...], after: place)
                    return
                }
                let next = UInt32(bytes[place + 2 + low]) | UInt32(bytes[place + 2 + high]) << 8
                guard 0xDC00..<0xE000 ~= next else { throw damaged(Self.half, at: place) }
                Self.append(0x1_0000 + (unit & 0x3FF) << 10 + next & 0x3FF, to: &text)
                place += 4
            case 0xDC00..<0xE000: throw damaged(Self.half, at: place)
            default:
                Self.append(unit, to: &text)
                place += 2
            }
        }
        keep(bytes[place...], after: place)
    }

    private static let half = "it has half of a surrogate pair"

    private mutating func keep(_ bytes: ArraySlice<UInt8>, after place: Int) {
        offset += place
        rest = Array(bytes)
    }

    private func damaged(_ words: String, at place: Int = 0) -> Diagnostic {
        Diagnostic(
            "text.encoding",
            message: "the text is not UTF-16 at byte \(offset + place): \(words)",
            category: .data,
            at: .file(name),
            hint: "state the encoding that it has"
        )
    }

    private static func append(_ character: UInt32, to text: inout [UInt8]) {
        switch character {
        case 0..<0x80: text.append(UInt8(truncatingIfNeeded: character))
        case 0x80..<0x800:
            text.append(0xC0 | UInt8(truncatingIfNeeded: character >> 6))
            text.append(0x80 | UInt8(truncatingIfNeeded: character & 0x3F))
        case 0x800..<0x1_0000:
            text.append(0xE0 | UInt8(truncatingIfNeeded: character >> 12))
            text.append(0x80 | UInt8(truncatingIfNeeded: character >> 6 & 0x3F))
            text.append(0x80 | UInt8(truncatingIfNeeded: character & 0x3F))
        default:
            text.append(0xF0 | UInt8(truncatingIfNeeded: character >> 18))
            text.append(0x80 | UInt8(truncatingIfNeeded: character >> 12 & 0x3F))
            text.append(0x80 | UInt8(truncatingIfNeeded: character >> 6 & 0x3F))
            text.append(0x80 | UInt8(truncatingIfNeeded: character & 0x3F))
        }
    }
}
