/// Recognises names of secrets: options, variables, header fields, URL parameters.
public enum SecretName {
    /// Whether values with this name must not be shown.
    ///
    /// It errs on the side of caution: `token_file` also matches.
    public static func matches(_ name: some StringProtocol) -> Bool {
        let letters = name.utf8.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }.map { $0 | 0x20 }
        return marks.contains { letters.holds($0) }
    }

    /// In lower case and without hyphens, so that `API_KEY`, `api-key` and `apiKey` are equal.
    private static let marks = [
        "token", "secret", "password", "passwd", "passphrase", "authorization", "cookie", "credential", "apikey",
        "accesskey", "privatekey", "clientid", "pwd", "jwt",
    ].map { Array($0.utf8) }
}

extension [UInt8] {
    /// Whether it contains `part`.
    fileprivate func holds(_ part: [UInt8]) -> Bool {
        guard count >= part.count else { return false }
        return (0...count - part.count).contains { self[$0..<$0 + part.count].elementsEqual(part) }
    }
}
