/// Detects words of a command line that look like `name=value`, the setting of a variable.
package enum VariableWord {
    /// Whether a word can be the name of a variable.
    package static func isName(_ name: some StringProtocol) -> Bool {
        guard let first = name.unicodeScalars.first, first.properties.isAlphabetic || first == "_" else { return false }
        return name.unicodeScalars.allSatisfy { scalar in
            (scalar.isASCII && scalar.properties.isAlphabetic) || 48...57 ~= scalar.value
                || "_-".unicodeScalars
                    .contains(scalar)
        }
    }

    /// A hint to use `-D`, if a word looks like `name=value`.
    ///
    /// - Parameters:
    ///   - word: The word.
    ///   - what: What `-D` sets.
    /// - Returns: The hint; nil if the word looks like something else.
    package static func hint(_ word: String, of what: String = "variables") -> String? {
        guard let equals = word.firstIndex(of: "="), isName(word[..<equals]) else { return nil }
        return "\(what) are set with -D \(word)"
    }
}
