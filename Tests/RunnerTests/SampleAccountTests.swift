import Foundation
import PluginTestKit
import SampleExport
import TestTags
import Testing

/// The demo, held against what was counted in the made-up account itself: every row, not only their number.
@Suite(.tags(.process)) struct SampleAccountTests {
    private let work: Workplace
    private let expected = MadeUpAccount().expectations

    init() throws { work = try Workplace() }

    private func demo(_ more: String...) throws -> Program.Outcome {
        try Program.run(Program.path, ["run", "demo"] + more, in: work.folder.path)
    }

    /// A row as far as the account knows it: a film without ids is known by its title.
    private struct Row: Hashable {
        let title: String
        let year: String
        let tmdb: String
        let imdb: String
        let day: String
        let rewatch: String
        let rating: String
    }

    private func rows(_ file: String) throws -> [Row] {
        try work.csv(file).map { row in
            Row(
                title: row["Title"] ?? "",
                year: row["Year"] ?? "",
                tmdb: row["tmdbID"] ?? "",
                imdb: row["imdbID"] ?? "",
                day: row["WatchedDate"] ?? "",
                rewatch: row["Rewatch"] ?? "",
                rating: row["Rating10"] ?? ""
            )
        }
    }

    private func row(_ film: Film, day: String? = nil, rewatch: String = "", rating: Int? = nil) -> Row {
        Row(
            title: film.title,
            year: film.year.map { "\($0)" } ?? "",
            tmdb: film.tmdb.map { "\($0)" } ?? "",
            imdb: film.imdb ?? "",
            day: day ?? "",
            rewatch: rewatch,
            rating: rating.map { "\($0)" } ?? ""
        )
    }

    @Test func `the diary has exactly the rows that the account's life gives`() throws {
        #expect(try demo().code == 0)
        let dated = expected.datedRows.map {
            row($0.film, day: $0.day, rewatch: "\($0.isRewatch)", rating: $0.rating)
        }
        let undated = expected.undatedRows.map { row($0.film, rating: $0.rating) }
        let written = try rows("exports/demo/diary.csv")
        #expect(written.count == dated.count + undated.count)
        #expect(Set(written) == Set(dated + undated))
        #expect(written.filter { !$0.day.isEmpty }.map(\.day) == dated.map(\.day).sorted())
    }

    @Test func `ratings and watchlist are complete, the watchlist in its order`() throws {
        #expect(try demo("-D", "out=files").code == 0)
        let ratings = expected.ratings.map { row($0.key, rating: $0.value) }
        #expect(Set(try rows("files/ratings.csv")) == Set(ratings))
        #expect(try rows("files/watchlist.csv") == expected.watchlist.map { row($0) })
    }

    @Test func `running again leaves the same bytes`() throws {
        #expect(try demo().code == 0)
        let first = try work.folder.bytes(of: "exports/demo/diary.csv")
        #expect(try demo().code == 0)
        #expect(try work.folder.bytes(of: "exports/demo/diary.csv") == first)
        #expect(work.files(in: "exports/demo") == ["diary.csv", "ratings.csv", "watchlist.csv"])
    }

    @Test func `the summary names what was read, written and filtered`() throws {
        let outcome = try demo()
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains("demo: done in "))
        #expect(outcome.errors.contains("plays \(expected.historyRecords);"))
        // What is looked up in is used, and no loss.
        #expect(outcome.errors.contains("\n  looked up "))
        #expect(outcome.errors.contains(" in tables of rated "))
        #expect(outcome.errors.contains("rejected    0"))
        #expect(outcome.errors.contains("exports/demo/diary.csv "))
    }
}
