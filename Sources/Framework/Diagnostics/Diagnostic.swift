/// Something wrong, told to a person: what it is, where it is, and what to do about it.
///
/// This is the one error type of the house. A parser, the plan and a plugin all speak it, and one renderer prints it,
/// so every message looks alike (`SourceText` gives the excerpt).
public struct Diagnostic: Error, Sendable {
    /// How much a finding weighs.
    public enum Severity: String, Sendable, Comparable {
        /// Worth knowing; nothing has to be done.
        case note
        /// Probably a slip; the work can go on.
        case warning
        /// The work cannot be done like this.
        case error

        /// Orders by weight: a note is the least.
        public static func < (left: Severity, right: Severity) -> Bool { left.weight < right.weight }

        private var weight: Int {
            switch self {
            case .note: 0
            case .warning: 1
            case .error: 2
            }
        }
    }

    /// A stable name for one kind of problem, `area.problem`, that documentation and programs can refer to.
    public struct Code: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
        /// The name, such as `option.unknown`.
        public let name: String

        /// Creates a code such as `option.unknown`: an area, a dot and a problem.
        public init(_ name: String) { self.name = name }
        /// A code written as a literal.
        public init(stringLiteral name: String) { self.name = name }
        /// The code as messages show it, such as `option.unknown`.
        public var description: String { name }
    }

    /// Where a problem is.
    public enum Place: Sendable {
        /// A stretch of a text that somebody wrote.
        case text(SourceRange)
        /// A stage of a run and, where known, what it was at: a page, a record, a cursor.
        case stage(String, at: String?)
        /// A file or folder.
        case file(String)
    }

    /// Another place that has to do with the problem, such as the first of two definitions.
    public struct Related: Sendable {
        /// The place in the text that the note refers to.
        public let range: SourceRange
        /// What it has to do with the problem, in a few words: `first here`.
        public let caption: String

        /// A related place and its caption.
        public init(_ range: SourceRange, caption: String) {
            self.range = range
            self.caption = caption
        }
    }

    /// The kind of problem.
    public var code: Code
    /// How much it weighs (default: `.error`).
    public var severity: Severity
    /// What is wrong, in one sentence without a full stop: what was found and what was expected.
    public var message: String
    /// Where it is, if it is anywhere in particular.
    public var place: Place?
    /// What to do, or what was probably meant, such as `did you mean 'path'?`.
    public var hint: String?
    /// Further places, each with its caption.
    public var related: [Related]
    /// What led to it, if that was an error of its own.
    public var cause: Cause?
    /// The category that was set; nil for the one that follows from the place.
    var ownCategory: Category?

    /// How many bytes of a message or a hint are kept: names in a file may be of any length.
    static let longest = 4_000

    /// A problem of a kind, at a place; of a message or a hint of more than 4,000 bytes, the middle is left out.
    ///
    /// - Parameters:
    ///   - code: The kind of problem.
    ///   - message: What is wrong, in one sentence without a full stop.
    ///   - category: What has to change before it goes well. Default: `usage` at a place of a text, `data` elsewhere.
    ///   - place: Where it is.
    ///   - hint: What to do.
    ///   - severity: How much it weighs.
    ///   - related: Further places.
    ///   - cause: What led to it.
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
    /// The same problem, at `place` unless it has a place already.
    public func placed(at place: Place?) -> Diagnostic {
        var placed = self
        if placed.place == nil { placed.place = place }
        return placed
    }
}
