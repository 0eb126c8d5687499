/// Puts dots in the place of secrets.
struct Concealment: Sendable {
    private let secrets: [[Unicode.Scalar]]
    /// The secrets by their first two scalars: a text may have thousands of them.
    private let byStart: [[Unicode.Scalar]: [[Unicode.Scalar]]]
    private let isAboutThem: Bool

    /// A secret, or the beginning of one, is found by so many of its scalars.
    private static let recognised = 6

    init(_ texts: some Sequence<String>, isAboutThem: Bool) {
        // An escape in a secret reads differently in a message: what stands around it is looked for.
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

    /// `redis://` is no secret, and messages name it.
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

    /// Where the secret ends that begins at an index; nil if none does.
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

    /// Where a quoted piece ends, `found 'piece'`, that is a part of a secret.
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
        // A single sign, such as the quote that is missing, tells nothing.
        return isPart && piece.count > 1 ? end : nil
    }

    private func isQuoted(_ text: [Unicode.Scalar], at range: Range<Int>) -> Bool {
        guard range.lowerBound > 0, range.upperBound < text.count else { return false }
        return "'\"".unicodeScalars.contains(text[range.lowerBound - 1])
            && "'\"".unicodeScalars.contains(text[range.upperBound])
    }
}
