/// A JSON parser that looks at one byte after the other (RFC 8259): what the fuzzer compares the fast one with.
struct ReferenceJSON {
    private let bytes: [UInt8]
    private var place = 0
    private let mostDepth: Int

    /// What a line of a JSON lines text is.
    enum Line: Equatable {
        case blank
        case fault
        /// An object, and its last member with the key `a` as it is written.
        case object(a: [UInt8]?)
    }

    private struct Fault: Error {}

    /// What each line of a text is.
    ///
    /// - Parameters:
    ///   - text: The text; a byte order mark at its start does not count.
    ///   - mostDepth: How deep values may be nested.
    /// - Returns: One for each line, the last one also if it is empty.
    static func lines(_ text: [UInt8], mostDepth: Int) -> [Line] {
        let text = text.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(text.dropFirst(3)) : text
        return text.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
            var parser = ReferenceJSON(bytes: Array(line), mostDepth: mostDepth)
            return parser.line()
        }
    }

    private init(bytes: [UInt8], mostDepth: Int) {
        self.bytes = bytes
        self.mostDepth = mostDepth
    }

    private mutating func line() -> Line {
        skipSpace()
        guard place < bytes.count else { return .blank }
        guard String(validating: bytes, as: UTF8.self) != nil else { return .fault }
        do {
            guard next == UInt8(ascii: "{") else { return .fault }
            let members = try object(depth: 0)
            skipSpace()
            return place == bytes.count ? .object(a: members) : .fault
        } catch {
            return .fault
        }
    }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func skipSpace() {
        while let byte = next, [0x20, 0x09, 0x0D].contains(byte) { place += 1 }
    }

    private mutating func take(_ byte: Character) throws {
        guard let expected = byte.asciiValue, next == expected else { throw Fault() }
        place += 1
    }

    private mutating func value(depth: Int) throws {
        switch next {
        case UInt8(ascii: "{"): _ = try object(depth: depth)
        case UInt8(ascii: "["): try array(depth: depth)
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "t"): for letter in "true" { try take(letter) }
        case UInt8(ascii: "f"): for letter in "false" { try take(letter) }
        case UInt8(ascii: "n"): for letter in "null" { try take(letter) }
        default: try number()
        }
    }

    /// The last member `a`, as it is written.
    private mutating func object(depth: Int) throws -> [UInt8]? {
        guard depth < mostDepth else { throw Fault() }
        try take("{")
        skipSpace()
        var a: [UInt8]?
        if next == UInt8(ascii: "}") {
            place += 1
            return nil
        }
        while true {
            let key = try string()
            skipSpace()
            try take(":")
            skipSpace()
            let start = place
            try value(depth: depth + 1)
            if key == "a" { a = Array(bytes[start..<place]) }
            skipSpace()
            if next == UInt8(ascii: "}") { break }
            try take(",")
            skipSpace()
        }
        place += 1
        return a
    }

    private mutating func array(depth: Int) throws {
        guard depth < mostDepth else { throw Fault() }
        try take("[")
        skipSpace()
        if next == UInt8(ascii: "]") {
            place += 1
            return
        }
        while true {
            try value(depth: depth + 1)
            skipSpace()
            if next == UInt8(ascii: "]") { break }
            try take(",")
            skipSpace()
        }
        place += 1
    }

    /// The text of a string; escapes of characters other than `a` stand for themselves.
    private mutating func string() throws -> String {
        try take("\"")
        var text: [UInt8] = []
        while let byte = next {
            place += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let sign = next else { throw Fault() }
                place += 1
                if sign == UInt8(ascii: "u") {
                    guard place + 4 <= bytes.count else { throw Fault() }
                    let digits = String(decoding: bytes[place..<place + 4], as: UTF8.self)
                    guard digits.allSatisfy(\.isHexDigit), let code = UInt16(digits, radix: 16) else { throw Fault() }
                    place += 4
                    text += code == 0x61 ? [0x61] : [UInt8(ascii: "?"), UInt8(ascii: "?")]
                } else {
                    guard Array("\"\\/bfnrt".utf8).contains(sign) else { throw Fault() }
                    text += [UInt8(ascii: "?"), UInt8(ascii: "?")]
                }
            case 0..<0x20: throw Fault()
            default: text.append(byte)
            }
        }
        throw Fault()
    }

    private mutating func digits() throws {
        let start = place
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { place += 1 }
        guard place > start else { throw Fault() }
    }

    private mutating func number() throws {
        if next == UInt8(ascii: "-") { place += 1 }
        if next == UInt8(ascii: "0") { place += 1 } else { try digits() }
        if next == UInt8(ascii: ".") {
            place += 1
            try digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            place += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { place += 1 }
            try digits()
        }
    }
}
