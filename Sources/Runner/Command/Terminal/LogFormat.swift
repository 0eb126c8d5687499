internal import Diagnostics

/// How lines on standard error are written.
enum LogFormat: String, CaseIterable {
    /// As text for people.
    case text
    /// As JSON objects, one a line (`LogLine`).
    case json

    /// The format that the arguments of a verb ask for.
    ///
    /// - Throws: `command.flag` for another word.
    init(_ arguments: Arguments) throws(Diagnostic) {
        guard let word = arguments[Self.flag.name] else {
            self = .text
            return
        }
        guard let format = Self(rawValue: word) else {
            throw Diagnostic(
                "command.flag",
                message: "--log-format must be text or json, not '\(word)'",
                category: .usage
            )
        }
        self = format
    }

    /// The format that a command line asks for, before it is parsed: it may not be valid.
    init(in words: [String]) {
        let flags = words.prefix { $0 != "--" }
        let isJSON =
            flags.contains("\(Self.flag.spelling)=json")
            || zip(flags, flags.dropFirst()).contains { $0 == Self.flag.spelling && $1 == "json" }
        self = isJSON ? .json : .text
    }

    static let flag = Flag(
        "log-format",
        value: "HOW",
        help: "Lines on standard error: text, or json for one object a line. Default: text."
    )
}
