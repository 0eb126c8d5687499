/// One value of a document and its key, in 36 bytes.
///
/// Nodes are in one array and refer to each other by index:
///
///     text     a = [1, 2]                     0  table   first 1, last 1           (the root)
///              b.c = "x"                      1  array   first 2, last 3, next 4   key "a"
///                                             2  integer 1, next 3
///                                             3  integer 2
///                                             4  table   first 5, last 5           key "b"
///                                             5  string  content 18..<19           key "c"
///
/// Offsets are bytes from the start of the document; 32 bits are enough, as a document has at most 4 GiB. Index 0 is
/// the root, which is never a child or a sibling, so 0 also means "none".
struct Node: Sendable {
    enum Kind: UInt8 {
        case string, integer, float, boolean
        case offsetDateTime, localDateTime, localDate, localTime
        case array, table
    }

    /// The origin of a container, which decides what may be added to it.
    enum Origin: UInt8 {
        /// A table that a header created on its path: its own header may still follow.
        case passed
        /// A table with its own header, or an element of an array of tables.
        case header
        /// A table made by a dotted key.
        case dotted
        /// A table or an array in brackets: complete when its bracket closes.
        case inline
        /// An array of tables, made by `[[…]]`.
        case tables
    }

    struct Flags: OptionSet {
        let rawValue: UInt8
        /// The key is in quotes.
        static let keyIsQuoted = Flags(rawValue: 1)
        /// The key contains escapes, so its bytes are not its text.
        static let keyHasEscapes = Flags(rawValue: 2)
        /// The string contains escapes or CRLF, so its bytes are not its text.
        static let needsDecoding = Flags(rawValue: 4)
        /// The string is in triple quotes.
        static let isMultiline = Flags(rawValue: 8)
        /// The children are in the `KeyIndex`.
        static let isIndexed = Flags(rawValue: 16)
        /// The node has a key; elements of arrays and the root do not.
        static let hasKey = Flags(rawValue: 32)
    }

    let kind: Kind
    var origin: Origin = .inline
    var flags: Flags = []

    /// The start of the value; for a table or array with a header, of the header.
    var start: UInt32
    var end: UInt32
    /// The start of the key's text, without quotes.
    var keyStart: UInt32 = 0
    var keyLength: UInt32 = 0
    /// The container.
    var parent: UInt32
    /// The next sibling.
    var next: UInt32 = 0

    /// The halves of an integer's or float's bits, the content of a string, or the first and last child.
    var low: UInt32 = 0
    var high: UInt32 = 0

    init(_ kind: Kind, at offsets: Range<Int>, parent: Int) {
        self.kind = kind
        start = UInt32(truncatingIfNeeded: offsets.lowerBound)
        end = UInt32(truncatingIfNeeded: offsets.upperBound)
        self.parent = UInt32(truncatingIfNeeded: parent)
    }

    var offsets: Range<Int> { Int(start)..<Int(end) }

    /// The bits of a number.
    var bits: UInt64 {
        get { UInt64(high) << 32 | UInt64(low) }
        set {
            low = UInt32(truncatingIfNeeded: newValue)
            high = UInt32(truncatingIfNeeded: newValue >> 32)
        }
    }

    /// The offsets of a string's text, without the quotes.
    var content: Range<Int> {
        get { Int(low)..<Int(high) }
        set {
            low = UInt32(truncatingIfNeeded: newValue.lowerBound)
            high = UInt32(truncatingIfNeeded: newValue.upperBound)
        }
    }

    var firstChild: Int { Int(low) }
    var lastChild: Int { Int(high) }

    /// The key in the document, if there is one.
    var key: KeyToken? {
        get {
            guard flags.contains(.hasKey) else { return nil }
            return KeyToken(
                start: Int(keyStart),
                length: Int(keyLength),
                isQuoted: flags.contains(.keyIsQuoted),
                hasEscapes: flags.contains(.keyHasEscapes)
            )
        }
        set {
            flags.subtract([.hasKey, .keyIsQuoted, .keyHasEscapes])
            guard let newValue else { return }
            keyStart = UInt32(truncatingIfNeeded: newValue.start)
            keyLength = UInt32(truncatingIfNeeded: newValue.length)
            flags.insert(.hasKey)
            if newValue.isQuoted { flags.insert(.keyIsQuoted) }
            if newValue.hasEscapes { flags.insert(.keyHasEscapes) }
        }
    }
}
