/// A command to a Redis server, encoded as it is sent.
public struct RedisCommand: Sendable, Hashable {
    /// One argument of a command.
    public enum Word: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
        /// A text, sent as UTF-8.
        case text(String)
        /// Arbitrary bytes.
        case bytes([UInt8])
        /// A number, sent in decimal.
        case integer(Int64)

        /// Creates a text argument.
        public init(stringLiteral text: String) { self = .text(text) }
        /// Creates a number argument.
        public init(integerLiteral number: Int64) { self = .integer(number) }
    }

    /// The encoded command: an array of bulk strings.
    let bytes: [UInt8]

    /// Creates a command of its name and arguments.
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

    /// Creates a command of its name and arguments.
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
