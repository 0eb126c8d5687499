package import PluginKit

/// The keys down to a value, joined by dots: `data.items`; a key with a dot is written in backticks.
package struct JSONPath: OptionValue, Hashable {
    /// The keys.
    package let keys: [String]

    package static var shape: OptionShape { .other("keys such as \"data.items\"") }

    package init(from input: OptionInput) throws(Diagnostic) {
        let text = try input.text(expected: .text)
        keys = try ColumnDeclarationParser(text, in: input).keys()
    }

    package var literal: String { keys.map { $0.contains(".") ? "`\($0)`" : $0 }.joined(separator: ".").literal }
}
