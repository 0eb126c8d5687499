import Foundation
import PluginTestKit
import TestTags
import Testing

/// The shipped pipelines, run as a user runs them; the files are read back with Python's csv module.
@Suite(.tags(.process)) struct PipelineTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    @Test func `every shipped pipeline is free of findings`() throws {
        let outcome = try work.sprocket("check")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(!outcome.errors.contains("warning["), "\(outcome.errors)")
        let names = Workplace.shipped.filter { $0.hasSuffix(".toml") }.map { $0.dropLast(".toml".count) }
        #expect(names.filter { !outcome.errors.contains("\($0): fine") }.isEmpty, "\(outcome.errors)")
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: Program.repository + "/.git")))
    func `what ships is what the repository has, whatever else lies there`() throws {
        let outcome = try Program.run("/usr/bin/env", ["git", "ls-files", "pipelines"], in: Program.repository)
        let names = outcome.output.split(separator: "\n").map { $0.split(separator: "/")[1] }
        #expect(Set(names.map(String.init)) == Set(Workplace.shipped), "\(outcome.errors)")
    }

    @Test(arguments: ["trakt-export-to-letterboxd", "trakt-export-ratings", "trakt-export-watchlist"])
    func `all take the same variables`(pipeline: String) throws {
        try work.export([
            "watched-history-1.json": "[\(Workplace.play(1, at: "2026-01-01T20:00:00.000Z"))]",
            "ratings-movies.json":
                #"[{"rating":8,"rated_at":"2026-01-01T21:00:00.000Z","movie":{"title":"A","year":2000,"ids":{"trakt":1,"tmdb":1}}}]"#,
            "lists-watchlist.json":
                #"[{"rank":1,"type":"movie","movie":{"title":"B","year":2001,"ids":{"trakt":2,"tmdb":2}}}]"#,
        ])
        let outcome = try work.sprocket(
            "run",
            pipeline,
            "-D",
            "export=export.zip",
            "-D",
            "out=here",
            "-D",
            "zone=Europe/Paris",
            "-D",
            "rating=every"
        )
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(work.files(in: "here").count == 1)
    }

    @Test func `a diary has one entry for a film and a local day, rewatches and the rating on the newest`() throws {
        try work.export([
            "watched-history-1.json": """
            [\(Workplace.play(7, at: "2026-03-29T00:30:00.000Z", id: 5)),
             \(Workplace.play(7, at: "2025-07-01T23:30:00.000Z", id: 4)),
             \(Workplace.play(7, at: "2025-07-01T22:30:00.000Z", id: 3)),
             \(Workplace.play(8, at: "1970-01-01T00:00:00.000Z", id: 2))]
            """,
            "watched-history-2.json": "[\(Workplace.play(7, at: "2020-02-01T12:00:00.000Z", id: 1))]",
            "ratings-movies.json":
                #"[{"rating":9,"rated_at":"2026-03-29T00:30:00.000Z","type":"movie","movie":{"title":"Film 7","year":2000,"ids":{"trakt":7,"tmdb":7}}}]"#,
        ])
        let outcome = try work.sprocket(
            "run",
            "trakt-export-to-letterboxd",
            "-D",
            "export=export.zip",
            "-D",
            "zone=Europe/Paris"
        )
        #expect(outcome.code == 0, "\(outcome.errors)")
        let rows = try work.csv("exports/diary.csv")
        #expect(rows.map { $0["tmdbID"] } == ["7", "7", "7", "8"])
        #expect(rows.map { $0["WatchedDate"] } == ["2020-02-01", "2025-07-02", "2026-03-29", ""])
        #expect(rows.map { $0["Rewatch"] } == ["false", "true", "true", ""])
        #expect(rows.map { $0["Rating10"] } == ["", "", "9", ""])
    }

    @Test func `the report and the summary say the same, and the sums agree`() throws {
        try work.export([
            "watched-history-1.json": "[\(Workplace.play(1, at: "2026-01-01T20:00:00.000Z")),{\"type\":\"episode\"}]"
        ])
        let outcome = try work.sprocket("run", "trakt-export-to-letterboxd", "-D", "export=export.zip", "--json")
        #expect(outcome.code == 0, "\(outcome.errors)")
        let report = try outcome.result
        #expect(report["read"] as? Int == 2)
        #expect(report["written"] as? Int == 1)
        #expect(report["filtered"] as? Int == 1)
        #expect(report["rejected"] as? Int == 0)
        #expect(report["balanced"] as? Bool == true)
        #expect(report["outcome"] as? String == "published")
    }

    @Test func `the report says where the rejected records are kept, and how many`() throws {
        try work.folder.write(
            """
            [run]
            on_reject = { limit = 100, keep = "rejects/{name}.jsonl" }
            [[source]]
            use = "generate"
            rows = 40
            columns = ["tmdb: integer 1..500 null 25%"]
            [[sink]]
            use = "letterboxd"
            path = "out/diary.csv"
            time_zone = "UTC"
            """,
            to: "pipelines/nameless.toml"
        )
        let outcome = try work.sprocket("run", "nameless", "--json")
        #expect(outcome.code == 0, "\(outcome.errors)")
        let report = try outcome.result
        let kept = try #require(report["rejectFile"] as? [String: Any])
        let lines = try work.folder.text(of: "rejects/nameless.jsonl").split(separator: "\n")
        #expect(!lines.isEmpty)
        #expect(kept["path"] as? String == "rejects/nameless.jsonl")
        #expect(kept["records"] as? Int == lines.count)
        #expect(report["rejected"] as? Int == lines.count)
        let run = try #require(report["run"] as? String)
        let text = try work.sprocket("history", run).output
        #expect(text.contains("\n    by 'letterboxd': \(lines.count) × "))
        #expect(text.contains("\n  kept in rejects/nameless.jsonl"))
    }

    @Test(arguments: [("Asia/Tokyo", "2026-01-02"), ("America/New_York", "2026-01-01")])
    func `without a zone the machine's is used, and reported`(zone: String, day: String) throws {
        try work.export(["watched-history-1.json": "[\(Workplace.play(1, at: "2026-01-01T20:00:00.000Z"))]"])
        let outcome = try Program.run(
            Program.path,
            ["run", "trakt-export-to-letterboxd", "-D", "export=export.zip"],
            in: work.folder.path,
            environment: ["TZ": zone]
        )
        #expect(outcome.code == 0)
        #expect(outcome.errors.contains("days are those of this machine's zone, \(zone)"))
        #expect(try work.csv("exports/diary.csv").map { $0["WatchedDate"] } == [day])
    }
}
