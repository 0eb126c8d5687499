import Testing

@testable import Diagnostics

@Suite struct RenderingTests {
    /// What is said about the stretch between two signs `│` of a text, a line of dots standing for the tabs in it.
    func rendered(
        _ marked: String,
        hint: String? = nil,
        width: Int = 100,
        isColoured: Bool = false
    ) -> String {
        let parts = marked.split(separator: "│", omittingEmptySubsequences: false)
        let lower = parts[0].utf8.count
        let upper = parts.count > 2 ? lower + parts[1].utf8.count : lower
        let text = SourceText(parts.joined(), name: "pipelines/trakt.toml")
        return Diagnostic(
            "option.unknown",
            message: "there is no such option",
            at: .text(text[lower..<upper]),
            hint: hint
        )
        .rendered(.init(width: width, isColoured: isColoured))
    }

    @Test func `a place in a text is shown with its line and a mark below it`() {
        #expect(
            rendered("[run]\n│batch_sise│ = 100\n", hint: "did you mean 'batch_size'?") == """
                pipelines/trakt.toml:2:1: error[option.unknown]: there is no such option
                    2 | batch_sise = 100
                      | ^^^^^^^^^^ did you mean 'batch_size'?
                """
        )
    }

    @Test func `of a secret the place is shown, and dots for what stands there`() {
        let text = SourceText("limit = { url = \"redis://u:word@h\", x = 1 }\n", name: "p.toml")
        let range = text[16..<34].asSecret
        #expect(
            Diagnostic("redis.url", message: "this is no address", at: .text(range), hint: "say which").rendered()
                == """
                p.toml:1:17: error[redis.url]: this is no address
                    1 | limit = { url = •••, x = 1 }
                      |                 ^^^ say which
                """
        )
    }

    @Test func `a mark stands at its place after tabs`() {
        #expect(
            rendered("a = 1\n\t\tb│\tc│\td") == """
                pipelines/trakt.toml:2:4: error[option.unknown]: there is no such option
                    2 | \t\tb\tc\td
                      | \t\t ^^
                """
        )
    }

    @Test func `a mark stands at its place after wide and combining characters`() {
        #expect(
            rendered("title = \"日本 e\u{301} 🎬\" │x│ y") == """
                pipelines/trakt.toml:1:19: error[option.unknown]: there is no such option
                    1 | title = "日本 e\u{301} 🎬" x y
                      |                     ^
                """
        )
        #expect(
            rendered("a │日本│") == """
                pipelines/trakt.toml:1:3: error[option.unknown]: there is no such option
                    1 | a 日本
                      |   ^^^^
                """
        )
    }

    @Test func `an empty place gets one mark, also after the end`() {
        #expect(
            rendered("a = │") == """
                pipelines/trakt.toml:1:5: error[option.unknown]: there is no such option
                    1 | a =\(" ")
                      |     ^
                """
        )
        #expect(
            rendered("a = 1\n│") == """
                pipelines/trakt.toml:2:1: error[option.unknown]: there is no such option
                    2 |\(" ")
                      | ^
                """
        )
    }

    @Test func `a place over several lines is marked on its first`() {
        #expect(
            rendered("a = │[1,\n2]│\n", hint: "too many") == """
                pipelines/trakt.toml:1:5: error[option.unknown]: there is no such option
                    1 | a = [1,
                      |     ^^^ too many
                """
        )
    }

    @Test func `line ends of Windows and a byte order mark do not show`() {
        #expect(
            rendered("\u{FEFF}a = 1\r\nb = │2│\r\n") == """
                pipelines/trakt.toml:2:5: error[option.unknown]: there is no such option
                    2 | b = 2
                      |     ^
                """
        )
        #expect(
            rendered("\u{FEFF}│a│ = 1\r\n") == """
                pipelines/trakt.toml:1:1: error[option.unknown]: there is no such option
                    1 | a = 1
                      | ^
                """
        )
        #expect(
            rendered("│\u{FEFF}a│ = 1") == """
                pipelines/trakt.toml:1:1: error[option.unknown]: there is no such option
                    1 | a = 1
                      | ^
                """
        )
    }

    @Test func `a long line is cut around the mark`() {
        let dots = String(repeating: ".", count: 200)
        #expect(
            rendered("│abc│\(dots)", width: 40) == """
                pipelines/trakt.toml:1:1: error[option.unknown]: there is no such option
                    1 | abc............................…
                      | ^^^
                """
        )
        #expect(
            rendered("\(dots)│abc│", width: 40) == """
                pipelines/trakt.toml:1:201: error[option.unknown]: there is no such option
                    1 | …................abc
                      |                  ^^^
                """
        )
        #expect(
            rendered("\(dots)│abc│\(dots)", width: 40) == """
                pipelines/trakt.toml:1:201: error[option.unknown]: there is no such option
                    1 | …................abc...........…
                      |                  ^^^
                """
        )
        #expect(
            rendered("│\(dots)│", width: 40) == """
                pipelines/trakt.toml:1:1: error[option.unknown]: there is no such option
                    1 | ...............................…
                      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                """
        )
    }

    @Test func `control characters never reach the terminal`() {
        #expect(
            rendered("a\u{1B}[31m\u{0}\u{7F}\u{202E}\u{9B}│b│", hint: "\u{1B}[2J") == """
                pipelines/trakt.toml:1:11: error[option.unknown]: there is no such option
                    1 | a␛[31m␀␡\\u202E\\u009Bb
                      |                     ^ ␛[2J
                """
        )
        #expect(Diagnostic("a.b", message: "x\u{1B}[2Jy", at: .file("a\u{7}b")).rendered() == "a␇b: error[a.b]: x␛[2Jy")
        let named = SourceText("x", name: "a\u{1B}c")
        #expect(
            Diagnostic("a.b", message: "m", at: .text(named[0..<1])).rendered().hasPrefix("a␛c:1:1: error[a.b]: m\n")
        )
    }

    @Test func `text that is not UTF-8 is shown with a sign for what is wrong`() {
        let text = SourceText([0x61, 0xFF, 0x62, 0x20, 0x63], name: "x")
        #expect(
            Diagnostic("toml.utf8", message: "not UTF-8", at: .text(text[1..<2])).rendered() == """
                x:1:2: error[toml.utf8]: not UTF-8
                    1 | a\u{FFFD}b c
                      |  ^
                """
        )
    }

    @Test func `other places stand before or after, as in the text`() {
        let text = SourceText("[run]\na = 1\n[run]\n", name: "x.toml")
        let again = Diagnostic(
            "toml.twice",
            message: "the table [run] comes twice",
            at: .text(text[12..<17]),
            hint: "join the two",
            related: [.init(text[0..<5], caption: "first here")]
        )
        #expect(
            again.rendered() == """
                x.toml:3:1: error[toml.twice]: the table [run] comes twice
                    1 | [run]
                      | ----- first here
                    3 | [run]
                      | ^^^^^ join the two
                """
        )
        let later = Diagnostic(
            "toml.twice",
            message: "m",
            at: .text(text[0..<5]),
            related: [.init(text[12..<17], caption: "again here")]
        )
        #expect(
            later.rendered() == """
                x.toml:1:1: error[toml.twice]: m
                    1 | [run]
                      | ^^^^^
                    3 | [run]
                      | ----- again here
                """
        )
    }

    @Test func `places other than texts stand in the first line`() {
        #expect(
            Diagnostic("file.read", message: "there is no such file", at: .file("a.zip"), hint: "look again").rendered()
                == """
                a.zip: error[file.read]: there is no such file
                  hint: look again
                """
        )
        #expect(
            Diagnostic("http.status", message: "429", at: .stage("trakt", at: "page 3"), severity: .warning).rendered()
                == "warning[http.status]: trakt, page 3: 429"
        )
        #expect(
            Diagnostic("http.status", message: "429", at: .stage("trakt", at: nil), severity: .note).rendered()
                == "note[http.status]: trakt: 429"
        )
        #expect(Diagnostic("a.b", message: "m").rendered() == "error[a.b]: m")
    }

    @Test func `colours are asked for`() {
        #expect(
            rendered("│a│ = 1", hint: "h", isColoured: true) == """
                pipelines/trakt.toml:1:1: \u{1B}[1;31merror[option.unknown]\u{1B}[0m: there is no such option
                    1 | a = 1
                      | \u{1B}[1;32m^\u{1B}[0m h
                """
        )
    }

    @Test func `lines beyond 99,999 keep their bar in one column`() {
        let text = SourceText(String(repeating: "\n", count: 123_455) + "abc", name: "x")
        #expect(
            Diagnostic("a.b", message: "m", at: .text(text[123_456..<123_457])).rendered() == """
                x:123456:2: error[a.b]: m
                123456 | abc
                       |  ^
                """
        )
    }

    @Test func `a diagnostic keeps the place that it has`() {
        let placed = Diagnostic("a.b", message: "m").placed(at: .file("x")).placed(at: .file("y"))
        #expect(placed.rendered() == "x: error[a.b]: m")
    }

    @Test func `a list throws itself when it holds an error`() throws {
        var list = DiagnosticList([Diagnostic("a.b", message: "m", severity: .warning)])
        #expect(!list.hasErrors)
        try list.throwIfErrors()
        list.append(Diagnostic("c.d", message: "n"))
        list.append(contentsOf: DiagnosticList([Diagnostic("e.f", message: "o", severity: .note)]))
        #expect(list.map(\.code.name) == ["a.b", "c.d", "e.f"])
        #expect(throws: DiagnosticList.self) { try list.throwIfErrors() }
        #expect(Diagnostic.Severity.note < .warning && .warning < Diagnostic.Severity.error)
    }
}
