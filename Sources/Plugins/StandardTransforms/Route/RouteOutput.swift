package import PluginKit

/// An output of `route` and its values, written `television: show|season|episode`.
package struct RouteOutput: OptionValue {
    /// The name of the output.
    package let name: String
    /// The values as text.
    package let values: [String]
    /// Where the output is written; nil if it is not from a file.
    let place: SourceRange?

    /// Creates an output from its name and values.
    init(_ name: String, values: [String]) {
        self.name = name
        self.values = values
        place = nil
    }

    package static var shape: OptionShape { .other("an output and its values such as \"television: show|episode\"") }

    package init(from input: OptionInput) throws(Diagnostic) {
        let text = try input.text(expected: Self.shape)
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = Self.trimmed(parts[0])
        guard parts.count == 2 else {
            throw Self.wrong("expected a name, a colon and values", at: input.range)
        }
        try Self.check(name, at: .text(input.range))
        let values = parts[1].split(separator: "|", omittingEmptySubsequences: false).map(Self.trimmed)
        guard !values.contains("") else {
            throw Self.wrong("the output '\(name)' has an empty value", at: input.range)
        }
        self.name = name
        self.values = values
        place = input.range
    }

    package var literal: String { "\(name): \(values.joined(separator: "|"))".literal }

    /// Checks whether an output can have this name.
    ///
    /// - Throws: `route.name`: in `from` the name follows a dot, so it cannot contain one.
    static func check(_ name: String, at place: Diagnostic.Place?) throws(Diagnostic) {
        guard name.isEmpty || name.contains(".") else { return }
        throw Diagnostic(
            "route.name",
            message: name.isEmpty ? "an output has no name" : "the name '\(name)' of an output has a dot",
            at: place,
            hint: "it is used in from = \"STAGE.OUTPUT\", so choose a name without a dot"
        )
    }

    private static func trimmed(_ text: Substring) -> String {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        guard let first = text.firstIndex(where: { !isBlank($0) }), let last = text.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(text[first...last])
    }

    private static func wrong(_ message: String, at range: SourceRange) -> Diagnostic {
        Diagnostic(
            "route.output",
            message: message,
            at: .text(range),
            hint: "such as \"television: show|season|episode\""
        )
    }
}
