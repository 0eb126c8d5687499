/// What one option is: the single value from which parsing, checks, reference pages and completion read.
public struct OptionDefinition: Sendable {
    /// What pipeline files call it, in `snake_case`.
    public let name: String
    /// What it does, in one sentence.
    public let help: String
    /// What can be written for it.
    public let shape: OptionShape
    /// The default as it would stand in a file; nil if the option must be given or is simply absent.
    public let defaultLiteral: String?
    /// Whether it must be given.
    public let isRequired: Bool
    /// The limits of a number, as `1...250`.
    public let limits: String?
    /// What to use instead, if it should not be used any more.
    public let deprecation: String?
    /// Whether a source has other records if the option is another one.
    public let choosesRecords: Bool
}

/// What can be written for an option.
public indirect enum OptionShape: Sendable, Equatable {
    /// A string without further restrictions.
    case text
    /// A whole number.
    case integer
    /// A floating-point number; whole numbers are accepted.
    case real
    /// `true` or `false`.
    case boolean
    /// A length of time: `"30s"`, `"1m30s"`, `"250ms"`.
    case duration
    /// A number of bytes: `"256 MiB"`.
    case byteCount
    /// The name of a column.
    case column
    /// The path of a file or folder, relative to the folder that the program runs in.
    case path
    /// Text that is never shown.
    case secret
    /// One of these words.
    case choice([String])
    /// Several of a kind.
    case list(OptionShape)
    /// Something of its own, described in words.
    case other(String)

    /// Whether what is written for it is shown to nobody.
    var isSecret: Bool {
        switch self {
        case .secret: true
        case .list(let element): element.isSecret
        default: false
        }
    }

    /// The shape in words, as reference pages and messages say it.
    public var words: String {
        switch self {
        case .text: "text"
        case .integer: "a whole number"
        case .real: "a number"
        case .boolean: "true or false"
        case .duration: "a length of time such as \"30s\""
        case .byteCount: "a size such as \"256 MiB\""
        case .column: "the name of a column"
        case .path: "a path"
        case .secret: "a secret"
        case .choice(let words): words.map { "\"\($0)\"" }.joined(separator: " or ")
        case .list(let element): "a list, each \(element.words)"
        case .other(let words): words
        }
    }
}
