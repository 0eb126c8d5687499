import Diagnostics
import Formats
import PluginKit
import PluginTestKit
import TestTags
import Testing

@testable import TraktSource

@Suite(.tags(.contract)) struct DamagedExportTests {
    @Test func `an export without plays is refused with what it holds`() async throws {
        let export = try ExportFixture(["ratings-movies.json": "[]", "user-stats.json": "{}"])
        let refusal = try await export.refusal()
        #expect(
            refusal?.rendered() == """
                \(export.path): error[trakt-export.no-data]: the export contains no history
                  hint: it contains 2 files: ratings-movies.json, user-stats.json
                """
        )
    }

    @Test func `an export without optional data is empty and reports that`() async throws {
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

    @Test func `a missing page between others is refused, or reported`() async throws {
        let log = StageLog()
        let export = try ExportFixture([
            "watched-history-1.json": "[\(ExportFixture.play(1))]",
            "watched-history-4.json": "[\(ExportFixture.play(4))]",
        ])
        #expect(try await export.refusal()?.code == "trakt-export.gap")
        #expect(try await export.records("history", "partial = \"warn\"", log: log).count == 2)
        #expect(log.all.map(\.code) == ["trakt-export.gap"])
        #expect(log.all.first?.message.contains("watched-history-2.json, watched-history-3.json") == true)
    }

    @Test(arguments: [(9_223_372_036_854_775_807, 9_223_372_036_854_775_805), (20, 18)])
    func `as many pages are missing as the numbers say, however large they are`(last: Int, missing: Int) async throws {
        let export = try ExportFixture(["watched-history-1.json": "[]", "watched-history-\(last).json": "[]"])
        let message = try #require(try await export.refusal()?.message)
        #expect(
            message.hasPrefix(
                "the export is not complete: \(missing) of its pages are missing (watched-history-2.json, "
            )
        )
        #expect(message.hasSuffix("watched-history-11.json, …)"))
    }

    private static let errors =
        #"[{"endpoint":"/users/me/history","error":"timeout","fetchedPages":3,"totalPages":9},{"endpoint":"/users/me/notes","error":""}]"#

    @Test(arguments: ["_errors.json", "somebody/_errors.json"])
    func `a partial export is reported part by part`(name: String) async throws {
        let log = StageLog()
        let export = try ExportFixture(["watched-history-1.json": "[\(ExportFixture.play(1))]", name: Self.errors])
        #expect(try await export.records("history", "partial = \"warn\"", log: log).count == 1)
        #expect(
            log.all.map(\.message) == [
                "THE EXPORT IS NOT COMPLETE: Trakt could not export /users/me/notes",
                "THE EXPORT IS NOT COMPLETE: Trakt could not export /users/me/history, 3 of 9 pages are there (timeout)",
            ]
        )
    }

    @Test(arguments: ["", "partial = \"fail\""])
    func `a partial export is refused`(more: String) async throws {
        let export = try ExportFixture(["watched-history-1.json": "[]", "_errors.json": Self.errors])
        let refusal = try #require(try await export.refusal("history", more))
        #expect(refusal.code == "trakt-export.partial")
        #expect(refusal.severity == .error)
        #expect(refusal.hint?.contains("-D partial=warn") == true)
    }

    @Test(arguments: [
        ("/users/me/history", ["history"]), ("/sync/watched/movies", ["watched"]),
        ("/sync/ratings/movies", ["ratings"]),
        ("/users/me/watchlist", ["watchlist"]), ("/sync/collection/shows?page=2", ["collection"]),
        ("/users/me/favorites", ["favorites"]), ("/users/me/comments/all/movies", ["comments"]),
        ("/users/me/notes/movies", ["notes"]), ("/users/me/lists", ["lists", "lists/top"]),
        ("/users/me/lists/20/items", ["lists", "lists/top"]), ("/users/likes/comments", []),
        ("/users/hidden/calendar", []), ("/users/me/stats", []), ("/something/new", all), ("", all),
    ])
    func `a part that failed ends runs that read it`(endpoint: String, refused: [String]) async throws {
        let export = try ExportFixture([
            "watched-history.json": "[]", "watched-movies.json": "[]", "ratings-movies.json": "[]",
            "lists-watchlist.json": "[]", "collection-movies.json": "[]", "lists-favorites.json": "[]",
            "comments-movies.json": "[]", "notes-movies.json": "[]", "lists-lists.json": "[]",
            "lists-list-20-top.json": "[]", "_errors.json": #"[{"endpoint":"\#(endpoint)"}]"#,
        ])
        for data in Self.all {
            let log = StageLog()
            do {
                _ = try await export.records(data, log: log)
                #expect(!refused.contains(data), "\(data)")
                #expect(log.all.map(\.code) == ["trakt-export.partial"], "\(data)")
            } catch let refusal as Diagnostic {
                #expect(refused.contains(data), "\(data)")
                #expect(refusal.code == "trakt-export.partial")
            }
        }
    }

    private static let all = [
        "history", "watched", "ratings", "watchlist", "collection", "favorites", "comments", "notes", "lists",
        "lists/top",
    ]

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
