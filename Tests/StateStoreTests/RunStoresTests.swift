import Diagnostics
import PluginKit
import PluginTestKit
@testable import StateStore
import TestTags
import Testing

/// The databases of a state folder: the common one, and one for each part of a divided run.
@Suite(.tags(.crash)) struct RunStoresTests {
    private let folder: TemporaryFolder
    private let stores: RunStores

    init() throws {
        folder = try TemporaryFolder()
        stores = RunStores(in: folder.state)
    }

    @Test func `a part has a database of its own, without memory that is shared`() throws {
        #expect(!stores.exist)
        let part = try stores.open(for: "films 2of8")
        try part.begin(Sample.identity("1", of: "films 2of8"), configuration: "", at: 0)
        #expect(folder.files == ["state/parts/films%202of8.db"])
        #expect(stores.exist)
        #expect(!RunStore.exists(in: folder.state))
    }

    @Test(arguments: [
        ("films", "state.db"), ("films @bert", "state.db"), ("of", "state.db"), ("2of8", "state.db"),
        ("films 2of8", "parts/films%202of8.db"), ("films @bert 2of8", "parts/films%20%40bert%202of8.db"),
        ("élan/../x 10of100", "parts/%c3%a9lan%2f..%2fx%2010of100.db"), ("films xof8", "state.db"),
    ])
    func `a name says which database it is`(key: String, path: String) {
        #expect(RunStores.path(of: key, in: "s") == "s/" + path)
    }

    @Test func `two long names never share a database`() {
        let name = String(repeating: "ö", count: 300)
        let paths = (1...8).map { RunStores.path(of: "\(name) \($0)of8", in: "s") }
        #expect(Set(paths).count == 8)
        #expect(paths.allSatisfy { $0.split(separator: "/").allSatisfy { $0.utf8.count < 255 } })
    }

    @Test func `only the other parts of the same division are siblings`() throws {
        for key in ["films 1of8", "films 2of8", "films 3of8", "films 2of18", "films @a 1of8", "filmsx 1of8", "films"] {
            _ = try stores.open(for: key)
        }
        let names = stores.siblings(of: "films 2of8").map { $0.split(separator: "/").last.map(String.init) ?? "" }
        #expect(names.sorted() == ["films%201of8.db", "films%203of8.db"])
        #expect(stores.siblings(of: "films") == [])
    }

    @Test func `all look at all databases, the newest run first`() throws {
        for (number, key) in ["films 1of2", "b", "films 2of2", "c 1of9"].enumerated() {
            let store = try stores.open(for: key)
            try store.begin(Sample.identity("\(number)", of: key), configuration: "", at: Int64(number))
            try store.complete(Sample.identity("\(number)", of: key), report: "r\(number)", at: 100)
        }
        #expect(try stores.history().map(\.identity.pipeline) == ["c 1of9", "films 2of2", "b", "films 1of2"])
        #expect(try stores.history(limit: 2).map(\.identity.id) == ["3", "2"])
        #expect(try stores.history(of: "films 1of2").map(\.identity.id) == ["0"])
        for number in 0..<4 { #expect(try stores.record(of: "\(number)")?.report == "r\(number)") }
        #expect(try stores.record(of: "4") == nil)
        #expect(try stores.each(besides: stores.siblings(of: "films 1of2")) { [$0.path] }.count == 3)
    }

    /// What an earlier version has stored of parts in the common database.
    private func fillCommon() throws -> [String: LastRun] {
        let store = try RunStore(in: folder.state, faults: nil, sharesMemory: true)
        for key in ["films 1of2", "films 2of2", "films"] {
            let earlier = Sample.identity("0", of: key)
            try store.begin(earlier, configuration: "abc", at: 1)
            let bookmarks = [Bookmark(stage: "plays", cursor: "7", edge: [1])]
            try store.complete(earlier, report: "{}", bookmarks: bookmarks, at: 2)
            let run = Sample.identity("1", of: key)
            try store.begin(run, configuration: "abc", temporaryFiles: ["/out/\(key).part"], at: 3)
            try store.save(Sample.checkpoint(4), of: run)
            if key == "films 2of2" { try store.intend(Sample.intention, of: run) }
        }
        return try ["films 1of2", "films 2of2", "films"].reduce(into: [:]) { $0[$1] = try store.lastRun(of: $1) }
    }

    @Test func `what an earlier version has stored of a part is moved into its database`() throws {
        let before = try fillCommon()
        for key in ["films 1of2", "films 2of2", "films"] {
            let store = try stores.open(for: key)
            #expect(try store.lastRun(of: key) == before[key])
            #expect(try store.bookmarks(of: key).map(\.bookmark.cursor) == ["7"])
            #expect(try store.record(of: "0")?.report == "{}")
            #expect(try store.temporaryFiles().filter { $0.pipeline == key }.map(\.path) == ["/out/\(key).part"])
            try store.checkAll()
        }
        let common = try RunStore(in: folder.state)
        #expect(Set(try common.history(limit: 99).map(\.identity.pipeline)) == ["films"])
        #expect(try common.bookmarks().map(\.pipeline) == ["films"])
        #expect(try common.temporaryFiles().map(\.pipeline) == ["films"])
        #expect(try stores.history(limit: 99).count == 6)
        // Nothing is lost where it is opened again.
        #expect(try stores.open(for: "films 1of2").lastRun(of: "films 1of2") == before["films 1of2"])
        #expect(!folder.files.contains { $0.hasSuffix("-wal") || $0.hasSuffix("-shm") || $0.hasSuffix("-journal") })
    }

    @Test(arguments: [DurableStep.Side.before, .after])
    func `a move that is cut off has moved all or nothing`(side: DurableStep.Side) throws {
        let before = try fillCommon()
        let faults = Faults(stopAt: DurableStep(.commit, of: "part", at: side))
        #expect(throws: PowerCut.self) {
            try PluginKit.Faults.$current.withValue(faults) { try stores.open(for: "films 1of2") }
        }
        let places = try stores.each { store in try store.lastRun(of: "films 1of2").map { [$0] } ?? [] }
        #expect(places == [before["films 1of2"]])
        #expect(try stores.open(for: "films 1of2").lastRun(of: "films 1of2") == before["films 1of2"])
    }

    @Test func `bookmarks that are adopted under another name move to the database of that`() throws {
        let key = "films 1of2"
        let store = try stores.open(for: key)
        try store.begin(Sample.identity("1", of: key), configuration: "", at: 1)
        let made = PublishedFile(pipeline: "films", run: "1", path: "a", resolved: "/a", bytes: 1, crc32: 2)
        let bookmark = Bookmark(stage: "plays", cursor: "7", owner: BookmarkOwner(source: "s", file: "f"))
        try store.complete(Sample.identity("1", of: key), report: nil, bookmarks: [bookmark], files: [made], at: 2)
        #expect(try stores.disown(of: key, as: "movies 1of2") == 1)
        #expect(try store.bookmarks() == [])
        let other = try stores.open(for: "movies 1of2")
        #expect(try other.bookmarks().map(\.pipeline) == ["movies 1of2"])
        #expect(try other.bookmarks().map(\.bookmark.owner) == [nil])
        #expect(try other.publishedFile(at: "/a")?.pipeline == "movies")
        #expect(try stores.disown(of: "movies 1of2", as: "movies 1of2") == 1)
    }

    @Test func `a state of an earlier version is left as it is while that version has it open`() throws {
        let store = try RunStore(in: folder.state, faults: nil, sharesMemory: true)
        try store.begin(Sample.identity("1"), configuration: "", at: 0)
        expect("state.busy") { try RunStore(in: folder.state, patience: .milliseconds(30)) }
        #expect(try Database.query("PRAGMA journal_mode", in: folder.database) == "wal")
        try store.save(Sample.checkpoint(), of: Sample.identity("1"))
    }

    @Test func `a part that is damaged stands in the way of no other one`() throws {
        try folder.write([1, 2, 3], to: "state/parts/films%201of8.db")
        expect("state.corrupt") { try stores.open(for: "films 1of8") }
        _ = try stores.open(for: "films 2of8")
        expect("state.corrupt") { try stores.history() }
    }
}

extension RunStore {
    /// Looks at all pages and seals once more.
    fileprivate func checkAll() throws { try read { connection throws(Diagnostic) in try connection.check() } }
}
