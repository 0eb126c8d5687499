import PluginTestKit
import TestTags
import Testing

/// Exports that have lost something, with the shipped pipelines: what is said, what is published, and the exit code.
@Suite(.tags(.process)) struct ExportCompletenessTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    /// An export of three hundred plays and as many ratings, of which only these pages are there.
    private func export(history: [Int] = [1, 2, 3], ratings: [Int] = [1, 2, 3], watchlist: [Int] = [1]) throws {
        var files: [(String, String)] = [
            (
                "user-stats.json",
                #"{"movies":{"plays":300,"ratings":300},"episodes":{"plays":0},"ratings":{"total":300}}"#
            ),
            ("user-settings.json", #"{"account":{"timezone":"Europe/Berlin"}}"#),
            ("watched-movies.json", #"[{"plays":300,"movie":{"ids":{"trakt":1}}}]"#),
        ]
        for page in history {
            let plays = ((page - 1) * 100..<page * 100).map {
                Workplace.play($0 + 1, at: "2020-0\(page)-\(10 + $0 % 18)T12:00:00.000Z", id: 9000 - $0)
            }
            files.append(("watched-history-\(page).json", "[\(plays.joined(separator: ","))]"))
        }
        for page in ratings {
            let ratings = ((page - 1) * 100..<page * 100).map {
                #"{"rating":7,"rated_at":"2020-01-01T00:00:00Z","movie":{"title":"F","ids":{"trakt":\#($0 + 1),"tmdb":\#($0 + 1)}}}"#
            }
            files.append(("ratings-movies-\(page).json", "[\(ratings.joined(separator: ","))]"))
        }
        for page in watchlist {
            let entries = (1...30).map {
                #"{"id":\#(page * 100 + $0),"rank":\#(page * 100 + $0),"type":"movie","movie":{"title":"W","ids":{"trakt":\#($0),"tmdb":\#($0)}}}"#
            }
            files.append(("lists-watchlist-\(page).json", "[\(entries.joined(separator: ","))]"))
        }
        try work.export(files)
    }

    private func run(_ pipeline: String, _ more: String...) throws -> Program.Outcome {
        try Program.run(Program.path, ["run", pipeline, "-D", "export=export.zip"] + more, in: work.folder.path)
    }

    static let pipelines = [
        ("trakt-export-to-letterboxd", "plays of films"), ("trakt-export-to-letterboxd", "ratings of films"),
        ("trakt-export-ratings", "ratings of films"), ("demo", "plays of films"), ("demo", "ratings of films"),
    ]

    @Test(arguments: pipelines)
    func `what is missing ends the run with both numbers, and publishes nothing`(
        pipeline: String,
        words: String
    ) throws {
        let isHistory = words.hasPrefix("plays")
        try export(history: isHistory ? [1, 2] : [1, 2, 3], ratings: isHistory ? [1, 2, 3] : [1, 2])
        let outcome = try run(pipeline, "-q")
        #expect(outcome.code == 1)
        let sentence = "error[trakt-export.incomplete]: THE EXPORT IS NOT COMPLETE: it contains 200 \(words) of 300"
        #expect(outcome.errors.contains(sentence))
        #expect(outcome.errors.contains("-D partial=warn"))
        #expect(work.files().isEmpty)
    }

    @Test(arguments: pipelines)
    func `with 'partial=warn' what is there is published, with a warning that the report has too`(
        pipeline: String,
        words: String
    ) throws {
        let isHistory = words.hasPrefix("plays")
        try export(history: isHistory ? [1, 2] : [1, 2, 3], ratings: isHistory ? [1, 2, 3] : [1, 2])
        let outcome = try run(pipeline, "-q", "-D", "partial=warn", "--report", "report.json")
        #expect(outcome.code == 0)
        let sentence = "THE EXPORT IS NOT COMPLETE: it contains 200 \(words) of 300"
        #expect(outcome.errors.contains("warning[trakt-export.incomplete]: \(sentence)"))
        #expect(try work.folder.text(of: "report.json").contains(sentence))
        #expect(!work.files().isEmpty)
    }

    @Test func `a watchlist that lost a page between others is refused by its own pipeline`() throws {
        try export(watchlist: [1, 3])
        #expect(try run("trakt-export-watchlist", "-q").code == 1)
        #expect(try run("trakt-export-watchlist", "-q", "-D", "partial=warn").code == 0)
    }

    @Test func `a run that reads a part is not held to the numbers of the whole`() throws {
        try export()
        let whole = try run("trakt-export-to-letterboxd", "-q", "--limit", "120")
        #expect(whole.code == 0)
        #expect(whole.errors.isEmpty)
        try export(history: [1, 2])
        let part = try run("trakt-export-to-letterboxd", "-q", "--limit", "120", "--restart")
        #expect(part.code == 0)
        #expect(part.errors.isEmpty)
        #expect(try run("trakt-export-to-letterboxd", "-q", "--limit", "500", "--restart").code == 1)
    }

    @Test func `a run that failed at the check fails there again, and a whole export is read again`() throws {
        try export(history: [1, 2])
        #expect(try run("trakt-export-to-letterboxd", "-q").code == 1)
        let again = try run("trakt-export-to-letterboxd", "-q")
        #expect(again.code == 1)
        #expect(again.errors.contains("it contains 200 plays of films of 300"))
        try export()
        #expect(try run("trakt-export-to-letterboxd", "-q").code == 0)
        #expect(try work.csv("exports/diary.csv").count == 300)
    }
}
