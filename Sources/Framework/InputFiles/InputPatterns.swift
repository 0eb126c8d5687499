package import Options
public import PluginKit

/// What a source reads, as an option: one pattern, or a list of them.
///
///     path = "plays.csv"
///     path = ["archive/*.csv.gz", "new/"]
///
/// The type of the option declares which files the plugin reads: no output of the same run may replace one of them, or
/// have a name that one of the patterns finds.
public struct InputPatterns: OptionValue, Hashable, ExpressibleByStringLiteral {
    /// The patterns, in the order in which they are read.
    public let patterns: [InputPattern]
    private let isList: Bool

    /// Creates patterns, in the order in which they are read.
    public init(_ patterns: [InputPattern]) {
        self.patterns = patterns
        isList = patterns.count != 1
    }

    /// Allows writing the default of an option as a string: a path or a pattern of paths.
    public init(stringLiteral path: String) { self.init([InputPattern(path: path)]) }

    /// A path, a pattern or an address, or a list of them.
    public static var shape: OptionShape { .other("a path, a pattern, an address, \"-\" or a list of them") }

    /// Reads the patterns from a pipeline file.
    ///
    /// - Throws: `option.type`, `option.path`, `option.home`, `url.invalid`; errors of `${…}`.
    public init(from input: OptionInput) throws(Diagnostic) {
        isList = input.isList
        let inputs = isList ? try input.elements(expected: Self.shape) : [input]
        var patterns: [InputPattern] = []
        for input in inputs { patterns.append(try Self.pattern(input)) }
        guard !patterns.isEmpty else {
            throw Diagnostic(
                "option.path",
                message: "this list is empty",
                at: .text(input.range),
                hint: "name at least one file to read"
            )
        }
        self.patterns = patterns
    }

    private static func pattern(_ input: OptionInput) throws(Diagnostic) -> InputPattern {
        let text = try input.text(expected: .path)
        guard !text.isEmpty else {
            throw Diagnostic(
                "option.path",
                message: "this path is empty",
                at: .text(input.range),
                hint: "name the file to read"
            )
        }
        return try InputPattern(text, at: .text(input.range))
    }

    /// The patterns as they are written in a pipeline file.
    public var literal: String {
        let texts = patterns.map(\.text.quoted)
        return isList ? "[\(texts.joined(separator: ", "))]" : texts[0]
    }

    /// Whether standard input is one of them.
    public var readsStandardInput: Bool { patterns.contains { $0.subject == .standardInput } }
}

extension InputPatterns: InputNames {
    package var inputPaths: [InputPath] {
        patterns.compactMap { pattern in
            guard case .path(let path) = pattern.subject, pattern.glob == nil else { return nil }
            return InputPath(path)
        }
    }

    package var inputPatterns: [Glob] { patterns.compactMap(\.glob) }
}
