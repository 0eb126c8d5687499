import Diagnostics
import PluginKit
import PluginTestKit
import Testing

@testable import StandardFiles

@Suite struct ColumnDeclarationsTests {
    private struct Options: OptionGroup {
        @Option("Columns.") var columns: ColumnDeclarations

        init() {}
    }

    private func columns(_ text: String) throws -> ColumnDeclarations {
        try Bench().options(Options.self, from: "columns = [\(text)]").columns
    }

    @Test(
        arguments: [
            ("\"id\"", ["id"], "id", ""), ("\" id : integer \"", ["id"], "id", "integer"),
            ("\"seen: date %d.%m.%Y\"", ["seen"], "seen", "date %d.%m.%Y"),
            ("\"movie.ids.tmdb as tmdbID: integer\"", ["movie", "ids", "tmdb"], "tmdbID", "integer"),
            ("\"First name as first name\"", ["First name"], "first name", ""),
            ("\"`a: b`.`c.d` as `e``f`: text\"", ["a: b", "c.d"], "e`f", "text"),
            ("\"`x as y`\"", ["x as y"], "x as y", ""), ("\"class: text\"", ["class"], "class", "text"),
            ("\"tags: json\"", ["tags"], "tags", "json"), ("\"a..b\"", ["a", "", "b"], "a..b", ""),
            ("\"at: instant %d.%m.%Y %H:%M\"", ["at"], "at", "instant %d.%m.%Y %H:%M"), ("\"`*`\"", ["*"], "*", ""),
            ("'`as`: text'", ["as"], "as", "text"),
        ] as [(String, [String], String, String)]
    )
    func `an entry is a name or a path, a new name, a kind and a format`(
        text: String,
        source: [String],
        name: String,
        kind: String
    ) throws {
        let column = try #require(try columns(text).columns.first)
        #expect(column.source == source)
        #expect(column.name == name)
        let found =
            (column.holdsJSON ? "json" : column.kind?.rawValue ?? "") + (column.format.map { " \($0.text)" } ?? "")
        #expect(found == kind)
        // It is written as it is read.
        let again = try Bench().options(Options.self, from: "columns = \(try columns(text).literal)").columns
        #expect(again.columns == [column])
    }

    @Test func `a star stands for all others, where it is`() throws {
        #expect(try columns("\"a\", \"*\", \"b\"").restIndex == 1)
        #expect(try columns("\"a\"").takesRest == false)
        #expect(try columns("\"*\"").columns.isEmpty)
    }

    @Test(
        arguments: [
            ("\"id: 1️⃣intger1️⃣\"", "there is no kind 'intger' [columns.kind]", "did you mean 'integer'?"),
            ("\"id1️⃣:1️⃣\"", "expected a kind after the colon [columns.kind]", nil),
            ("\"seen: date %d.1️⃣%Q1️⃣.%Y\"", "'%Q' is not supported [cell.format]", nil),
            ("\"s\\u00e9en: date %d.1️⃣%Q1️⃣.%Y\"", "'%Q' is not supported [cell.format]", nil),
            ("\"\\\"a\\\": date 1️⃣%d.%m1️⃣\"", "the format lacks the year (%Y or %y) [cell.format]", nil),
            ("\"id: integer 1️⃣%d1️⃣\"", "a column of kind integer has no format [cell.format]", nil),
            ("\"a\", \"1️⃣a: text1️⃣\"", "the column 'a' is there twice [columns.twice]", nil),
            ("\"a\", \"1️⃣b as a1️⃣\"", "the column 'a' is there twice [columns.twice]", nil),
            ("\"*\", 1️⃣\"*\"1️⃣", "\"*\" is there twice [columns.twice]", nil),
            ("\"1️⃣`a1️⃣\"", "a backtick is never closed [columns.syntax]", nil),
            ("\"`a` 1️⃣b1️⃣\"", "expected ':' and a kind, found 'b' [columns.syntax]", nil),
        ] as [(String, String, String?)]
    )
    func `what is wrong is reported at its column`(marked: String, message: String, hint: String?) throws {
        let parts = marked.split(separator: "1️⃣", omittingEmptySubsequences: false).map(String.init)
        let text = parts.joined()
        let start = "columns = [".unicodeScalars.count + parts[0].unicodeScalars.count + 1
        do {
            _ = try columns(text)
            Issue.record("nothing is wrong")
        } catch let list as DiagnosticList {
            let problem = try #require(list.all.first)
            #expect("\(problem.message) [\(problem.code)]" == message)
            if let hint { #expect(problem.hint == hint) }
            guard case .text(let range)? = problem.place else {
                Issue.record("no place")
                return
            }
            #expect("\(range.start)" == "1:\(start)")
            #expect(range.offsets.count == parts[1].utf8.count)
        }
    }
}
