/// A command to a Redis server, in the form in which it is sent.
public struct RedisCommand: Sendable, Hashable {
    /// One word of a command.
    public enum Word: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
        /// A text.
        case text(String)
        /// Bytes of any kind.
        case bytes([UInt8])
        /// A number.
        case integer(Int64)

        /// A text.
        public init(stringLiteral text: String) { self = .text(text) }
        /// A number.
        public init(integerLiteral number: Int64) { self = .integer(number) }
    }

    /// What is sent: an array of byte strings.
    let bytes: [UInt8]

    /// A command of words.
    public init(_ words: [Word]) {
        var bytes: [UInt8] = []
        Self.append("*", number: words.count, to: &bytes)
        for word in words {
            switch word {
            case .text(let text): Self.append(Array(text.utf8), to: &bytes)
            case .bytes(let word): Self.append(word, to: &bytes)
            case .integer(let number): Self.append(Array(String(number).utf8), to: &bytes)
            }
        }
        self.bytes = bytes
    }

    /// A command of words.
    public init(_ words: Word...) { self.init(words) }

    private static func append(_ word: [UInt8], to bytes: inout [UInt8]) {
        append("$", number: word.count, to: &bytes)
        bytes += word
        bytes += [13, 10]
    }

    private static func append(_ sign: Unicode.Scalar, number: Int, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: sign))
        bytes += String(number).utf8
        bytes += [13, 10]
    }
}
