import Diagnostics
import PluginTestKit
@testable import StateStore
import Testing

@Suite struct BookmarkTests {
    private let folder: TemporaryFolder
    private let store: RunStore

    init() throws {
        folder = try TemporaryFolder()
        store = try RunStore(in: folder.state)
    }

    private func run(_ id: String, of pipeline: String = "films", _ bookmarks: [Bookmark]) throws {
        let identity = Sample.identity(id, of: pipeline)
        try store.begin(identity, configuration: "", at: 0)
        try store.complete(identity, report: "{}", bookmarks: bookmarks, at: 7)
    }

    @Test func `a bookmark is set when its run is complete`() throws {
        let bookmark = Bookmark(stage: "plays", cursor: "2026-11-23", edge: [1, 2, 3])
        try run("1", [bookmark, Bookmark(stage: "ratings", cursor: "")])
        #expect(
            try store.bookmarks(of: "films") == [
                StoredBookmark(pipeline: "films", bookmark: bookmark, run: "1", changedAt: 7),
                StoredBookmark(
                    pipeline: "films",
                    bookmark: Bookmark(stage: "ratings", cursor: ""),
                    run: "1",
                    changedAt: 7
                ),
            ]
        )
        #expect(try store.bookmarks(of: "books") == [])
    }

    @Test func `a bookmark of an earlier format has no owner, and keeps it from then on`() throws {
        let old = try TemporaryFolder()
        try old.write([], to: "state/state.db")
        try Database.query(
            "\(Migrations.all[0]); PRAGMA application_id = \(Migrations.applicationID); PRAGMA user_version = 1",
            in: old.database
        )
        // As the first version wrote it, with its seal.
        var seal = Seal()
        for text in ["films", "plays", "17"] { seal.add(text) }
        seal.add([UInt8]())
        seal.add("1")
        seal.add(7)
        try Database.query(
            "INSERT INTO bookmarks VALUES ('films', 'plays', '17', x'', '1', 7, \(seal.value))",
            in: old.database
        )
        let store = try RunStore(in: old.state)
        #expect(
            try store.bookmarks() == [
                StoredBookmark(
                    pipeline: "films",
                    bookmark: Bookmark(stage: "plays", cursor: "17"),
                    run: "1",
                    changedAt: 7
                )
            ]
        )
        let owner = BookmarkOwner(source: "user = \"anna\"", file: "../films.toml")
        try store.assign(["plays": owner, "others": owner], of: "films")
        #expect(try store.bookmarks().map(\.bookmark.owner) == [owner])
        #expect(try store.bookmarks().map(\.changedAt) == [7])
        #expect(try store.disown(of: "films", as: "movies") == 1)
        #expect(try store.bookmarks().map { "\($0.pipeline) \($0.bookmark.owner == nil)" } == ["movies true"])
    }

    @Test(arguments: ["source = NULL", "source = 'user = \"bert\"'", "file = '../other.toml'"])
    func `an owner that is not what was stored is damage`(change: String) throws {
        try run("1", [Bookmark(stage: "plays", cursor: "a", owner: BookmarkOwner(source: "s", file: "f"))])
        try Database.query("UPDATE bookmarks SET \(change)", in: folder.database)
        expect("state.corrupt") { try store.bookmarks() }
    }

    @Test func `a bookmark stays until a later run sets it`() throws {
        try run("1", [Bookmark(stage: "plays", cursor: "a"), Bookmark(stage: "ratings", cursor: "b")])
        try run("2", [Bookmark(stage: "plays", cursor: "c")])
        #expect(try store.bookmarks(of: "films").map(\.bookmark.cursor) == ["c", "b"])
        #expect(try store.bookmarks(of: "films").map(\.run) == ["2", "1"])
    }

    @Test(arguments: [RunStore.Ending.failed, .stopped])
    func `a run that is not complete sets none`(ending: RunStore.Ending) throws {
        try run("1", [Bookmark(stage: "plays", cursor: "a")])
        let identity = Sample.identity("2")
        try store.begin(identity, configuration: "", at: 0)
        try store.save(Sample.checkpoint(), of: identity)
        try store.end(identity, as: ending, at: 0)
        #expect(try store.bookmarks(of: "films").map(\.bookmark.cursor) == ["a"])
    }

    @Test func `bookmarks outlive the history of the run that set them`() throws {
        let short = try RunStore(in: folder.state, runsKept: 1)
        try run("1", [Bookmark(stage: "plays", cursor: "a")])
        try short.begin(Sample.identity("2"), configuration: "", at: 0)
        #expect(try short.record(of: "1") == nil)
        #expect(try short.bookmarks(of: "films").map(\.bookmark.cursor) == ["a"])
    }

    @Test func `reset deletes the bookmarks of a pipeline or of one stage`() throws {
        try run("1", [Bookmark(stage: "plays", cursor: "a"), Bookmark(stage: "ratings", cursor: "b")])
        try run("2", of: "books", [Bookmark(stage: "plays", cursor: "c")])
        #expect(try store.resetBookmarks(of: "films", stage: "plays") == 1)
        #expect(try store.resetBookmarks(of: "films", stage: "plays") == 0)
        #expect(try store.bookmarks().map(\.bookmark.cursor) == ["c", "b"])
        #expect(try store.resetBookmarks(of: "films") == 1)
        #expect(try store.bookmarks().map(\.bookmark.cursor) == ["c"])
    }
}
