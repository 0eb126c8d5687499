/// Names under which people write secrets: options, variables, header fields, parameters of addresses.
public enum SecretName {
    /// Whether a value of this name is shown to nobody.
    ///
    /// Errs on the side of caution: `token_file` counts, too.
    public static func matches(_ name: some StringProtocol) -> Bool {
        let letters = name.utf8.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }.map { $0 | 0x20 }
        return marks.contains { letters.holds($0) }
    }

    /// In lowercase and without hyphens, so that `API_KEY`, `api-key` and `apiKey` are one.
    private static let marks = [
        "token", "secret", "password", "passwd", "passphrase", "authorization", "cookie", "credential", "apikey",
        "accesskey", "privatekey", "clientid", "pwd", "jwt",
    ].map { Array($0.utf8) }
}

extension [UInt8] {
    /// Whether `part` is somewhere in it.
    fileprivate func holds(_ part: [UInt8]) -> Bool {
        guard count >= part.count else { return false }
        return (0...count - part.count).contains { self[$0..<$0 + part.count].elementsEqual(part) }
    }
}
