import Diagnostics
import PluginKit
import Records
import Testing

@testable import LetterboxdSink

@Suite struct AcceptanceTests {
    @Test func `what is no film is left out and counted by kind`() async throws {
        let types: [Value] = ["movie", .null, "show", "episode", "episode", "season", "person", "podcast", "movies"]
        let run = try await SinkRun(types.enumerated().map { ["type": $1, "tmdb": .integer(Int64($0) + 1)] })
        #expect(run.lines.dropFirst() == ["1,,,,,,", "2,,,,,,"])
        #expect(
            run.filtered == [
                "shows": 1, "episodes": 2, "seasons": 1, "people": 1, "records that are not about a film": 2,
            ]
        )
        #expect(run.accepted == 2)
    }

    @Test func `a record without any id and title is rejected with the reason`() async throws {
        let run = try await SinkRun([
            ["tmdb": 1], ["year": 1999, "watched_at": at("2020-05-01")], ["title": "  \n", "imdb": "1234"],
            ["title": "x"], ["title": "\\"],
        ])
        #expect(run.lines.count == 3)
        #expect(run.accepted == 2)
        #expect(run.rejections.map(\.code) == Array(repeating: "letterboxd.no-film", count: 3))
        #expect(run.rejections.map(\.position) == ["record 2", "record 3", "record 5"])
        #expect(run.rejections.first?.reason == "there is no id, link or title to identify the film")
    }

    @Test func `a viewing outside of the calendar's four digits is rejected`() async throws {
        let run = try await SinkRun([
            ["tmdb": 1, "watched_at": at("0001-01-01")], ["tmdb": 2, "watched_at": at("9999-12-31")],
            ["tmdb": 3, "watched_at": .instant(.max)], ["tmdb": 4, "watched_at": .instant(.min)],
            ["tmdb": 5, "watched_at": .instant(253_402_300_800_000_000)],
        ])
        #expect(run.lines.dropFirst() == ["1,,,,0001-01-01,,false", "2,,,,9999-12-31,,false"])
        #expect(run.rejections.map(\.code) == Array(repeating: "letterboxd.date", count: 3))
    }

    @Test func `a date is the day that it is, and a decimal a rating if it is whole`() async throws {
        let schema: Schema = ["tmdb": .integer, "watched_at": .date, "rating": .decimal, "rated_at": .date]
        func decimal(_ text: String) -> Value { ExactDecimal(text).map(Value.decimal) ?? .null }
        // 18,383 days after 1970-01-01 is 2020-05-01.
        let run = try await SinkRun(
            [
                ["tmdb": 1, "watched_at": .date(18_383), "rating": decimal("7.0")],
                ["tmdb": 2, "watched_at": .date(18_383), "rating": decimal("7.5")],
                ["tmdb": 3, "watched_at": .date(.max)], ["tmdb": 4, "rated_at": .date(1), "rating": decimal("10")],
            ],
            "time_zone = \"Pacific/Kiritimati\"",
            schema: schema
        )
        #expect(run.lines.dropFirst() == ["1,,,,2020-05-01,7,false", "2,,,,2020-05-01,,false", "4,,,,,10,"])
        #expect(run.rejections.map(\.code) == ["letterboxd.date"])
    }

    @Test func `a row that no file can hold is rejected`() async throws {
        let run = try await SinkRun(
            [["tmdb": 1, "review": .text(String(repeating: "x", count: 1000))], ["tmdb": 2]],
            "max_bytes = 1000"
        )
        #expect(run.lines == [DiaryTests.header, "2,,,,,,"])
        #expect(run.rejections.map(\.code) == ["letterboxd.too-long"])
        #expect(
            run.rejections.map(\.reason) == ["the row is longer than a file may be (max_bytes = 1000)"]
        )
    }

    @Test func `columns of another kind are all refused before the run`() throws {
        let folder = try TemporaryFolder()
        let schema: Schema = ["tmdb": .text, "title": .text, "watched_at": .text, "rating": .real]
        #expect {
            try SinkRun.sink(in: folder, "", schema: schema)
        } throws: { error in
            (error as? DiagnosticList)?.map(\.message) == [
                "the column 'tmdb' holds text, but Letterboxd's files need integer there",
                "the column 'watched_at' holds text, but Letterboxd's files need instant or date there",
                "the column 'rating' holds real, but Letterboxd's files need integer or decimal there",
            ]
        }
    }

    @Test func `an input that names no film is refused before the run`() throws {
        let folder = try TemporaryFolder()
        #expect {
            try SinkRun.sink(in: folder, "", schema: ["name": .text, "year": .integer])
        } throws: { error in
            (error as? DiagnosticList)?.map { "\($0.code): \($0.message); \($0.hint ?? "")" } == [
                "letterboxd.columns: no column identifies the film of a record; "
                    + "one of 'tmdb', 'imdb', 'letterboxd_uri' and 'title' is needed; the input has 'name', 'year'"
            ]
        }
    }

    @Test(arguments: [
        ("time_zone = \"Europe/Pari\"", "zone.unknown"), ("max_rows = 0", "option.range"),
        ("max_bytes = 999", "option.range"), ("max_bytes = 1_000_001", "option.range"),
        ("content = \"film\"", "option.choice"), ("quotes = \"single\"", "option.choice"),
        ("max_bytes = 1000\ntags = [\"\(String(repeating: "x", count: 251))\"]", "option.range"),
    ])
    func `a wrong option is refused before the run, at its place`(options: String, code: String) throws {
        let folder = try TemporaryFolder()
        var findings: [Diagnostic] = []
        do { _ = try SinkRun.sink(in: folder, options) } catch let list as DiagnosticList { findings = list.all }
        #expect(findings.map(\.code.name) == [code])
        guard case .text? = findings.first?.place else {
            Issue.record("the finding has no place")
            return
        }
    }

    @Test func `columns that a content does not use are not needed`() throws {
        let folder = try TemporaryFolder()
        let schema: Schema = ["tmdb": .integer, "review": .text, "watched_at": .instant, "rank": .text]
        let sink = try SinkRun.sink(
            in: folder,
            "content = \"ratings\"",
            schema: schema.adding("rating", kind: .integer)
        )
        #expect(sink.needs == .columns(["tmdb", "rating"]))
    }

    @Test func `ratings without a column for them are refused`() throws {
        let folder = try TemporaryFolder()
        #expect(throws: DiagnosticList.self) {
            try SinkRun.sink(in: folder, "content = \"ratings\"", schema: ["tmdb": .integer])
        }
    }
}
