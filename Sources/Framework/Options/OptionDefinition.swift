/// The definition of one option, from which parsing, checks, reference pages and completion are derived.
public struct OptionDefinition: Sendable {
    /// The name in pipeline files, in `snake_case`.
    public let name: String
    /// What it does, in one sentence.
    public let help: String
    /// The kind of value that can be written for it.
    public let shape: OptionShape
    /// The default as it is written in a pipeline file; nil for a required option and for one that is nil by default.
    public let defaultLiteral: String?
    /// Whether the option is required.
    public let isRequired: Bool
    /// The limits of a number, as `1...250`.
    public let limits: String?
    /// For a deprecated option, what to use instead; otherwise nil.
    public let deprecation: String?
    /// Whether the value of the option affects which records a source has.
    public let choosesRecords: Bool
}

/// The kind of value that can be written for an option.
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
    /// The path of a file or folder, relative to the program's working directory.
    case path
    /// The name of another pipeline.
    case pipeline
    /// Text that is never shown.
    case secret
    /// One of several words.
    case choice([String])
    /// A list of values of one shape.
    case list(OptionShape)
    /// Another form, described in words.
    case other(String)

    /// Whether the value must never be shown.
    var isSecret: Bool {
        switch self {
        case .secret: true
        case .list(let element): element.isSecret
        default: false
        }
    }

    /// The shape in words, as reference pages and messages show it.
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
        case .pipeline: "the name of a pipeline"
        case .secret: "a secret"
        case .choice(let words): words.map { "\"\($0)\"" }.joined(separator: " or ")
        case .list(let element): "a list, each \(element.words)"
        case .other(let words): words
        }
    }
}
