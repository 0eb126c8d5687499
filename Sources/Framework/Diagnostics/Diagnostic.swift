/// A problem reported to users: what is wrong, where it is, and what to do about it.
///
/// This is the only error type for users. Parsers, the plan and plugins all use it, and one renderer prints it, so all
/// messages look alike (`SourceText` provides the excerpt).
public struct Diagnostic: Error, Sendable {
    /// How serious a finding is.
    public enum Severity: String, Sendable, Comparable {
        /// Information; nothing has to be done.
        case note
        /// Probably a mistake; the operation can continue.
        case warning
        /// The operation cannot be carried out.
        case error

        /// Orders by severity: a note is the least.
        public static func < (left: Severity, right: Severity) -> Bool { left.weight < right.weight }

        private var weight: Int {
            switch self {
            case .note: 0
            case .warning: 1
            case .error: 2
            }
        }
    }

    /// A stable name for one kind of problem, `area.problem`, for references in documentation and programs.
    public struct Code: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
        /// The name, such as `option.unknown`.
        public let name: String

        /// Creates a code such as `option.unknown`: an area, a dot and a problem.
        public init(_ name: String) { self.name = name }
        /// Allows writing the code as a string.
        public init(stringLiteral name: String) { self.name = name }
        /// The code as messages show it, such as `option.unknown`.
        public var description: String { name }
    }

    /// Where a problem is.
    public enum Place: Sendable {
        /// A range of a text, such as a pipeline file.
        case text(SourceRange)
        /// A stage of a run and, if known, what it was processing: a page, a record, a cursor.
        case stage(String, at: String?)
        /// A file or folder.
        case file(String)
    }

    /// Another place that is related to the problem, such as the first of two definitions.
    public struct Related: Sendable {
        /// The place in the text that the note refers to.
        public let range: SourceRange
        /// How it is related to the problem, in a few words: `first here`.
        public let caption: String

        /// A related place and its caption.
        public init(_ range: SourceRange, caption: String) {
            self.range = range
            self.caption = caption
        }
    }

    /// The kind of problem.
    public var code: Code
    /// How serious it is.
    ///
    /// Default: `.error`.
    public var severity: Severity
    /// What is wrong, in one sentence without a full stop: what was found and what was expected.
    public var message: String
    /// Where it is; nil if it has no particular place.
    public var place: Place?
    /// What to do, or what was probably meant, such as `did you mean 'path'?`.
    public var hint: String?
    /// Further places, each with its caption.
    public var related: [Related]
    /// Changes to a pipeline file that would settle it: `sprocket check --write` makes them.
    ///
    /// Default: none.
    public var edits: [TextEdit] = []
    /// The error that caused it, if there is one.
    public var cause: Cause?
    /// The category that was set; nil if it follows from the place.
    var ownCategory: Category?

    /// The limit of a message or a hint in bytes: names in a file may be of any length.
    static let longest = 4_000

    /// Creates a problem; a message or a hint of more than 4,000 bytes is shortened in the middle.
    ///
    /// - Parameters:
    ///   - code: The kind of problem.
    ///   - message: What is wrong, in one sentence without a full stop.
    ///   - category: What has to change before the operation can succeed. Default: `usage` at a place of a text, `data`
    ///     elsewhere.
    ///   - place: Where it is.
    ///   - hint: What to do.
    ///   - severity: How serious it is.
    ///   - related: Related places.
    ///   - cause: What caused it.
    public init(
        _ code: Code,
        message: String,
        category: Category? = nil,
        at place: Place? = nil,
        hint: String? = nil,
        severity: Severity = .error,
        related: [Related] = [],
        cause: Cause? = nil
    ) {
        self.code = code
        self.severity = severity
        self.message = message.shortened(to: Self.longest)
        self.place = place
        self.hint = hint?.shortened(to: Self.longest)
        self.related = related
        self.cause = cause
        ownCategory = category
    }
}

extension Diagnostic {
    /// The same problem, at `place` unless it already has a place.
    public func placed(at place: Place?) -> Diagnostic {
        var placed = self
        if placed.place == nil { placed.place = place }
        return placed
    }
}
