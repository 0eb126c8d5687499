import Diagnostics
import PluginKit
import PluginTestKit
import Testing

@testable import Synthetic

@Suite struct GeneratedColumnTests {
    private struct Options: OptionGroup {
        @Option("Columns.") var columns: [GeneratedColumn]

        init() {}
    }

    /// A wrong column, with digits in keycaps around what is wrong.
    struct Mistake: CustomTestStringConvertible {
        let column: String
        let message: String
        let hint: String?

        init(_ column: String, _ message: String, _ hint: String? = nil) {
            self.column = column
            self.message = message
            self.hint = hint
        }

        var testDescription: String { column }
    }

    @Test(arguments: [
        "id: sequence", "id: sequence -5", "y: integer -3..3", "s: real 0..1", "s: real -0.5..2.25", "t: text 0..65536",
        "a: instant 2010-01-01..2026-01-01", "a: instant 2010-01-01T12:00:00.000Z..2026-01-01", "b: boolean",
        "b: boolean 12.5%", "k: choice film|tv show|Ä", "n: text 1..2 null 10%", "n: boolean null 0.5%",
        "a name: choice null|x null 5%", "a: instant 2010-01-01..2026-01-01 microseconds",
        "a: instant 2010-01-01T00:00:00.000001Z..2026-01-01 null 1%", "d: date 0001-01-01..9999-12-31",
        "p: decimal 0.00..999.99", "p: decimal -5..5 null 5%", "h: bytes 0..20", "l: list 0..3",
    ])
    func `a column is written as it is read`(text: String) throws {
        let columns = try Bench().options(Options.self, from: "columns = [\"\(text)\"]").columns
        #expect(columns.map(\.description) == [text])
    }

    @Test func `blanks and short forms do not matter`() throws {
        let columns = try Bench().options(
            Options.self,
            from: #"columns = [" a :text\t8  null  10.0% ", "b:boolean 50%"]"#
        )
        .columns
        #expect(columns.map(\.description) == ["a: text 8..8 null 10%", "b: boolean"])
    }

    @Test(arguments: [
        Mistake("1️⃣id1️⃣", "expected a name, a colon and a kind", "such as \"title: text 8..20 null 10%\""),
        Mistake("1️⃣ :1️⃣ text 3", "expected a name before the colon", "such as \"title: text 8..20 null 10%\""),
        Mistake(
            "id1️⃣:1️⃣ ",
            "expected a kind after the colon",
            "known: sequence, integer, real, text, instant, date, decimal, boolean, bytes, list, choice"
        ),
        Mistake("id: 1️⃣sequense1️⃣", "there is no kind 'sequense'", "did you mean 'sequence'?"),
        Mistake("id: sequence 1️⃣x1️⃣", "expected a whole number, found 'x'"),
        Mistake("y: 1️⃣integer1️⃣", "'integer' needs a range", "such as \"integer 1..100\""),
        Mistake("y: integer 1️⃣51️⃣", "expected a range, found '5'", "such as \"integer 1..100\""),
        Mistake("y: integer 1️⃣9..11️⃣", "'9..1' ends before it begins", "the lower end comes first"),
        Mistake("y: integer 1..1️⃣.51️⃣", "expected a whole number, found '.5'"),
        Mistake("y: integer 1️⃣1️⃣..5", "expected a whole number, found ''"),
        Mistake("s: real 0..1️⃣nan1️⃣", "expected a number, found 'nan'"),
        Mistake("s: real 1️⃣-1e308..1e3081️⃣", "the range is too wide"),
        Mistake("t: text 8..1️⃣655371️⃣", "expected a number of letters, found '65537'", "allowed: 0...65536"),
        Mistake(
            "t: text 8..20 1️⃣nul1️⃣ 10%",
            "only 'null' and a share are expected here",
            "such as \"title: text 8..20 null 10%\""
        ),
        Mistake("t: text 8 null 1️⃣101️⃣", "expected a share, found '10'", "such as 10%"),
        Mistake("t: text 8 null 1️⃣101%1️⃣", "'101%' is out of range", "allowed: 0%...100%"),
        Mistake(
            "a: instant 1️⃣2010-02-301️⃣..2026-01-01",
            "expected a day or a time, found '2010-02-30'",
            "such as 2010-01-01 or 2010-01-01T12:00:00Z"
        ),
        Mistake(
            "a: instant 2010-01-01..2026-01-01 1️⃣micro1️⃣",
            "only 'null' and a share are expected here",
            "such as \"title: text 8..20 null 10%\""
        ),
        Mistake("d: date 1️⃣2010-02-301️⃣..2026-01-01", "expected a day, found '2010-02-30'", "such as 2010-01-01"),
        Mistake(
            "d: date 1️⃣2011-01-01..2010-01-011️⃣",
            "'2011-01-01..2010-01-01' ends before it begins",
            "the lower end comes first"
        ),
        Mistake("p: decimal 0..1️⃣1e401️⃣", "expected a decimal number of at most 38 digits, found '1e40'", "such as 9.99"),
        Mistake(
            "p: decimal 1️⃣0.001..999999999999999999999999999999999999991️⃣",
            "a number of the range has more than 38 digits"
        ),
        Mistake("h: bytes 8..1️⃣655371️⃣", "expected a number of bytes, found '65537'", "allowed: 0...65536"),
        Mistake("l: list 1️⃣x1️⃣", "expected a number of elements, found 'x'", "allowed: 0...10000"),
        Mistake("k: 1️⃣choice1️⃣", "'choice' needs words to choose from", "such as \"choice film|show\""),
        Mistake("k: choice a|1️⃣|1️⃣b", "expected a word to choose"),
    ])
    func `a wrong column is reported at its place`(mistake: Mistake) throws {
        let parts = mistake.column.components(separatedBy: "1️⃣")
        let column = parts.joined()
        let error = try #require(throws: DiagnosticList.self) {
            try Bench().options(Options.self, from: "columns = [\"\(column)\"]")
        }
        let found = try #require(error.all.first)
        #expect(found.code == "generate.column")
        #expect(found.message == mistake.message)
        #expect(found.hint == mistake.hint)
        guard case .text(let range) = found.place else {
            Issue.record("no place in the text")
            return
        }
        let start = "columns = [\"".count + parts[0].count
        #expect(range.offsets == start..<start + parts[1].count)
    }

    @Test func `a text written with escapes is reported as a whole`() throws {
        let error = try #require(throws: DiagnosticList.self) {
            try Bench().options(Options.self, from: #"columns = ["a:\ttxet 3"]"#)
        }
        #expect(
            error.all.map { $0.rendered() } == [
                #"""
                options:1:12: error[generate.column]: there is no kind 'txet'
                    1 | columns = ["a:\ttxet 3"]
                      |            ^^^^^^^^^^^^ did you mean 'text'?
                """#
            ]
        )
    }

    @Test(arguments: [
        (
            "columns = [\"a: text 3\", \"a: boolean\"]",
            """
            options:1:11: error[generate.column-twice]: there are two columns 'a'
                1 | columns = ["a: text 3", "a: boolean"]
                  |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """
        ),
        (
            "columns = []",
            """
            options:1:11: error[generate.columns]: 0 columns cannot be generated
                1 | columns = []
                  |           ^^ allowed: 1...1000
            """
        ),
        (
            "columns = [\"a: text 3\", \"id: sequence\"]\nincrement = \"a\"",
            """
            options:2:13: error[generate.increment]: 'a' is not a sequence without nulls
                2 | increment = "a"
                  |             ^^^ known: id
            """
        ),
        (
            "page_size = 0",
            """
            options:1:13: error[option.range]: 0 is out of range
                1 | page_size = 0
                  |             ^ allowed: 1...1000000
            """
        ),
        (
            "columns = [\"a: sequence 9223372036854775000\"]",
            """
            options:1:11: error[generate.sequence]: the sequence 'a' exceeds the largest number before row 1000
                1 | columns = ["a: sequence 9223372036854775000"]
                  |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ begin with a lower number
            """
        ),
    ])
    func `options that do not go together are reported`(options: String, expected: String) throws {
        let error = try #require(throws: DiagnosticList.self) {
            try Bench().source(GenerateSource.self, options: options)
        }
        #expect(error.all.map { $0.rendered() } == [expected])
    }
}

extension String {
    /// The pieces between a separator, without Foundation.
    fileprivate func components(separatedBy separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let found = rest.firstRange(of: separator) {
            parts.append(String(rest[..<found.lowerBound]))
            rest = rest[found.upperBound...]
        }
        return parts + [String(rest)]
    }
}
