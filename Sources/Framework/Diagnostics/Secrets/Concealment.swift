/// Replaces secrets in texts by dots.
struct Concealment: Sendable {
    private let secrets: [[Unicode.Scalar]]
    /// The secrets by their first two scalars: a text may have thousands of secrets.
    private let byStart: [[Unicode.Scalar]: [[Unicode.Scalar]]]
    private let isAboutThem: Bool

    /// The number of scalars by which a secret, or its beginning, is recognised.
    private static let recognised = 6

    init(_ texts: some Sequence<String>, isAboutThem: Bool) {
        // A message may show an escape sequence of the secret differently, so the pieces around it are searched for.
        var pieces: Set<[Unicode.Scalar]> = []
        for text in texts {
            for piece in [text] + text.split(separator: "\\").map(String.init) {
                let scalars = Array(Self.withoutScheme(piece).unicodeScalars)
                if scalars.count > 1 { pieces.insert(scalars) }
            }
        }
        secrets = Array(pieces)
        byStart = Dictionary(grouping: secrets) { Array($0.prefix(2)) }
        self.isAboutThem = isAboutThem
    }

    /// Removes a scheme such as `redis://`, which is not secret and which messages name.
    private static func withoutScheme(_ text: String) -> Substring {
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else { return text[...] }
        return text[text.index(colon, offsetBy: 3)...]
    }

    func applied(to text: String) -> String {
        guard !secrets.isEmpty else { return text }
        let scalars = Array(text.unicodeScalars)
        var shown = String.UnicodeScalarView()
        var index = 0
        while index < scalars.count {
            if let end = end(of: scalars, at: index) {
                shown.append(contentsOf: "•••".unicodeScalars)
                index = end
            } else {
                shown.append(scalars[index])
                index += 1
            }
        }
        return String(shown)
    }

    /// The end of the secret that begins at an index; nil if none does.
    private func end(of text: [Unicode.Scalar], at index: Int) -> Int? {
        guard index + 1 < text.count else { return nil }
        let likely = byStart[[text[index], text[index + 1]]] ?? []
        let lengths = likely.compactMap { secret -> Int? in
            var length = 0
            while length < secret.count, index + length < text.count, text[index + length] == secret[length] {
                length += 1
            }
            let isWhole = length == secret.count && (length >= 4 || isQuoted(text, at: index..<index + length))
            return isWhole || length >= Self.recognised ? length : nil
        }
        if let longest = lengths.max() { return index + longest }
        return isAboutThem ? endOfQuotedPiece(of: text, at: index) : nil
    }

    /// The end of a quoted part of a secret, as in `found 'piece'`.
    private func endOfQuotedPiece(of text: [Unicode.Scalar], at index: Int) -> Int? {
        guard index > 0, text[index - 1] == "'" || text[index - 1] == "\"" else { return nil }
        guard let end = text[index...].firstIndex(of: text[index - 1]), end > index, end - index <= 200 else {
            return nil
        }
        let piece = text[index..<end]
        let isPart = secrets.contains { secret in
            secret.count >= piece.count
                && (0...secret.count - piece.count).contains { secret[$0..<$0 + piece.count].elementsEqual(piece) }
        }
        // A single character, such as a missing quote, reveals nothing.
        return isPart && piece.count > 1 ? end : nil
    }

    private func isQuoted(_ text: [Unicode.Scalar], at range: Range<Int>) -> Bool {
        guard range.lowerBound > 0, range.upperBound < text.count else { return false }
        return "'\"".unicodeScalars.contains(text[range.lowerBound - 1])
            && "'\"".unicodeScalars.contains(text[range.upperBound])
    }
}
