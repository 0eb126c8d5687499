import Diagnostics
import PluginKit
import PluginTestKit
import TestTags
import Testing

@testable import Command

/// `sprocket eval` tries an expression with the records of a JSON file.
@Suite(.tags(.process)) struct EvalVerbTests {
    private static let films = """
        [{"title": "Heat", "year": 1995, "rating": 8.5, "seen": "2024-01-31T20:15:00Z", "tags": ["crime"]},
         {"title": null, "year": 0, "rating": 7}]
        """

    @Test func `the values of all records are written, and what fails is reported`() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.films, to: "films.json")
        let sprocket = Program(folder: folder.path)
        let outcome = try sprocket("eval", "upper(title) ?? \"none\"", "--with", "films.json")
        #expect(outcome.output == "\"HEAT\"\n\"none\"\n")
        #expect(outcome.code == 0)

        let failed = try sprocket("eval", "10 / year", "--with", "films.json")
        #expect(failed.output == "0.005012531328320802\n(rejected)\n")
        #expect(failed.errors.hasPrefix("error[expression.division-by-zero]: eval, record 2: 10 / year: "))
        #expect(failed.code == 1)

        let wrong = try sprocket("eval", "yaer + 1", "--with", "films.json")
        #expect(wrong.errors.hasPrefix("expression:1:1: error[expression.unknown-column]"))
        #expect(wrong.code == 2)
    }

    @Test func `the kinds of columns follow from the values or are stated`() throws {
        let records = try JSONRecords(parsing: Array(Self.films.utf8), name: "films.json", kinds: ["seen": .instant])
        let columns = records.batch.schema.columns
        #expect(columns.map(\.name) == ["title", "year", "rating", "seen", "tags"])
        #expect(columns.map(\.kind) == [.text, .integer, .real, .instant, .text])
        #expect(columns.last?.holdsJSON == true)
        #expect(records.batch[1] == [nil, 0, 7.0, nil, nil])
        #expect(records.batch[0].last == .text(#"["crime"]"#))
    }

    @Test(arguments: [
        (#"[1]"#, [:], "eval.records"), (#"{"a": "x"}"#, ["a": Schema.Kind.instant], "eval.kind"),
        (#"{"a": "x"}"#, ["b": Schema.Kind.text], "eval.kind"),
    ])
    func `what is no record of these kinds is refused`(
        _ json: String,
        kinds: [String: Schema.Kind],
        code: Diagnostic.Code
    ) {
        let problem = #expect(throws: Diagnostic.self) {
            try JSONRecords(parsing: Array(json.utf8), name: "films.json", kinds: kinds)
        }
        #expect(problem?.code == code)
    }
}
