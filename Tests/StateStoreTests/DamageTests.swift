import Diagnostics
import PluginTestKit
@testable import StateStore
import TestTags
import Testing

/// A byte that has become another one, wherever it is: the state is refused, or what it gives is what was stored.
@Suite(.tags(.fuzz)) struct DamageTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private struct Content: Equatable {
        var last: [LastRun?] = []
        var bookmarks: [StoredBookmark] = []
        var history: [StoredRun] = []
        var reports: [String?] = []
    }

    private func fill() throws {
        let store = try RunStore(in: folder.state)
        for number in 1...4 {
            let identity = Sample.identity("\(number)", of: "pipeline-\(number)")
            try store.begin(identity, configuration: "abc", at: Int64(number))
            if number == 1 {
                let bookmarks = [Bookmark(stage: "plays", cursor: "2026", edge: [7]), Bookmark(stage: "b", cursor: "")]
                try store.complete(identity, report: #"{"ok":true}"#, bookmarks: bookmarks, at: 9)
            } else {
                try store.save(Sample.checkpoint(number, state: 6000), of: identity)
            }
            if number == 3 { try store.intend(Sample.intention, of: identity) }
            if number == 4 { try store.end(identity, as: .stopped, report: "{}", at: 5) }
        }
    }

    private func content(_ folder: String) throws -> Content {
        let store = try RunStore(in: folder)
        var content = Content()
        for number in 1...4 {
            content.last.append(try store.lastRun(of: "pipeline-\(number)"))
            content.reports.append(try store.record(of: "\(number)")?.report)
        }
        content.bookmarks = try store.bookmarks()
        content.history = try store.history()
        return content
    }

    @Test func `bytes that have changed are found out or of no account`() throws {
        try fill()
        let expected = try content(folder.state)
        // The last connection to close has brought the journal into the file.
        let bytes = try folder.bytes(of: "state/state.db")
        #expect(!folder.files.contains("state/state.db-wal"))

        var found = 0
        var harmless = 0
        var steady = SteadyNumbers()
        let offsets = Array(0..<100) + (0..<700).map { _ in steady.next(below: bytes.count) }
        for (number, offset) in offsets.enumerated() {
            var damaged = bytes
            damaged[offset] ^= UInt8(1 << steady.next(below: 8))
            let place = "damaged-\(number)"
            try folder.put(damaged, in: "\(place)/state.db")
            do {
                let content = try content(folder.path(place))
                #expect(content == expected, "byte \(offset)")
                harmless += 1
            } catch let diagnostic as Diagnostic {
                #expect(Self.codes.contains(diagnostic.code.name), "byte \(offset): \(diagnostic)")
                found += 1
            }
        }
        #expect(found > 0 && harmless > 0)
    }

    @Test func `a file that is cut anywhere is refused, or what it has lost was empty`() throws {
        try fill()
        let expected = try content(folder.state)
        let bytes = try folder.bytes(of: "state/state.db")
        var refused = 0
        for end in stride(from: 1, to: bytes.count, by: 1777) {
            try folder.put(Array(bytes[..<end]), in: "cut-\(end)/state.db")
            do {
                let content = try content(folder.path("cut-\(end)"))
                #expect(content == expected, "cut at \(end)")
            } catch let diagnostic as Diagnostic {
                #expect(Self.codes.contains(diagnostic.code.name), "cut at \(end): \(diagnostic)")
                refused += 1
            }
        }
        #expect(refused > 30)
    }

    @Test(arguments: [
        "UPDATE bookmarks SET cursor = '2025'", "UPDATE bookmarks SET stage = 'c' WHERE stage = 'b'",
    ])
    func `a changed bookmark is found at the start`(change: String) throws {
        try fill()
        try Database.query(change, in: folder.database)
        expect("state.corrupt") { try RunStore(in: folder.state) }
    }

    @Test(arguments: [
        "UPDATE runs SET started_at = 5 WHERE number = 2", "UPDATE runs SET status = 'complete' WHERE number = 2",
        "UPDATE runs SET status = 'odd' WHERE number = 2", "UPDATE runs SET configuration = 'abd' WHERE number = 2",
        "UPDATE runs SET pipeline = 'pipeline-2' WHERE number = 3",
    ])
    func `a changed run is found when it is read`(change: String) throws {
        try fill()
        try Database.query(change, in: folder.database)
        let store = try RunStore(in: folder.state)
        expect("state.corrupt") { try store.lastRun(of: "pipeline-2") }
        expect("state.corrupt") { try store.history() }
    }

    @Test(arguments: [
        "UPDATE checkpoints SET sequence = 9 WHERE run = 2", "DELETE FROM checkpoints WHERE run = 2",
        "DELETE FROM checkpoint_parts WHERE run = 2 AND position = 1", "UPDATE checkpoint_parts SET bytes = bytes + 1",
        "UPDATE checkpoint_stages SET value = x'00' WHERE kind = 'state'",
        "UPDATE checkpoint_stages SET kind = 'mark' WHERE kind = 'cursor'",
        "DELETE FROM checkpoint_stages WHERE kind = 'mark'",
    ])
    func `a changed checkpoint is found when it is read`(change: String) throws {
        try fill()
        try Database.query(change, in: folder.database)
        let store = try RunStore(in: folder.state)
        expect("state.corrupt") { try store.lastRun(of: "pipeline-2") }
    }

    @Test(arguments: [
        "DELETE FROM publications", "DELETE FROM publication_files WHERE position = 1",
        "UPDATE publication_files SET crc32 = 1", "UPDATE publications SET form = NULL",
        "UPDATE intended_commits SET mark = 'x' WHERE position = 1", "DELETE FROM intended_commits WHERE position = 0",
        "UPDATE intended_commits SET is_done = 1 WHERE position = 0", "UPDATE intended_commits SET version = 3",
        "UPDATE intended_commits SET options = ''", "DELETE FROM intended_bookmarks WHERE position = 1",
        "UPDATE intended_bookmarks SET edge = x'01'",
    ])
    func `a changed intention is found when it is read`(change: String) throws {
        try fill()
        try Database.query("PRAGMA foreign_keys = ON; " + change, in: folder.database)
        let store = try RunStore(in: folder.state)
        expect("state.corrupt") { try store.lastRun(of: "pipeline-3") }
    }

    @Test func `a changed report is found when it is read, and is in nobody's way`() throws {
        try fill()
        try Database.query("UPDATE reports SET json = '[]'", in: folder.database)
        let store = try RunStore(in: folder.state)
        expect("state.corrupt") { try store.record(of: "1") }
        #expect(try store.history().count == 4)
    }

    /// A changed header may ask for a format of SQLite's that this one does not know, or make the file look read-only.
    private static let codes: Set<String> = ["state.corrupt", "state.newer", "state.failed", "file.permission"]
}

/// The same numbers in every test run (SplitMix64).
private struct SteadyNumbers {
    private var state: UInt64 = 20_261_123

    mutating func next(below end: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) % UInt64(end))
    }
}
