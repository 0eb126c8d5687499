import PluginKit
import PluginTestKit
@testable import StateStore
import TestTags
import Testing

/// What is there when the plug is pulled: always what was before a commit or what was after it.
@Suite(.tags(.crash, .process)) struct CrashTests {
    private let folder: TemporaryFolder
    private let identity = Sample.identity("1")

    init() throws { folder = try TemporaryFolder() }

    /// The life of a run, commit by commit.
    private func live(_ store: RunStore) throws {
        try store.begin(identity, configuration: "abc", at: 1000)
        for sequence in 1...3 { try store.save(Sample.checkpoint(sequence, state: 9000), of: identity) }
        try store.end(identity, as: .failed, report: "{}", at: 2000)
        try store.resume(identity)
        try store.intend(Sample.intention, of: identity)
        try store.complete(identity, report: "{}", bookmarks: [Bookmark(stage: "plays", cursor: "x")], at: 3000)
        try store.resetBookmarks(of: "films")
    }

    /// What can be seen of a run from outside.
    private struct Sight: Equatable {
        let last: LastRun?
        let report: String?
        let bookmarks: [StoredBookmark]

        init(_ folder: String) throws {
            let store = try RunStore(in: folder)
            last = try store.lastRun(of: "films")
            report = try store.record(of: "1")?.report
            bookmarks = try store.bookmarks()
        }
    }

    @Test func `every durable step is seen, before and after`() throws {
        let faults = Faults()
        try live(try RunStore(in: folder.state, faults: faults))
        let subjects = [
            "format", "begin", "checkpoint", "checkpoint", "checkpoint", "failed", "resume", "intend", "complete",
            "reset",
        ]
        let commits = subjects.flatMap { ["before commit \($0)", "after commit \($0)"] }
        let expected = ["before create \(folder.state)", "after create \(folder.state)"] + commits
        #expect(faults.steps.map(\.description) == expected)
    }

    @Test func `a copy made at any step holds what was before it, or after it`() throws {
        let copies = CopyCount()
        let faults = Faults { [folder] step in
            guard step.act == .commit else { return }
            try folder.copyState(to: "copy-\(copies.next())")
        }
        try live(try RunStore(in: folder.state, faults: faults))
        // Copies come in pairs: 0 and 1 round the format's commit, 2 and 3 round the one of `begin`, and so on.
        var before: Sight?
        for number in 0..<copies.count {
            let sight = try Sight(folder.path("copy-\(number)"))
            if let before, number.isMultiple(of: 2) { #expect(sight == before, "copy \(number)") }
            if let before, !number.isMultiple(of: 2), number > 1 { #expect(sight != before, "copy \(number)") }
            before = sight
        }
        #expect(copies.count == 20)
    }

    @Test(arguments: ["begin", "checkpoint", "failed", "resume", "intend", "complete", "reset"])
    func `a commit that is stopped before changes nothing, one that is stopped after changes all`(subject: String)
        throws
    {
        var seen: [Sight] = []
        for side in DurableStep.Side.allCases {
            let place = folder.path("\(side)")
            let store = try RunStore(in: place, faults: Faults(stopAt: DurableStep(.commit, of: subject, at: side)))
            #expect(throws: PowerCut.self) { try live(store) }
            seen.append(try Sight(place))
            // The store goes on, as that of a run that reports its own failure has to.
            #expect(try store.lastRun(of: "films") == seen.last?.last)
        }
        #expect(seen[0] != seen[1])
    }

    @Test(arguments: DurableStep.Side.allCases)
    func `a state that was cut off while it came into being is opened the next time`(side: DurableStep.Side) throws {
        for step in [
            DurableStep(.create, of: folder.state, at: side), DurableStep(.commit, of: "format", at: side),
        ] {
            #expect(throws: PowerCut.self) { try RunStore(in: folder.state, faults: Faults(stopAt: step)) }
        }
        #expect(try RunStore(in: folder.state).history() == [])
    }

    @Test func `an earlier version's journal that is torn anywhere gives one of the commits, never a mixture`() throws {
        let store = try RunStore(in: folder.state, faults: nil, sharesMemory: true)
        try store.begin(identity, configuration: "abc", at: 1000)
        for sequence in 1...3 { try store.save(Sample.checkpoint(sequence, state: 9000), of: identity) }
        try folder.copyState(to: "whole")
        let main = try folder.bytes(of: "whole/state.db")
        let journal = try folder.bytes(of: "whole/state.db-wal")
        #expect(journal.count > 30_000)

        var sequences: Set<Int> = []
        for end in Array(stride(from: 0, to: journal.count, by: 1031)) + [journal.count] {
            let torn = "torn-\(end)"
            try folder.put(main, in: "\(torn)/state.db")
            // A sector that was not written in the end, too.
            try folder.put(Array(journal[..<end]) + [UInt8](repeating: 0, count: 512), in: "\(torn)/state.db-wal")
            let last = try RunStore(in: folder.path(torn)).lastRun(of: "films")
            let sequence = last?.checkpoint?.sequence ?? 0
            if sequence > 0 { #expect(last?.checkpoint == Sample.checkpoint(sequence, state: 9000)) }
            sequences.insert(sequence)
        }
        #expect(sequences == [0, 1, 2, 3])
    }

    @Test func `after SIGKILL the newest checkpoint is the last one that was acknowledged, or the one after`() throws {
        for lines in [1, 2, 5, 12, 30] {
            let child = try Child("save", folder.state, "\(lines)")
            for _ in 0..<lines { _ = child.line() }
            child.kill()
            let acknowledged = lines + child.rest().count
            _ = child.finish()
            let last = try #require(try RunStore(in: folder.state).lastRun(of: "films"))
            #expect(last.run.identity.id == "\(lines)")
            #expect(last.run.status == .running)
            let sequence = try #require(last.checkpoint).sequence
            #expect(sequence == acknowledged || sequence == acknowledged + 1)
        }
    }
}

/// Numbers the copies.
private final class CopyCount: Sendable {
    private let value = Locked(0)
    var count: Int { value.withLock { $0 } }
    func next() -> Int {
        value.withLock {
            $0 += 1
            return $0 - 1
        }
    }
}
