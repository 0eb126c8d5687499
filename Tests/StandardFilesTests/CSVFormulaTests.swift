import Formats
import PluginKit
import PluginTestKit
import Records
import TestTags
import Testing

@testable import StandardFiles

/// Texts that a spreadsheet would reckon with.
@Suite(.tags(.contract)) struct CSVFormulaTests {
    static let formulas = [
        "=1+1", "=HYPERLINK(\"http://x\")", "+1+1", "-1+1", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "\n=1",
        "=",
        "+", "-", "@", "--1", "+-1", "-1e", "-e5", "-.", "+1.2.3", "-5%", "-1-2", "+49 30 1234", "-5 ", "＝1", "＋1",
        "－1",
        "＠x", "- a list", "-30-", "+1, 2",
    ]
    static let others = [
        "", "Heat", "1+1", " =1", "'=1", "-5", "+5", "-0.5", "+1,5", "-.5", "-5.", "-1e3", "+1.5E-10", "5", "a=b", "ï",
        "＃1",
        "«=1»",
    ]

    @Test(arguments: formulas)
    func `a text that begins like a formula is one`(text: String) {
        let isFormula = CSVFormula.begins(text.utf8.span)
        #expect(isFormula)
    }

    @Test(arguments: others)
    func `numbers and other texts are none`(text: String) {
        let isFormula = CSVFormula.begins(text.utf8.span)
        #expect(!isFormula)
    }

    @Test(arguments: ["keep", "escape"], [1, 7, 1000])
    func `formulas are kept, or written with an apostrophe and counted`(choice: String, size: Int) async throws {
        let texts = Self.formulas + Self.others.filter { !$0.isEmpty }
        let schema: Schema = ["title": .text, "n": .integer, "x": .real]
        let batch = Batch(schema, records: texts.map { [.text($0), -5, -0.5] })
        let bytes = try await SinkContract.verify(CSVSink.self, batches: Films.batches(of: batch, size: size)) {
            "path = \"\($0)/x.csv\"\nformulas = \"\(choice)\""
        }
        var reader = CSVReader(BytesInput(bytes["x.csv"] ?? []), dialect: CSVDialect(), name: "x.csv")
        var record = CSVRecord()
        var read: [String] = []
        while try reader.read(into: &record) {
            read.append(record.fields[0])
            #expect(read.count == 1 || Array(record.fields[1...]) == ["-5", "-0.5"])
        }
        let mark = choice == "escape" ? "'" : ""
        #expect(read == ["title"] + Self.formulas.map { mark + $0 } + Self.others.filter { !$0.isEmpty })
    }

    @Test(arguments: [("keep", 0), ("escape", 2)])
    func `the summary states how many were changed`(choice: String, count: Int) async throws {
        let folder = try TemporaryFolder()
        let sink = try Bench().sink(
            CSVSink.self,
            options: "path = \"\(folder.path)/x.csv\"\nformulas = \"\(choice)\"",
            input: ["title": .text]
        )
        var batch = Batch(["title": .text], records: [["=1"], ["-5"], ["+x"], [.null]])
        _ = try sink.write(&batch, at: nil)
        #expect(batch.takeRemarks().map(\.count) == (count == 0 ? [] : [count]))
        await sink.abandon(at: nil)
    }

    @Test(arguments: [12, 40, 1000], [1, 70])
    func `a text is counted a single time where parts begin`(most: Int, count: Int) async throws {
        let folder = try TemporaryFolder()
        let sink = try Bench().sink(
            CSVSink.self,
            options: "path = \"\(folder.path)/x.csv\"\nformulas = \"escape\"\nmax_bytes = \(most)",
            input: ["title": .text]
        )
        var batch = Batch(["title": .text], records: (0..<count).map { _ in ["=1"] })
        _ = try sink.write(&batch, at: nil)
        #expect(batch.takeRemarks().map(\.count) == [count])
        await sink.abandon(at: nil)
    }
}
