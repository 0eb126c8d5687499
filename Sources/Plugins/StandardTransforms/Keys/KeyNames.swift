package import PluginKit

/// One column, or a list of columns, that form a key.
package struct KeyNames: OptionValue, ExpressibleByStringLiteral {
    /// The names, in the order in which they are written.
    package let names: [ColumnName]
    private let isList: Bool

    package init(stringLiteral name: String) { (names, isList) = ([ColumnName(stringLiteral: name)], false) }

    package static var shape: OptionShape { .other("the name of a column, or a list of them") }

    package init(from input: OptionInput) throws(Diagnostic) {
        if input.isList {
            (names, isList) = (try [ColumnName](from: input), true)
        } else {
            (names, isList) = ([try ColumnName(from: input)], false)
        }
    }

    package var literal: String { isList || names.count != 1 ? names.literal : names[0].literal }
}
