/// Why the scanner stopped; offsets are counted from the first byte of its window.
enum JSONStop: Error {
    /// The window ends here; with more bytes the scan may continue.
    case incomplete
    /// The byte at `offset` is not what RFC 8259 allows there.
    case syntax(Expected, offset: Int)
    /// A requested text is not UTF-8 at `offset`.
    case utf8(offset: Int)
    /// Values are nested deeper than `JSONScanner.maximumDepth`.
    case depth(offset: Int)

    /// Where the invalid byte is; nil if there is none.
    var offset: Int? {
        switch self {
        case .incomplete: nil
        case .syntax(_, let offset), .utf8(let offset), .depth(let offset): offset
        }
    }

    enum Expected {
        case value, key, colon, commaOrBrace, commaOrBracket, digit, literal, escape, hexDigit, printable, endOfNumber,
            end, smallerNumber, array, object, path

        var description: String {
            switch self {
            case .value: "a value"
            case .key: "a key in quotes"
            case .colon: "':'"
            case .commaOrBrace: "',' or '}'"
            case .commaOrBracket: "',' or ']'"
            case .digit: "a digit"
            case .literal: "true, false or null"
            case .escape: "one of \"\\/bfnrtu after '\\'"
            case .hexDigit: "a hexadecimal digit"
            case .printable: "an escape instead of a control character in a string"
            case .endOfNumber: "the end of a number that begins with 0"
            case .end: "the end of the text"
            case .smallerNumber: "a number that is less than 1.8e308"
            case .array: "a list of records"
            case .object: "an object"
            case .path: "the next key of the path"
            }
        }
    }
}
