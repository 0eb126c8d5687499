import Diagnostics
@testable import Options
import TOML
import Testing

@Suite struct OptionTests {
    @Test func `an option that the file does not name has its default, and no place`() throws {
        let options = try bound(EveryKind.self, "")
        #expect(options.text == "a")
        #expect(options.whole == 1)
        #expect(options.real == 0.5)
        #expect(options.flag == false)
        #expect(options.wait == .seconds(30))
        #expect(options.size == 1024)
        #expect(options.column == "title")
        #expect(options.path == "out/{name}.csv")
        #expect(options.token.revealed == "hunter2")
        #expect(options.colour == .darkRed)
        #expect(options.several == [1, 2])
        #expect(options.perhaps == nil)
        #expect(options.limited == nil)
        #expect(options.pageSize == 250)
        #expect(options.$text == nil)
    }

    @Test func `an option of every kind is read, under its name in snake case`() throws {
        let options = try bound(
            EveryKind.self,
            """
            use = "csv"
            text = "b"
            whole = -7
            real = 2
            flag = true
            wait = "1m30s"
            size = "2 MiB"
            column = "year"
            path = "x/{date}"
            token = "swordfish"
            colour = "blue"
            several = [3]
            perhaps = 4
            limited = 5
            page_size = 1
            max_url_age = "1h"
            """
        )
        #expect(options.text == "b")
        #expect(options.whole == -7)
        #expect(options.real == 2)
        #expect(options.flag)
        #expect(options.wait == .seconds(90))
        #expect(options.size == ByteCount(2 << 20))
        #expect(options.column == "year")
        #expect(options.path == "x/{date}")
        #expect(options.token.revealed == "swordfish")
        #expect(options.colour == .blue)
        #expect(options.several == [3])
        #expect(options.perhaps == 4)
        #expect(options.limited == 5)
        #expect(options.pageSize == 1)
        #expect(options.maxURLAge == .seconds(3600))
        guard case .text(let range) = options.$text else {
            Issue.record("an option knows where it was written")
            return
        }
        #expect(range.start == SourcePosition(line: 2, column: 8))
    }

    struct Mistake: CustomTestStringConvertible, Sendable {
        var testDescription: String { line }
        let line: String
        let finding: String

        init(_ line: String, _ finding: String) {
            self.line = line
            self.finding = finding
        }
    }

    @Test(arguments: [
        Mistake(
            "text = 7",
            """
            p.toml:1:8: error[option.type]: expected text, found the number 7
                1 | text = 7
                  |        ^
            """
        ),
        Mistake(
            "whole = \"7\"",
            """
            p.toml:1:9: error[option.type]: expected a whole number, found the text "7"
                1 | whole = "7"
                  |         ^^^
            """
        ),
        Mistake(
            "whole = 7.5",
            """
            p.toml:1:9: error[option.type]: expected a whole number, found the number 7.5
                1 | whole = 7.5
                  |         ^^^
            """
        ),
        Mistake(
            "real = [1]",
            """
            p.toml:1:8: error[option.type]: expected a number, found a list
                1 | real = [1]
                  |        ^^^
            """
        ),
        Mistake(
            "flag = 2026-11-23",
            """
            p.toml:1:8: error[option.type]: expected true or false, found a date or time
                1 | flag = 2026-11-23
                  |        ^^^^^^^^^^
            """
        ),
        Mistake(
            "wait = \"soon\"",
            """
            p.toml:1:8: error[option.type]: expected a length of time such as "30s", found "soon"
                1 | wait = "soon"
                  |        ^^^^^^ write numbers with units (ms, s, m, h, d), such as "1m30s"
            """
        ),
        Mistake(
            "size = -1",
            """
            p.toml:1:8: error[option.type]: expected a size such as "256 MiB", found the number -1
                1 | size = -1
                  |        ^^
            """
        ),
        Mistake(
            "size = \"3 apples\"",
            """
            p.toml:1:8: error[option.type]: expected a size such as "256 MiB", found the text "3 apples"
                1 | size = "3 apples"
                  |        ^^^^^^^^^^
            """
        ),
        Mistake(
            "path = \"out/\"",
            """
            p.toml:1:8: error[option.path]: the path does not name a file
                1 | path = "out/"
                  |        ^^^^^^ such as "exports/{name}.csv"
            """
        ),
        Mistake(
            "path = \"{nmae}.csv\"",
            """
            p.toml:1:8: error[option.placeholder]: there is no placeholder '{nmae}'
                1 | path = "{nmae}.csv"
                  |        ^^^^^^^^^^^^ did you mean 'name'?
            """
        ),
        Mistake(
            "path = \"{name.csv\"",
            """
            p.toml:1:8: error[option.placeholder]: a '{' is never closed
                1 | path = "{name.csv"
                  |        ^^^^^^^^^^^ placeholders: {name}, {date}, {time}, {run}, {part}, {partition}
            """
        ),
        Mistake(
            "colour = \"bleu\"",
            """
            p.toml:1:10: error[option.choice]: expected "dark-red" or "blue" or "green", found "bleu"
                1 | colour = "bleu"
                  |          ^^^^^^ did you mean 'blue'?
            """
        ),
        Mistake(
            "several = [1, true]",
            """
            p.toml:1:15: error[option.type]: expected a whole number, found true
                1 | several = [1, true]
                  |               ^^^^
            """
        ),
        Mistake(
            "several = 1",
            """
            p.toml:1:11: error[option.type]: expected a list, each a whole number, found the number 1
                1 | several = 1
                  |           ^
            """
        ),
        Mistake(
            "page_size = 5000",
            """
            p.toml:1:13: error[option.range]: 5000 is out of range
                1 | page_size = 5000
                  |             ^^^^ allowed: 1...250
            """
        ),
        Mistake(
            "limited = 0",
            """
            p.toml:1:11: error[option.range]: 0 is out of range
                1 | limited = 0
                  |           ^ allowed: 1...5
            """
        ),
        Mistake(
            "max_url_age = \"2h\"",
            """
            p.toml:1:15: error[option.range]: "2h" is out of range
                1 | max_url_age = "2h"
                  |               ^^^^ allowed: "1s"..."1h"
            """
        ),
        Mistake(
            "pageSize = 5",
            """
            p.toml:1:1: error[option.unknown]: there is no option 'pageSize' in sink 'csv'
                1 | pageSize = 5
                  | ^^^^^^^^ did you mean 'page_size'?
            """
        ),
    ])
    func `what an option cannot be is reported at its place`(mistake: Mistake) {
        #expect(findings(EveryKind.self, mistake.line) == mistake.finding)
    }

    @Test func `everything that is wrong is reported together`() {
        let text = """
            usr = "me"
            count = 10
            """
        #expect(
            findings(Needed.self, text) == """
                p.toml:1:1: error[option.unknown]: there is no option 'usr' in sink 'csv'
                    1 | usr = "me"
                      | ^^^ did you mean 'user'?
                p.toml:1:1: error[option.missing]: sink 'csv' needs the option 'user'
                    1 | usr = "me"
                      | ^ Whose history to read. Expected: text.
                p.toml:2:9: error[option.range]: 10 is out of range
                    2 | count = 10
                      |         ^^ allowed: 1...9
                """
        )
    }

    @Test func `an option that should not be used any more is a warning, and holds`() throws {
        let document = try TOMLDocument(Array("old = \"x\"".utf8), name: "p.toml")
        var warnings = DiagnosticList()
        let options = try EveryKind.bind(
            document.root,
            interpolation: Interpolation(),
            subject: "sink 'csv'",
            warnings: &warnings
        )
        #expect(options.old == "x")
        #expect(
            "\(warnings)" == """
                p.toml:1:1: warning[option.deprecated]: the option 'old' is deprecated
                    1 | old = "x"
                      | ^^^ use 'text'
                """
        )
    }

    @Test(arguments: [
        ("whole = \"${var:n}\"", "7"), ("real = \"${var:n}\"", "2.5"), ("flag = \"${var:n}\"", "true"),
        ("size = \"${var:n}\"", "7"), ("size = \"${var:n} MiB\"", "7"), ("wait = \"${var:n}s\"", "7"),
        ("several = [\"${var:n}\"]", "7"), ("colour = \"${var:n}\"", "green"), ("text = \"${var:n}\"", "7"),
    ])
    func `what an interpolation gives becomes the option's kind`(line: String, value: String) throws {
        let options = try bound(EveryKind.self, line, variables: ["n": value])
        let seen = [
            "\(options.whole)", "\(options.real)", "\(options.flag)", "\(options.size.bytes)", "\(options.wait)",
            "\(options.several)", options.colour.rawValue, options.text,
        ]
        let expected = ["7", "2.5", "true", "7", "7340032", "7.0 seconds", "[7]", "green"]
        #expect(seen.contains { expected.contains($0) })
    }

    @Test func `what an interpolation gives is checked like what is written`() {
        #expect(
            findings(EveryKind.self, "whole = \"${var:n}\"", variables: ["n": "seven"]) == """
                p.toml:1:9: error[option.type]: expected a whole number, found the text "seven"
                    1 | whole = "${var:n}"
                      |         ^^^^^^^^^^
                """
        )
    }

    @Test func `a secret is never printed`() throws {
        let options = try bound(EveryKind.self, "token = \"${env:TOKEN}\"", environment: ["TOKEN": "swordfish"])
        var dumped = ""
        dump(options, to: &dumped)
        dump(options.token, to: &dumped)
        let shown = [
            "\(options)", "\(options.token)", String(reflecting: options), String(reflecting: options.token),
            options.token.literal, dumped, "\(EveryKind.definitions)", "\(EveryKind())",
        ]
        for text in shown {
            #expect(!text.contains("swordfish") && !text.contains("hunter2"))
            // Bytes of the text would be the text.
            #expect(!text.contains("115, 119, 111"))
        }
        #expect(options.token.literal == "\"•••\"")
        #expect("\(options.token)" == "•••")
    }

    @Test func `a secret of the wrong kind is refused without an excerpt`() {
        #expect(
            findings(EveryKind.self, "text = \"x\"\ntoken = 7311") == """
                p.toml:2:9: error[option.type]: expected a secret, written as text, found something else
                  hint: "${env:NAME}" keeps it out of the file
                """
        )
    }

    @Test func `definitions say what can be written`() {
        let definitions = EveryKind.definitions
        #expect(
            definitions.map(\.name) == [
                "text", "whole", "real", "flag", "wait", "size", "column", "path", "token", "colour", "several",
                "perhaps", "limited", "page_size", "max_url_age", "old",
            ]
        )
        #expect(
            definitions.map(\.defaultLiteral) == [
                "\"a\"", "1", "0.5", "false", "\"30s\"", "\"1 KiB\"", "\"title\"", "\"out/{name}.csv\"", "\"•••\"",
                "\"dark-red\"", "[1, 2]", nil, nil, "250", "\"1m\"", nil,
            ]
        )
        #expect(definitions.filter(\.isRequired).isEmpty)
        #expect(Needed.definitions.map(\.isRequired) == [true, true])
        #expect(definitions.compactMap(\.limits) == ["1...5", "1...250", "\"1s\"...\"1h\""])
        #expect(definitions.compactMap(\.deprecation) == ["use 'text'"])
    }

    @Test(
        arguments: zip(
            ["pageSize", "clientID", "maxURLLength", "a", "user", "part2Name", "ID"],
            ["page_size", "client_id", "max_url_length", "a", "user", "part2_name", "id"]
        )
    )
    func `a property's name becomes an option's`(property: String, option: String) {
        #expect(property.snakeCased == option)
    }
}
