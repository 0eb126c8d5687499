import Diagnostics
import PluginKit
import PluginTestKit
@testable import StateStore
import TestTags
import Testing

@Suite(.tags(.waits)) struct OpeningTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `the folder and the database come into being`() throws {
        let deep = folder.path("a/b/c")
        #expect(!RunStore.exists(in: deep))
        _ = try RunStore(in: deep)
        #expect(RunStore.exists(in: deep))
        #expect(try Database.query("PRAGMA user_version", in: deep + "/state.db") == "\(Migrations.newest)")
        #expect(try Database.query("PRAGMA journal_mode", in: deep + "/state.db") == "delete")
        // No memory is shared with others, which another machine would not see.
        #expect(folder.files == ["a/b/c/state.db"])
    }

    @Test func `the page on upgrading names the format that this version writes`() throws {
        let here = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        let page = try InputFile("/\(here)/../../docs/installing.md").readAll(atMost: 1 << 20)
        let newest = Migrations.newest
        let row = "| \(newest) | 1 to \(newest); converted to \(newest) |"
        #expect(String(decoding: page, as: UTF8.self).contains(row))
    }

    @Test func `an empty file is what is left of a state, and no new one`() throws {
        try folder.write([], to: "state/state.db")
        expect("state.corrupt") { try RunStore(in: folder.state) }
        #expect(try folder.bytes(of: "state/state.db") == [])
    }

    @Test(arguments: ["-wal", "-journal"])
    func `a journal without its database is not taken for no state`(end: String) throws {
        try folder.write([1], to: "state/state.db\(end)")
        #expect(RunStore.exists(in: folder.state))
        expect("state.corrupt") { try RunStore(in: folder.state) }
        #expect(folder.files == ["state/state.db\(end)"])
    }

    @Test func `a state appears whole: whoever sees its name sees its tables`() async throws {
        let path = folder.state
        let seen = Faults { step in
            guard step.act == .commit, step.side == .before else { return }
            #expect(!FileSystem.exists(path + "/state.db"))
        }
        _ = try RunStore(in: path, faults: seen)
        #expect(folder.files.filter { !$0.hasPrefix("state/state.db-") } == ["state/state.db"])
        #expect(try Database.query("PRAGMA application_id", in: folder.database) == "\(Migrations.applicationID)")
    }

    @Test func `a later format is refused untouched`() throws {
        _ = try RunStore(in: folder.state)
        try Database.query("PRAGMA user_version = \(Migrations.newest + 1)", in: folder.database)
        let before = try folder.bytes(of: "state/state.db")
        expect("state.newer") { try RunStore(in: folder.state) }
        #expect(try folder.bytes(of: "state/state.db") == before)
    }

    @Test func `an earlier format is brought up to date, and keeps what it holds`() throws {
        let store = try RunStore(in: folder.state)
        try store.begin(Sample.identity("1"), configuration: "abc", at: 1000)
        let next = Migrations.all + ["CREATE TABLE more (a INTEGER) STRICT"]
        let migrated = try RunStore(
            in: folder.state,
            patience: .seconds(1),
            runsKept: 10,
            faults: nil,
            migrations: next
        )
        #expect(try migrated.history().map(\.identity.id) == ["1"])
        #expect(try Database.query("PRAGMA user_version", in: folder.database) == "\(next.count)")
        expect("state.newer") { try RunStore(in: folder.state) }
    }

    @Test func `a migration that does not work leaves the format as it was`() throws {
        _ = try RunStore(in: folder.state)
        let broken = Migrations.all + ["CREATE TABLE more (a INTEGER) STRICT; CREATE TABLE runs (a INTEGER)"]
        expect("state.corrupt") {
            try RunStore(in: folder.state, patience: .seconds(1), runsKept: 10, faults: nil, migrations: broken)
        }
        #expect(try Database.query("PRAGMA user_version", in: folder.database) == "\(Migrations.newest)")
        #expect(
            try Database.query("SELECT count(*) FROM sqlite_schema WHERE name = 'more'", in: folder.database) == "0"
        )
        _ = try RunStore(in: folder.state)
    }

    struct Foreign: CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
    }

    static let foreign = [
        Foreign(testDescription: "a text", bytes: Array(String(repeating: "not a database\n", count: 100).utf8)),
        Foreign(testDescription: "one byte", bytes: [0]),
        Foreign(testDescription: "zeros", bytes: [UInt8](repeating: 0, count: 8192)),
        Foreign(testDescription: "only a header", bytes: Array("SQLite format 3\0".utf8)),
        Foreign(
            testDescription: "a header and nonsense",
            bytes: Array("SQLite format 3\0".utf8) + [UInt8](repeating: 0xAA, count: 8176)
        ),
    ]

    @Test(arguments: foreign) func `a file that is no database is refused untouched`(foreign: Foreign) throws {
        try folder.write(foreign.bytes, to: "state/state.db")
        expect("state.corrupt") { try RunStore(in: folder.state) }
        #expect(try folder.bytes(of: "state/state.db") == foreign.bytes)
    }

    @Test(arguments: ["", "PRAGMA user_version = 1", "PRAGMA user_version = 99"])
    func `a database of another program is refused untouched`(version: String) throws {
        try folder.write([], to: "state/state.db")
        try Database.query("CREATE TABLE theirs (a); INSERT INTO theirs VALUES ('x'); \(version)", in: folder.database)
        let before = try folder.bytes(of: "state/state.db")
        expect("state.corrupt") { try RunStore(in: folder.state) }
        #expect(try folder.bytes(of: "state/state.db") == before)
    }

    @Test(arguments: ["DROP TABLE bookmarks", "ALTER TABLE runs RENAME COLUMN status TO state"])
    func `a state without one of its tables or columns is refused`(change: String) throws {
        _ = try RunStore(in: folder.state)
        try Database.query(change, in: folder.database)
        expect("state.corrupt") { try RunStore(in: folder.state) }
    }

    @Test func `a folder in place of the file, and a file in place of the folder`() throws {
        try folder.write("x", to: "one/state.db/file")
        expect("file.folder") { try RunStore(in: folder.path("one")) }
        try folder.write("x", to: "two")
        expect("file.not-a-folder") { try RunStore(in: folder.path("two")) }
        // Root may write anywhere but where the kernel itself says no.
        #expect(throws: Diagnostic.self) { try RunStore(in: "/proc/sprocket") }
    }

    @Test func `a database that another program holds is waited for, and then named`() throws {
        _ = try RunStore(in: folder.state)
        try Database.query("BEGIN EXCLUSIVE", in: folder.database) { holder in
            let time = ContinuousClock().measure {
                expect("state.busy") { try RunStore(in: folder.state, patience: .milliseconds(50)) }
            }
            #expect(time >= .milliseconds(40) && time < .seconds(1))
            try holder("COMMIT; BEGIN IMMEDIATE")
            // Whoever reads need not wait for one that has changed nothing yet.
            let store = try RunStore(in: folder.state, patience: .milliseconds(50))
            #expect(try store.history() == [])
            expect("state.busy") { try store.begin(Sample.identity("1"), configuration: "", at: 0) }
            try holder("COMMIT")
            try store.begin(Sample.identity("1"), configuration: "", at: 0)
        }
    }

    @Test func `many that open a new state simultaneously all get it`() async throws {
        let path = folder.state
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask {
                    let store = try RunStore(in: path, patience: .seconds(20))
                    try store.begin(Sample.identity("\(number)", of: "\(number)"), configuration: "", at: 0)
                }
            }
            try await group.waitForAll()
        }
        #expect(try RunStore(in: path).history().count == 8)
    }

    @Test func `others list the history while a run saves checkpoints`() async throws {
        let path = folder.state
        let store = try RunStore(in: path)
        let identity = Sample.identity("1")
        try store.begin(identity, configuration: "", at: 0)
        async let reading: Void = {
            let reader = try RunStore(in: path)
            var last = 0
            while last < 100 {
                let run = try #require(try reader.history().first)
                let checkpoint = try reader.lastRun(of: "films")?.checkpoint
                #expect(run.checkpoint >= last)
                if let checkpoint {
                    #expect(checkpoint == Sample.checkpoint(checkpoint.sequence, state: 20_000))
                }
                last = run.checkpoint
                await Task.yield()
            }
        }()
        for sequence in 1...100 { try store.save(Sample.checkpoint(sequence, state: 20_000), of: identity) }
        try await reading
    }
}
