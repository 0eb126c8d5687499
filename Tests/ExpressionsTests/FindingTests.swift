import Diagnostics
import Expressions
import Options
import TOML
import Testing

/// Findings are compared whole, as users see them: with their line, their column and their hint.
@Suite struct FindingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let line: String
        let findings: String
        init(_ line: String, _ findings: String) {
            self.line = line
            self.findings = findings
        }
        var testDescription: String { line }
    }

    static let schema: Schema = [
        "id": .integer, "watched_at": .instant, "action": .text, "title": .text, "year": .integer, "rating": .integer,
        "imdb": .text, "seen": .boolean, "price": .decimal,
    ]

    /// The findings of an option in line 14 of a pipeline file.
    static func findings(_ line: String, schema: Schema = schema) throws -> String {
        let document = String(repeating: "#\n", count: 13) + line
        let table = try TOMLDocument(Array(document.utf8), name: "p.toml").root
        let interpolation = Interpolation()
        guard let entry = table.entries.first else { return "no entry" }
        var (name, value) = (entry.key, entry.value)
        if name == "set", let inner = value.entries.first { (name, value) = (inner.key, inner.value) }
        let text = try ExpressionText(from: OptionInput(value, interpolation: interpolation))
        do throws(DiagnosticList) {
            let wanted: Expression.Wanted = name == "where" ? .condition : .value
            let expression = try Expression(text, for: schema, wants: wanted, as: name)
            return expression.warnings.description
        } catch {
            return error.description
        }
    }

    /// The twelve mistakes that people make most.
    @Test(arguments: [
        Case(
            "where = 'ratng >= 6 and year > 1990'",
            """
            p.toml:14:10: error[expression.unknown-column]: there is no column 'ratng' here
               14 | where = 'ratng >= 6 and year > 1990'
                  |          ^^^^^ did you mean 'rating'? \
            The columns are id, watched_at, action, title, year, … (4 more)
            """
        ),
        Case(
            "where = 'imdb > 6'",
            """
            p.toml:14:15: error[expression.types]: a text cannot be compared with an integer
               14 | where = 'imdb > 6'
                  |               ^ imdb is text: write integer(imdb) > 6, or imdb == "6"
            """
        ),
        Case(
            "where = 'action = \"watch\"'",
            """
            p.toml:14:17: error[expression.equals]: '=' does not compare
               14 | where = 'action = "watch"'
                  |                 ^ write ==
            """
        ),
        Case(
            "where = '1990 <= year < 2000'",
            """
            p.toml:14:23: error[expression.chain]: comparisons cannot be chained
               14 | where = '1990 <= year < 2000'
                  |                       ^ write year in 1990..1999, or 1990 <= year and year < 2000
            """
        ),
        Case(
            "where = 'rating + 1'",
            """
            p.toml:14:10: error[expression.not-a-condition]: 'where' wants true or false, this is an integer
               14 | where = 'rating + 1'
                  |          ^^^^^^^^^^ did you mean a comparison, such as rating + 1 > 5?
            """
        ),
        Case(
            "set.title = 'toupper(title)'",
            """
            p.toml:14:14: error[expression.unknown-function]: there is no function 'toupper'
               14 | set.title = 'toupper(title)'
                  |              ^^^^^^^ it is called 'upper' here
            """
        ),
        Case(
            "set.short = 'left(title)'",
            """
            p.toml:14:14: error[expression.arguments]: left takes a text and how many characters; this gives it one argument
               14 | set.short = 'left(title)'
                  |              ^^^^^^^^^^^ left(title, 10) is the first ten characters
            """
        ),
        Case(
            #"set.y = 'extract(title, "(\d{4}")'"#,
            #"""
            p.toml:14:26: error[regex.group]: the pattern ends within a group
               14 | set.y = 'extract(title, "(\d{4}")'
                  |                          ^ this '(' has no ')'
            """#
        ),
        Case(
            #"where = 'title matches "^(?!The )"'"#,
            #"""
            p.toml:14:26: error[regex.look-around]: look-ahead is not offered: patterns run in linear time
               14 | where = 'title matches "^(?!The )"'
                  |                          ^^^ write: not title starts with "The "
            """#
        ),
        Case(
            "where = 'watched_at >= @2023-02-29'",
            """
            p.toml:14:24: error[expression.time]: this is no day: February 2023 has 28 days
               14 | where = 'watched_at >= @2023-02-29'
                  |                        ^^^^^^^^^^^ a moment is written @2023-02-28 or @2023-02-28T12:00:00Z
            """
        ),
        Case(
            "set.day = 'date(watched_at)'",
            """
            p.toml:14:12: error[expression.zone]: the date of a moment depends on where one is
               14 | set.day = 'date(watched_at)'
                  |            ^^^^ date(watched_at, "Europe/Berlin"), or "UTC"
            """
        ),
        Case(
            "set.a = 'if rating > 5 then 1 else \"low\"'",
            """
            p.toml:14:36: error[expression.branches]: the branches have different types: integer and text
               14 | set.a = 'if rating > 5 then 1 else "low"'
                  |                                    ^^^^^ use text(1), or null for one of them
            """
        ),
    ])
    func `the twelve common mistakes are reported at their signs`(_ each: Case) throws {
        #expect(try Self.findings(each.line) == each.findings)
    }
}

extension FindingTests {
    /// The column within strings of all kinds, with their escapes and lines.
    @Test(arguments: [
        (#"where = "title == \"é\" and ratng > 1""#, "14:29", "rating"),
        (#"where = "title == \"\u00e9\" and ratng > 1""#, "14:34", "rating"),
        ("where = '''\ntitle == \"é\"\n  and ratng > 1'''", "16:7", "rating"),
        ("where = \"\"\"\ntitle == 'é' \\\n   and \\\n\n  ratng > 1\"\"\"", "18:3", "rating"),
        (#"where = "title == 'a\\nb' and ratng > 1""#, "14:31", "rating"),
    ])
    func `a finding is at its column in strings of all kinds`(_ line: String, place: String, name: String) throws {
        let finding = try Self.findings(line)
        #expect(finding.hasPrefix("p.toml:\(place): error[expression.unknown-column]"), "\(finding)")
        #expect(finding.contains("did you mean '\(name)'"))
    }

    @Test(arguments: [
        ("where = 'title == null or title == \"\"'", "14:10: warning[expression.blank]", "write is_blank(title)"),
        ("where = 'seen or true'", "14:18: warning[expression.constant]", "this is true for all records"),
        ("where = '1 > 2'", "14:10: warning[expression.constant]", "this is false for all records"),
        ("where = 'year in [1990, 1991, 1990]'", "14:31: warning[expression.member]", "twice"),
        ("where = 'year in [1990, 1990.5]'", "14:25: warning[expression.member]", "year is never 1990.5"),
        ("where = '(year is null) in [true, null]'", "14:35: warning[expression.member]", "is never null"),
        ("set.a = '(year ?? 0) ?? 1'", "14:25: warning[expression.never-null]", "is never null"),
    ])
    func `what is probably a mistake is a warning`(_ line: String, place: String, text: String) throws {
        let finding = try Self.findings(line)
        #expect(finding.hasPrefix("p.toml:\(place)"), "\(finding)")
        #expect(finding.contains(text), "\(finding)")
    }

    @Test(arguments: [
        ("where = ''", "expression.empty", "14:10"),
        ("where = 'year >'", "expression.syntax", "14:16"),
        ("where = '(year > 1'", "expression.syntax", "14:10"),
        ("where = 'year > 1)'", "expression.syntax", "14:18"),
        ("where = 'seen && seen'", "expression.operator", "14:15"),
        ("where = '!seen'", "expression.operator", "14:10"),
        ("where = 'year <> 1'", "expression.operator", "14:15"),
        ("where = 'year > 1 + if seen then 1 else 2'", "expression.syntax", "14:21"),
        ("where = 'year > 99999999999999999999'", "expression.number", "14:17"),
        ("where = 'year > .5'", "expression.number", "14:17"),
        ("where = 'title == \"\\q\"'", "expression.escape", "14:20"),
        ("where = 'title == \"a'", "expression.text", "14:19"),
        ("where = 'watched_at > @2024-01-01'", "expression.zone", "14:21"),
        ("where = 'watched_at > @2024-01-01T10:00:00'", "expression.zone", "14:23"),
        ("where = 'year in [id]'", "expression.list", "14:19"),
        ("where = 'seen > false'", "expression.types", "14:15"),
        ("where = 'price * 0.5e0 > rating / 2'", "expression.types", "14:24"),
        ("set.a = '1 / 0'", "expression.division-by-zero", "14:10"),
        ("set.a = 'watched_at - watched_at'", "expression.types", "14:10"),
        ("set.a = '9223372036854775807 + 1'", "expression.overflow", "14:10"),
        ("where = 'title is true'", "expression.syntax", "14:19"),
        ("where = 'title starts \"a\"'", "expression.syntax", "14:23"),
        ("where = 'year ; 1'", "expression.sign", "14:15"),
        ("where = 'year > 5parsecs'", "expression.number", "14:18"),
    ])
    func `a mistake has this code and this place`(_ line: String, code: String, place: String) throws {
        let finding = try Self.findings(line)
        #expect(finding.hasPrefix("p.toml:\(place): error[\(code)]"), "\(finding)")
        #expect(finding.count { $0 == "\n" } == 2, "one finding only: \(finding)")
    }

    @Test func `all findings of an expression are reported together`() throws {
        let finding = try Self.findings("where = 'ratng > 1 and (imdb > 6 or lenght(titel) == 1)'")
        #expect(finding.split(separator: "error[").count == 5, "\(finding)")
    }
}
