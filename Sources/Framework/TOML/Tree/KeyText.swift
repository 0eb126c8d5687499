/// How keys and strings are written.
enum KeyText {
    /// The key in the form of a document: bare if possible, otherwise in quotes.
    static func quotedIfNeeded(_ key: String) -> String {
        !key.isEmpty && key.utf8.allSatisfy(\.isBareKey) ? key : quoted(key)
    }

    /// A text as a basic string.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\u{0}"..<" ", "\u{7F}": quoted += Text.escape(UInt8(truncatingIfNeeded: scalar.value))
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
