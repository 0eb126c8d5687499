extension StringProtocol {
    /// The text as one word of a shell, so that a command in a hint can be pasted: unchanged, or in single quotes.
    package var shellWord: String {
        let isPlain = utf8.allSatisfy { byte in
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+-".utf8.contains(byte)
        }
        if isPlain, !isEmpty, first != "-" { return String(self) }
        return "'\(String(self).replacing("'", with: #"'\''"#))'"
    }
}
