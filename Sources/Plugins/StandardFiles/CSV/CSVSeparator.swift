internal import Formats
package import PluginKit

/// The character between two fields of a CSV file.
package struct CSVSeparator: OptionValue, Hashable {
    /// The character.
    package let sign: Unicode.Scalar

    /// A comma.
    package static let comma = CSVSeparator(sign: ",")

    private init(sign: Unicode.Scalar) { self.sign = sign }

    package static var shape: OptionShape { .other("one character such as \",\", \";\" or \"\\t\"") }

    package init(from input: OptionInput) throws(Diagnostic) {
        let text = try input.text(expected: Self.shape)
        guard let sign = text.unicodeScalars.first, text.unicodeScalars.count == 1, Self.canSeparate(sign) else {
            throw Diagnostic(
                "csv.separator",
                message: "\(text.prefix(40).debugDescription) cannot separate fields",
                at: .text(input.range),
                hint: "one ASCII character other than a letter, digit, quote, backslash, line end, '+', '-' or '.'"
            )
        }
        self.sign = sign
    }

    package var literal: String { String(sign).literal }

    /// Characters that occur in numbers cannot separate fields.
    private static func canSeparate(_ sign: Unicode.Scalar) -> Bool {
        sign.isASCII && sign.value != 0 && !sign.properties.isAlphabetic && !("0"..."9" ~= sign)
            && !"\"\\\r\n+-.".unicodeScalars.contains(sign)
    }
}
