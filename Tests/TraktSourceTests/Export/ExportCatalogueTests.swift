import Diagnostics
import PluginKit
import PluginTestKit
import Records
import TestTags
import Testing

@testable import TraktSource

/// Which files of an export hold which data.
@Suite(.tags(.contract)) struct ExportCatalogueTests {
    static let kinds: [TraktData] = [
        .history, .watched, .ratings, .watchlist, .collection, .favorites, .comments, .notes, .lists,
    ]

    /// All files of an export of August 2026, as Trakt's web client names them.
    static let present = [
        "user-settings", "user-profile", "user-last-activities", "user-stats", "user-saved-filters", "watched-history",
        "watched-movies", "watched-shows", "watched-playback", "ratings-movies", "ratings-shows", "ratings-seasons",
        "ratings-episodes", "lists-watchlist", "lists-favorites", "lists-lists", "lists-collaborations",
        "comments-movies", "comments-shows", "comments-seasons", "comments-episodes", "comments-lists", "notes-movies",
        "notes-shows", "notes-seasons", "notes-episodes", "notes-people", "notes-activities",
        "notes-collection_items", "notes-ratings", "collection-movies", "collection-shows", "collection-episodes",
        "hidden-calendar", "hidden-progress-watched", "hidden-progress-watched-reset", "hidden-progress-collected",
        "hidden-recommendations", "likes-comments", "likes-lists", "network-followers-requests", "network-followers",
        "network-following", "network-friends",
    ]

    private static func content(_ stem: String) -> String {
        stem == "user-settings" ? #"{"account":{"timezone":"Europe/Paris"}}"# : "[]"
    }

    @Test func `every file belongs to one kind of data at most`() {
        let names = Self.kinds.flatMap { ExportCatalogue.files(of: $0).joined() }
        #expect(Set(names).count == names.count)
        for kind in Self.kinds { #expect(!Set(Self.present).isDisjoint(with: ExportCatalogue.stems(kind)), "\(kind)") }
    }

    @Test(arguments: kinds, [1, 3])
    func `of a whole export every kind of data is read, each page once`(kind: TraktData, pages: Int) async throws {
        let files = Self.present.flatMap { stem in
            pages == 1
                ? [("\(stem).json", Self.content(stem))] : (1...pages).map { ("\(stem)-\($0).json", "[]") }
        }
        let export = try ExportFixture(files + [("lists-list-7-notes-ratings.json", "[]")])
        let log = StageLog()
        let records = try await export.records(kind.words, log: log)
        #expect(records.count == 0)
        #expect(log.all.map { $0.rendered() } == [])
        let read = try ExportCatalogue(ExportFiles(export.path)).pages(of: kind).map(\.stem)
        let expected = Self.present.filter { ExportCatalogue.stems(kind).contains($0) }
        #expect(read.sorted() == expected.flatMap { [String](repeating: $0, count: pages) }.sorted())
    }

    @Test(arguments: kinds)
    func `of the shipped sample every kind of data is read`(kind: TraktData) async throws {
        let folder = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined()
        let log = StageLog()
        _ = try await SourceContract.verify(
            TraktExportSource.self,
            options: "path = \"\(folder)/pipelines/sample/trakt-export.zip\"\ndata = \"\(kind.words)\"",
            on: Bench(batchSize: 500, log: log)
        )
        #expect(log.all.map { $0.rendered() } == [])
    }

    @Test func `notes about anything are read`() async throws {
        let about = [
            ("movies", "movie"), ("shows", "show"), ("seasons", "season"), ("episodes", "episode"),
            ("people", "person"), ("activities", "movie"), ("collection_items", "movie"), ("ratings", "show"),
        ]
        let files = about.enumerated().map { index, about in
            (
                "notes-\(about.0).json",
                """
                [{"attached_to":{"type":"\(about.0)","id":\(index)},"type":"\(about.1)",\
                "note":{"id":\(index),"notes":"note \(index)","privacy":"private","spoiler":false}}]
                """
            )
        }
        for batchSize in [1, 3, 1000] {
            let notes = try await ExportFixture(files).records("notes", batchSize: batchSize)
            let found = Set(notes.column("note").map { "\($0)" })
            #expect(found == Set((0..<8).map { "\(Value.text("note \($0)"))" }))
            #expect(Set(notes.column("attached_to").map { "\($0)" }).count == 8)
        }
    }

    @Test(
        arguments: zip(
            kinds,
            [
                "watched-history (1)", "watched-people", "ratings-lists", "lists-watchlist-old", "collection-seasons",
                "lists-favorites-shows", "comments-people", "notes-clips", "lists-smart",
            ]
        )
    )
    func `a file that looks like data and is not known is named`(kind: TraktData, stranger: String) async throws {
        let export = try ExportFixture((Self.present + [stranger]).map { ("\($0).json", Self.content($0)) })
        for other in Self.kinds {
            let log = StageLog()
            _ = try await export.records(other.words, log: log)
            let named = log.all.filter { $0.code == "trakt-export.unknown-file" && $0.message.contains(stranger) }
            #expect(named.count == (other == kind ? 1 : 0), "\(other)")
        }
    }

    @Test(arguments: kinds)
    func `two exports in one are still refused`(kind: TraktData) async throws {
        let stem = ExportCatalogue.files(of: kind)[0][0]
        let export = try ExportFixture([("a/\(stem).json", "[]"), ("b/\(stem).json", "[]")])
        #expect(try await export.refusal(kind.words)?.code == "trakt-export.two-exports")
    }
}
