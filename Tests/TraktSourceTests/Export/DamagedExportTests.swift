import Diagnostics
import Formats
import PluginKit
import PluginTestKit
import Testing

@testable import TraktSource

@Suite struct DamagedExportTests {
    @Test func `an export without plays is refused with what it holds`() async throws {
        let export = try ExportFixture(["ratings-movies.json": "[]", "user-stats.json": "{}"])
        let refusal = try await export.refusal()
        #expect(
            refusal?.rendered() == """
                \(export.path): error[trakt-export.no-data]: the export holds no history
                  hint: it holds 2 files: ratings-movies.json, user-stats.json
                """
        )
    }

    @Test func `an export without optional data is empty and says so`() async throws {
        let log = StageLog()
        let export = try ExportFixture(["watched-history.json": "[]"])
        #expect(try await export.records("ratings", "required = false", log: log).isEmpty)
        #expect(log.all.map(\.code) == ["trakt-export.no-data"])
        #expect(log.all.map(\.severity) == [.warning])
    }

    @Test(arguments: ["", "required = false"])
    func `a ZIP of something else is no export`(more: String) async throws {
        let export = try ExportFixture(["diary.csv": "Date,Name"])
        let refusal = try await export.refusal("history", more)
        #expect(refusal?.code == "trakt-export.not-an-export")
        #expect(refusal?.hint?.contains("https://app.trakt.tv/settings/data") == true)
    }

    @Test func `a list that is not there is refused with those that are`() async throws {
        let export = try ExportFixture(["lists-list-20-top-100.json": "[]", "lists-list-21-horror.json": "[]"])
        #expect(try await export.refusal("lists/horor")?.hint == "did you mean 'horror'?")
    }

    @Test func `two exports in one are refused`() async throws {
        let export = try ExportFixture(["a/watched-history-1.json": "[]", "b/watched/history-1.json": "[]"])
        let refusal = try await export.refusal()
        #expect(refusal?.code == "trakt-export.two-exports")
        #expect(refusal?.message.contains("a/watched-history-1.json and b/watched/history-1.json") == true)
    }

    @Test func `a missing page between others is told`() async throws {
        let log = StageLog()
        let export = try ExportFixture([
            "watched-history-1.json": "[\(ExportFixture.play(1))]",
            "watched-history-4.json": "[\(ExportFixture.play(4))]",
        ])
        #expect(try await export.records("history", log: log).count == 2)
        #expect(log.all.map(\.code) == ["trakt-export.gap"])
        #expect(log.all.first?.message.contains("watched-history-2.json, watched-history-3.json") == true)
    }

    private static let errors =
        #"[{"endpoint":"/users/me/history","error":"timeout","fetchedPages":3,"totalPages":9},{"endpoint":"/users/me/notes","error":""}]"#

    @Test(arguments: ["_errors.json", "somebody/_errors.json"])
    func `a partial export is told part by part`(name: String) async throws {
        let log = StageLog()
        let export = try ExportFixture(["watched-history-1.json": "[\(ExportFixture.play(1))]", name: Self.errors])
        #expect(try await export.records("history", log: log).count == 1)
        #expect(
            log.all.map(\.message) == [
                "THE EXPORT IS NOT COMPLETE: Trakt could not export /users/me/history, 3 of 9 pages are there (timeout)",
                "THE EXPORT IS NOT COMPLETE: Trakt could not export /users/me/notes",
            ]
        )
    }

    @Test func `a partial export can be refused`() async throws {
        let export = try ExportFixture(["watched-history-1.json": "[]", "_errors.json": Self.errors])
        #expect(try await export.refusal("history", "partial = \"fail\"")?.severity == .error)
    }

    @Test(arguments: ExportFixture.Form.allCases)
    func `JSON cut in the middle is refused with file, record and byte`(form: ExportFixture.Form) async throws {
        let whole = "[\(ExportFixture.play(1)),\(ExportFixture.play(2))]"
        let export = try ExportFixture(["watched-history-1.json": String(whole.dropLast(20))], as: form)
        let refusal = try await export.refusal()
        #expect(refusal?.code == "json.truncated")
        #expect(refusal?.message.contains("record 2") == true)
        let rendered = refusal?.rendered() ?? ""
        #expect(rendered.contains("\(export.path) › watched-history-1.json"))
    }

    @Test(arguments: [
        ("<!DOCTYPE html><html>", "zip.not-an-archive"), ("", "zip.not-an-archive"), ("[]", "zip.not-an-archive"),
    ])
    func `a file that is no archive is refused`(content: String, code: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write(content, to: "export.zip")
        await #expect {
            try await SourceContract.verify(
                TraktExportSource.self,
                options: "path = \"\(folder.path("export.zip"))\"\ndata = \"history\""
            )
        } throws: {
            ($0 as? Diagnostic)?.code.name == code
        }
    }

    @Test func `a truncated archive is refused`() async throws {
        let export = try ExportFixture(["watched-history-1.json": "[\(ExportFixture.play(1))]"])
        let whole = try export.folder.bytes(of: "export.zip")
        for length in stride(from: 30, to: whole.count - 1, by: 17) {
            try export.folder.write(Array(whole[..<length]), to: "export.zip")
            let code = try await export.refusal()?.code.name ?? "nothing"
            #expect(code.hasPrefix("zip."), "cut to \(length) bytes: \(code)")
        }
    }

    @Test func `a path that leads nowhere is refused with the folder it starts from`() async throws {
        await #expect {
            try await SourceContract.verify(
                TraktExportSource.self,
                options: "path = \"nowhere.zip\"\ndata = \"history\""
            )
        } throws: { error in
            let diagnostic = error as? Diagnostic
            return diagnostic?.code == "file.missing" && diagnostic?.hint?.contains("relative to") == true
        }
    }
}
