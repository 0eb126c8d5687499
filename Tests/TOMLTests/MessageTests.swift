import Diagnostics
import TOML
import Testing

@Suite struct MessageTests {
    @Test func `a duplicate key points at both places`() {
        #expect(
            rendered("name = \"a\"\nother = 1\nname = \"b\"") == """
                x.toml:3:1: error[toml.duplicate-key]: the key 'name' is already defined
                    1 | name = "a"
                      | ---- first here
                    3 | name = "b"
                      | ^^^^
                """
        )
    }

    @Test func `an unterminated string is reported where it began`() {
        #expect(
            rendered("a = \"one\nb = 2") == """
                x.toml:1:5: error[toml.unterminated-string]: the string that begins here has no closing " on its line
                    1 | a = "one
                      |     ^^^^ put a string over several lines in \"""
                """
        )
        #expect(
            rendered("\na = '''one\ntwo\n") == """
                x.toml:2:5: error[toml.unterminated-string]: the string that begins here is not closed by ''' before the end \
                of the file
                    2 | a = '''one
                      |     ^^^
                """
        )
    }

    @Test func `a missing comma points at what was found and at the bracket`() {
        #expect(
            rendered("a = [\n  1,\n  2\n  3\n]") == """
                x.toml:4:3: error[toml.missing-comma]: ',' or ']' is expected in an array, found '3'
                    1 | a = [
                      |     - the array begins here
                    4 |   3
                      |   ^
                """
        )
    }

    @Test func `a bracket that is not closed is reported where it should be`() {
        #expect(
            rendered("a = [\n  1,\n  2 # two\n\n[b]") == """
                x.toml:3:4: error[toml.unterminated]: the array is not closed: ']' is expected before the next header
                    1 | a = [
                      |     - the array begins here
                    3 |   2 # two
                      |    ^
                """
        )
    }

    /// A slip that people make, and what the hint says.
    struct Slip: Sendable, CustomTestStringConvertible {
        let toml: String
        let hint: String?
        var testDescription: String { toml.debugDescription }

        init(_ toml: String, _ hint: String?) {
            self.toml = toml
            self.hint = hint
        }
    }

    @Test(arguments: [
        Slip("a = True", "write true"),
        Slip("a = yes", "write true"),
        Slip("a = FALSE", "write false"),
        Slip("a = off", "write false"),
        Slip("a = null", "TOML has no null: leave the key out"),
        Slip("a = text", "put a text in quotes"),
        Slip("a = Infinity", "write inf"),
        Slip("a : 1", "write = for :"),
        Slip("a == 1", "one = is enough"),
        Slip("a 1", "write = between the key and its value"),
        Slip("a", "a key has a value: key = value"),
        Slip("a b = 1", "write \"a b\""),
        Slip("é = 1", "put the key in quotes"),
        Slip("// note", "comments begin with #"),
        Slip("; note", "comments begin with #"),
        Slip("a = 1 // note", "comments begin with #"),
        Slip("a = 01", "leave the zeros out, write 0o for an octal number, or put a text in quotes"),
        Slip("a = .5", "put a digit before the decimal point"),
        Slip("a = 0XFF", "0x, 0o and 0b are written in small letters"),
        Slip("a = 1e999", "for infinity write inf"),
        Slip("a = 2025/12/18", "a date is written 2025-12-18"),
        Slip("a = 2025-1-1", "a date is written 2025-12-18"),
        Slip("a = 23:59:60", "a leap second has no place on most clocks, and none here"),
        Slip(
            #"a = "C:\dir""#,
            #"for the character \ itself write \\, or put the text in '…', where nothing is escaped"#
        ),
        Slip(
            #"a = "C:\users""#,
            #"for the character \ itself write \\, or put the text in '…', where nothing is escaped"#
        ),
        Slip("a = \u{201C}x\u{201D}", "use \" or '"),
        Slip("a = 'it's'", "put a text with an apostrophe in \"…\""),
        Slip(#"a = "say "hi"""#, #"inside "…" a quotation mark is written \""#),
        Slip("a = 1, ", "pairs on separate lines have no comma between them"),
        Slip("a = 1 b = 2", "each pair and each header has a line of its own"),
        Slip("[[a]]\n[a]", "for another element write [[…]]"),
        Slip("[a]\n[a]", "for a list of tables write [[…]] each time"),
        Slip("[a]]", "the header of an array of tables begins with [["),
        Slip("[a b]", "put a key with spaces or other characters in quotes"),
        Slip("\"\"\"a\"\"\" = 1", "write it in single quotation marks"),
        Slip("a =\u{A0}1", "only spaces and tabs are whitespace in TOML"),
        Slip("a = 1\rb = 2\r", "a carriage return is allowed only before a line feed: save the file with LF or CRLF"),
        Slip("a = \"\u{7}\"", "write it as \\u0007"),
        Slip("x = 1\n\u{FEFF}a = 1", "a byte order mark is allowed only at the very start of a file"),
    ])
    func `a slip that people make has a hint`(slip: Slip) {
        let problems = TOMLDocument.recovering(Array(slip.toml.utf8), name: "x").problems
        #expect(problems.map(\.hint) == [slip.hint])
    }

    @Test func `what came with TOML 1_1 is reported as that in 1_0`() {
        let problems = TOMLDocument.recovering(
            Array("a = \"\\e\"\nb = 07:32\nc = {d = 1,}\nf = {\n}".utf8),
            name: "x",
            options: .init(version: .v1_0)
        ).problems
        #expect(
            problems.map(\.message) == [
                "\\e is not an escape",
                "a time needs seconds in TOML 1.0",
                "TOML 1.0 has no comma after the last pair of an inline table",
                "an inline table ends on its line in TOML 1.0, found the end of the line",
            ]
        )
        #expect(problems.first { _ in true }?.hint == "\\e came with TOML 1.1; in 1.0 write \\u001B")
    }

    /// Asks for no key.
    struct Nothing: Decodable {
        enum Keys: CodingKey {}

        init(from decoder: any Decoder) throws { _ = try decoder.container(keyedBy: Keys.self) }
    }

    @Test func `a key of a megabyte is reported in a few bytes`() {
        let key = String(repeating: "é", count: 50_000)
        for toml in ["'\(key)' = 1\n'\(key)' = 2", "['\(key)']\n['\(key)']", "\(key) = 1", "'\(key)' 1", "a = \(key)"] {
            #expect((1..<2000).contains(rendered(toml).utf8.count))
        }
        let unknown = #expect(throws: DiagnosticList.self) {
            try TOMLDecoder(unknownKeys: .refused).decode(
                Nothing.self,
                from: Array("'\(key)' = 1".utf8),
                name: "x"
            )
        }
        #expect(unknown?.all.map { $0.rendered().utf8.count < 2000 } == [true])
    }

    @Test func `a control character is named and never printed`() {
        let text = rendered("a = \"\u{1B}[31m\"")
        #expect(
            text == """
                x.toml:1:6: error[toml.control-character]: the control character U+001B (escape) is not allowed in a string
                    1 | a = "␛[31m"
                      |      ^ write it as \\u001B
                """
        )
    }

    @Test func `a mistake far along a line is shown with its surroundings`() {
        let long = "a = [" + String(repeating: "100, ", count: 1000) + "x]"
        #expect(
            rendered(long, width: 60) == """
                x.toml:1:5006: error[toml.unknown-value]: 'x' is not a value
                    1 | … 100, 100, 100, 100, 100, x]
                      |                            ^ put a text in quotes
                """
        )
    }

    @Test func `a mistake at the end of a megabyte in one line is shown in a few bytes`() {
        for filler in ["x", "é", "😀", "\t"] {
            let text = rendered("a = \"" + String(repeating: filler, count: 50_000) + "\" y")
            #expect(text.utf8.count < 1000)
            #expect(text.hasPrefix("x.toml:1:50008: error[toml.unexpected]"), "\(text)")
        }
    }
}
