import Diagnostics
import Testing

/// Changes of texts that findings propose.
@Suite struct TextEditTests {
    /// The text with the first occurrence of each part replaced.
    private static func change(_ text: String, _ edits: [(part: String, by: String, additions: [String])]) -> String {
        let source = SourceText(text, name: "p.toml")
        let changes = edits.compactMap { edit -> TextEdit? in
            guard let range = text.firstRange(of: edit.part) else { return nil }
            let lower = text.utf8.distance(from: text.startIndex, to: range.lowerBound)
            return TextEdit(
                source[lower..<lower + edit.part.utf8.count],
                replacement: edit.by,
                additions: edit.additions
            )
        }
        return String(decoding: source.applying(changes), as: UTF8.self)
    }

    @Test(arguments: [
        ("a = 1 # why\nb = 2\n", "a = 2 # why\nx = 3\ny = 4\nb = 2\n"),
        ("  a = 1\r\n", "  a = 2\r\n  x = 3\r\n  y = 4\r\n"),
        ("a = 1", "a = 2\nx = 3\ny = 4"), ("s = [{ a = 1, b = 2 }]\n", "s = [{ a = 2, x = 3, y = 4, b = 2 }]\n"),
        ("\u{FEFF}\ta = 1\nä = \"é\"", "\u{FEFF}\ta = 2\n\tx = 3\n\ty = 4\nä = \"é\""),
    ])
    func `what is added follows the line of what is replaced, and all else stays`(text: String, changed: String) {
        #expect(Self.change(text, [("1", "2", ["x = 3", "y = 4"])]) == changed)
    }

    @Test func `several changes are made in the order of the text, and one that overlaps is left out`() {
        let changed = Self.change("a = 12\nb = 3\n", [("3", "4", []), ("12", "5", ["c = 6"]), ("2", "7", [])])
        #expect(changed == "a = 5\nc = 6\nb = 4\n")
    }

    @Test func `what is added to a value of several lines follows its last line`() {
        #expect(Self.change("a = [\n  1,\n] # end\n", [("[\n  1,\n]", "[]", ["b = 2"])]) == "a = [] # end\nb = 2\n")
    }
}
