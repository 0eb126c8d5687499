import Testing

@testable import Diagnostics

/// Texts of others, as people see them.
@Suite struct VisibleTextTests {
    struct Shown: Sendable, CustomTestStringConvertible {
        let text: String
        let line: String
        let testDescription: String

        init(_ what: String, _ text: String, _ line: String) {
            (testDescription, self.text, self.line) = (what, text, line)
        }
    }

    static let shown = [
        Shown("plain", "Amélie, 日本, 🎬", "Amélie, 日本, 🎬"),
        Shown("an escape sequence", "\u{1B}[2J", "␛[2J"),
        Shown("a forged line", "a\nerror: forged", "a␊error: forged"),
        Shown("a line end of Windows", "a\r\nb", "a␍␊b"),
        Shown("a tab and a bell", "a\tb\u{7}", "a␉b␇"),
        Shown("null and delete", "\u{0}\u{7F}", "␀␡"),
        Shown("controls of the second set", "\u{80}\u{85}\u{9B}31m", #"\u0080\u0085\u009B31m"#),
        Shown("overrides and isolates", "\u{202E}\u{2066}\u{200F}\u{61C}", #"\u202E\u2066\u200F\u061C"#),
        Shown("separators of lines and paragraphs", "\u{2028}\u{2029}", #"\u2028\u2029"#),
        Shown("no width", "a\u{200B}b\u{FEFF}c\u{AD}d\u{2060}", #"a\u200Bb\uFEFFc\u00ADd\u2060"#),
        Shown("joiners in ASCII", "a\u{200D}b\u{200C}", #"a\u200Db\u200C"#),
        Shown("a joiner of a script", "می\u{200C}خواهم", "می\u{200C}خواهم"),
        Shown("joiners of pictures", "👩\u{200D}🚀 ❤\u{FE0F}\u{200D}🔥", "👩\u{200D}🚀 ❤\u{FE0F}\u{200D}🔥"),
        Shown("joiners in a row", "م\u{200D}\u{200D}م", #"م\u200D\u200Dم"#),
        Shown("tags and noncharacters", "\u{E0041}\u{FFFE}\u{FFFF}", #"\U000E0041\uFFFE\uFFFF"#),
        Shown("annotations and fillers", "\u{FFF9}\u{3164}\u{115F}", #"\uFFF9\u3164\u115F"#),
        Shown("bytes that are not UTF-8", String(decoding: [0x61, 0xFF, 0xC3], as: UTF8.self), "a\u{FFFD}\u{FFFD}"),
    ]

    @Test(arguments: shown)
    func `a text is one line, and nothing in it is invisible`(text: Shown) {
        #expect(VisibleText.line(text.text) == text.line)
        #expect(VisibleText.lines([text.text, "b"]) == text.line + "\nb")
        #expect(VisibleText.text(text.text) == text.line.replacing("␊", with: "\n"))
    }

    @Test func `every control character has a picture`() {
        for number in [0..<0x20, 0x7F..<0xA0].joined() {
            guard let scalar = Unicode.Scalar(UInt32(number)) else { continue }
            #expect(VisibleText.line(String(scalar)).unicodeScalars.allSatisfy { !$0.isInvisible }, "\(number)")
            #expect(scalar == "\n" || VisibleText.text(String(scalar)) == VisibleText.line(String(scalar)))
        }
    }

    @Test func `a long text is cut, and the rest counted`() {
        #expect(VisibleText.line("abcdef", atMost: 6) == "abcdef")
        #expect(VisibleText.line("abcdefg", atMost: 6) == "abcdef… and 1 more character")
        #expect(VisibleText.line("日本日本\n", atMost: 2) == "日本… and 3 more characters")
        // One character to a reader, and without an end.
        let pile = "e" + String(repeating: "\u{301}", count: 100_000)
        #expect(VisibleText.line(pile).unicodeScalars.count < 4_100)
        #expect(VisibleText.line(pile).hasSuffix("… and 96001 more characters"))
    }

    @Test(arguments: shown)
    func `a JSON text means the same, and nothing in it is invisible`(text: Shown) {
        let inside = text.text.unicodeScalars.filter { $0.value >= 0x20 }
        let json = VisibleText.json("[\n\"\(String(String.UnicodeScalarView(inside)))\"\n]")
        let invisible = json.unicodeScalars.filter { $0.isInvisible && $0.value != 0x200C && $0.value != 0x200D }
        #expect(invisible.allSatisfy { $0 == "\n" })
        #expect(VisibleText.json(Array(json.utf8)) == Array(json.utf8))
    }

    @Test func `escapes of JSON are those of RFC 8259`() {
        #expect(VisibleText.json("\"a\u{7F}\u{9B}\u{202E}\u{E0041}\"") == #""a\u007F\u009B\u202E\uDB40\uDC41""#)
    }

    @Test(arguments: shown)
    func `no part of a diagnostic steers the terminal`(text: Shown) {
        let text = text.text
        let source = SourceText("a = 1\n\"\(text)\" = 2\n", name: text)
        let places: [Diagnostic.Place?] = [
            nil, .file(text), .stage(text, at: text), .text(source[0..<1]), .text(source[7..<9]),
        ]
        for place in places {
            let diagnostic = Diagnostic(
                "a.b",
                message: "found \(text)",
                at: place,
                hint: "not \(text)",
                related: [.init(source[0..<1], caption: text)]
            )
            let lines = diagnostic.rendered().split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count == (place.map { if case .text = $0 { 5 } else { 2 } } ?? 2))
            for line in lines {
                let invisible = line.unicodeScalars.filter { scalar in
                    scalar.isInvisible && ![9, 0x200C, 0x200D].contains(scalar.value)
                }
                #expect(invisible.isEmpty)
            }
        }
    }
}
