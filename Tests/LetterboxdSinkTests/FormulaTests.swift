import PluginKit
import Records
import Testing

/// Texts that a spreadsheet would reckon with, in files for an import.
@Suite struct FormulaTests {
    private static let records: [SinkRun.Record] = [
        [
            "tmdb": 1, "title": "=1+1", "year": 2001, "directors": "@a, b", "letterboxd_uri": "https://boxd.it/x",
            "watched_at": at("2020-01-01T10:00:00Z"), "tags": "-tag,other", "review": "  =2\nsecond",
        ],
        ["tmdb": 2, "title": "-5", "year": 2002, "watched_at": at("2020-01-02T10:00:00Z"), "review": "fine"],
        ["tmdb": 3, "title": "-30-, \"x\"", "year": 1959, "watched_at": at("2020-01-03T10:00:00Z")],
    ]

    @Test func `an import gets them as they are`() async throws {
        let run = try await SinkRun(Self.records, "time_zone = \"UTC\"")
        let text = run.files.values.joined()
        for piece in [",=1+1,2001", "\"@a, b\"", "\"=2\nsecond\"", ",-5,2002", "\"-30-, \"\"x\"\"\",1959"] {
            #expect(text.contains(piece), "\(piece) in \(text)")
        }
        #expect(!text.contains("'"))
        #expect(!run.remarks.contains { $0.words.contains("formula") })
    }

    @Test(arguments: [1, 1000])
    func `on request an apostrophe stands before them, and they are counted`(batchSize: Int) async throws {
        let run = try await SinkRun(Self.records, "time_zone = \"UTC\"\nformulas = \"escape\"", batchSize: batchSize)
        let text = run.files.values.joined()
        for piece in [",'=1+1,2001", "\"'@a, b\"", "\"'=2\nsecond\"", ",-5,2002", "\"'-30-, \"\"x\"\"\",1959", "'-tag"]
        {
            #expect(text.contains(piece), "\(piece) in \(text)")
        }
        #expect(run.remarks.filter { $0.words.contains("formula") }.map(\.count) == [5])
    }

    @Test func `a film without an id is found by its title as it was`() async throws {
        let run = try await SinkRun(
            [["title": "=x", "year": 2000, "rating": 5], ["title": "=x", "year": 2000, "rating": 6]],
            "content = \"ratings\"\nformulas = \"escape\""
        )
        #expect(run.lines.count == 2)
        #expect(run.lines.last?.hasPrefix(",,'=x,2000,") == true)
    }
}
