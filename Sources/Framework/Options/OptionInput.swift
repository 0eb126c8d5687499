public import TOML

/// The value of an option in a pipeline file, with its place; texts are interpolated.
public struct OptionInput: Sendable {
    private let value: TOMLValue
    private let interpolation: Interpolation

    /// A value of a file, read through an interpolation.
    public init(_ value: TOMLValue, interpolation: Interpolation) {
        self.value = value
        self.interpolation = interpolation
    }

    /// The place of the value.
    public var range: SourceRange { value.range }

    /// The value as interpolated text.
    ///
    /// - Throws: `option.type`, errors of `${…}`, `option.path` for a path longer than the system allows, and
    ///   `option.home` for a path that begins with `~`.
    public func text(expected: OptionShape) throws(Diagnostic) -> String {
        guard let text = value.string else { throw mismatch(expected) }
        let expanded = try interpolation.expand(text, at: value.range)
        if expected == .secret { interpolation.conceal(expanded) }
        if expected == .path {
            try HomePath.check(expanded, at: .text(value.range))
            guard expanded.utf8.count <= FileSystem.longestPath else {
                throw Diagnostic(
                    "option.path",
                    message: "this path has \(expanded.utf8.count.counted("byte"))",
                    at: .text(value.range),
                    hint: "a path has at most \(FileSystem.longestPath)"
                )
            }
        }
        return expanded
    }

    /// A whole number, or a text with `${…}` that expands to one.
    public func integer(expected: OptionShape) throws(Diagnostic) -> Int64 {
        if let integer = value.integer { return integer }
        guard let text = try interpolated(), let integer = Int64(text) else { throw mismatch(expected) }
        return integer
    }

    /// A number, or a text with `${…}` that expands to one.
    public func real(expected: OptionShape) throws(Diagnostic) -> Double {
        if let real = value.double { return real }
        if let integer = value.integer { return Double(integer) }
        guard let text = try interpolated(), let real = Double(text), real.isFinite else { throw mismatch(expected) }
        return real
    }

    /// `true` or `false`, or a text with `${…}` that expands to one of them.
    public func boolean(expected: OptionShape) throws(Diagnostic) -> Bool {
        if let boolean = value.boolean { return boolean }
        switch try interpolated() {
        case "true": return true
        case "false": return false
        default: throw mismatch(expected)
        }
    }

    /// The text as it is written, if it has no reference such as `${var:name}`; nil for any other value.
    var plainText: String? { value.string.flatMap { Interpolation.occurs(in: $0) ? nil : $0 } }

    /// Whether the value is a list.
    public var isList: Bool { value.kind == .array }

    /// The elements of a list.
    public func elements(expected: OptionShape) throws(Diagnostic) -> [OptionInput] {
        guard value.kind == .array else { throw mismatch(expected) }
        return value.elements.map { OptionInput($0, interpolation: interpolation) }
    }

    /// The value as a table, for options with keys of their own; nil if it is not a table.
    public var table: TOMLValue? { value.kind == .table ? value : nil }

    /// The interpolation, for options with keys of their own.
    public var interpolations: Interpolation { interpolation }

    /// A finding that another kind of value was expected here.
    public func mismatch(_ expected: OptionShape) -> Diagnostic {
        // An excerpt of the line would show the secret.
        if expected == .secret {
            return Diagnostic(
                "option.type",
                message: "expected a secret, written as text, found something else",
                category: .usage,
                at: .file("\(value.range.text.name):\(value.range.start)"),
                hint: "\"${env:NAME}\" keeps it out of the file"
            )
        }
        return Diagnostic("option.type", message: "expected \(expected.words), found \(found)", at: .text(value.range))
    }

    /// The expanded text of a string with `${…}`; nil if the value is not a string or has no reference: a plain "7" is
    /// not a number.
    private func interpolated() throws(Diagnostic) -> String? {
        guard let text = value.string, Interpolation.occurs(in: text) else { return nil }
        return try interpolation.expand(text, at: value.range)
    }

    /// What replaces `${…}` in this value; nil if nothing does.
    func replacement(of reference: Substring) -> String? { try? interpolation.value(of: reference, at: range) }

    private var found: String {
        switch value.kind {
        case .string:
            // A failed expansion has already been reported; the text is shown as written.
            "the text \"\(((try? interpolated()) ?? value.string ?? "").prefix(40))\""
        case .integer: "the number \(value.integer ?? 0)"
        case .float: "the number \(value.double ?? 0)"
        case .boolean: "\(value.boolean ?? false)"
        case .array: "a list"
        case .table: "a table"
        case .offsetDateTime, .localDateTime, .localDate, .localTime: "a date or time"
        case .missing: "nothing"
        }
    }
}
