package import Diagnostics

/// What is wrong with a pattern, and where in it.
package struct PatternFault: Error, Sendable {
    /// The kind of problem, such as `regex.group`.
    package let code: Diagnostic.Code
    /// What is wrong.
    package let message: String
    /// What to do about it.
    package let hint: String?
    /// The wrong part, in bytes from the start of the pattern; nil if it is the pattern as a whole.
    package let range: Range<Int>?
    /// The text that the pattern excludes at the start, as `^(?!The )` does: `not … starts with "The "` is the same.
    package let excludedStart: String?

    init(
        _ code: Diagnostic.Code,
        message: String,
        hint: String? = nil,
        at range: Range<Int>? = nil,
        excludedStart: String? = nil
    ) {
        self.code = code
        self.message = message
        self.hint = hint
        self.range = range
        self.excludedStart = excludedStart
    }

    /// What has to change: the machine if the library is missing, else the pattern.
    package var category: Diagnostic.Category { code == "regex.unavailable" ? .environment : .usage }
}
