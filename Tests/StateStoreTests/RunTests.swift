import Diagnostics
import PluginKit
import PluginTestKit
@testable import StateStore
import Testing

@Suite struct RunTests {
    private let folder: TemporaryFolder
    private let store: RunStore
    private let first = Sample.identity("1")

    init() throws {
        folder = try TemporaryFolder()
        store = try RunStore(in: folder.state, runsKept: 3)
    }

    @Test func `a pipeline that never ran has no last run`() throws {
        #expect(try store.lastRun(of: "films") == nil)
        #expect(try store.history() == [])
        #expect(try store.record(of: "1") == nil)
    }

    @Test func `a run that begins is running`() throws {
        let begun = try store.begin(first, configuration: "abc", at: 1000)
        #expect(begun == StoredRun(identity: first, configuration: "abc", startedAt: 1000))
        #expect(try store.lastRun(of: "films") == LastRun(begun))
        #expect(try store.lastRun(of: "books") == nil)
    }

    @Test func `a checkpoint comes back as it was, also to who opens the state later`() throws {
        try store.begin(first, configuration: "abc", at: 1000)
        try store.save(Sample.checkpoint(), of: first)
        #expect(try store.lastRun(of: "films")?.checkpoint == Sample.checkpoint())
        let later = try RunStore(in: folder.state)
        #expect(try later.lastRun(of: "films")?.checkpoint == Sample.checkpoint())
    }

    @Test func `an empty checkpoint comes back as it was`() throws {
        try store.begin(first, configuration: "", at: 0)
        try store.save(Checkpoint(sequence: 1), of: first)
        #expect(try store.lastRun(of: "films")?.checkpoint == Checkpoint(sequence: 1))
    }

    @Test func `texts with any characters come back as they were`() throws {
        let odd = RunIdentity(pipeline: "a'b\"; DROP TABLE runs;\u{0}--", id: "né\u{0}", date: "", time: "🎬")
        try store.begin(odd, configuration: "\u{0}", at: .min)
        #expect(try store.lastRun(of: odd.pipeline)?.run.identity == odd)
    }

    @Test func `only the newest checkpoint is kept`() throws {
        try store.begin(first, configuration: "abc", at: 1000)
        for sequence in 1...5 { try store.save(Sample.checkpoint(sequence), of: first) }
        #expect(try store.lastRun(of: "films")?.checkpoint == Sample.checkpoint(5))
        #expect(try count("checkpoints") == "1")
        #expect(try count("checkpoint_parts") == "2")
        #expect(try count("checkpoint_stages") == "6")
    }

    @Test(arguments: [0, 1, 4]) func `a checkpoint that is not later is refused`(sequence: Int) throws {
        try store.begin(first, configuration: "abc", at: 1000)
        try store.save(Sample.checkpoint(4), of: first)
        expect("state.changed") { try store.save(Sample.checkpoint(sequence), of: first) }
        #expect(try store.lastRun(of: "films")?.checkpoint == Sample.checkpoint(4))
    }

    @Test func `an intention comes back until the run is complete`() throws {
        try store.begin(first, configuration: "abc", at: 1000)
        try store.save(Sample.checkpoint(), of: first)
        try store.intend(Sample.intention, of: first)
        let last = try #require(try store.lastRun(of: "films"))
        #expect(last.run.status == .intended)
        #expect(last.intention == Sample.intention)
        #expect(try store.resume(first).status == .intended)

        try store.complete(first, report: #"{"ok":true}"#, at: 2000)
        let complete = try #require(try store.lastRun(of: "films"))
        #expect(complete.run.status == .complete)
        #expect(complete.run.endedAt == 2000)
        #expect(complete.intention == nil)
        #expect(complete.checkpoint == nil)
        #expect(try store.record(of: "1")?.report == #"{"ok":true}"#)
        for table in [
            "checkpoints", "checkpoint_stages", "checkpoint_parts", "publications", "publication_files",
            "intended_commits", "intended_bookmarks",
        ] {
            #expect(try count(table) == "0", "\(table)")
        }
    }

    @Test func `a commit that has returned is noted, and noting it again changes nothing`() throws {
        try store.begin(first, configuration: "abc", at: 1000)
        expect("state.changed") { try store.note(commitOf: "db", of: first) }
        try store.intend(Sample.intention, of: first)
        var noted = Sample.intention
        noted.commits[0].isDone = true
        for _ in 1...2 {
            try store.note(commitOf: "db", of: first)
            #expect(try store.lastRun(of: "films")?.intention == noted)
        }
        expect("state.changed") { try store.note(commitOf: "other", of: first) }
        #expect(try store.lastRun(of: "films")?.intention == noted)
    }

    @Test func `a run that is visible in part keeps its intention until it is complete or given up`() throws {
        try store.begin(first, configuration: "abc", at: 1000)
        try store.save(Sample.checkpoint(), of: first)
        try store.intend(Sample.intention, of: first)
        try store.end(first, as: .partly, report: "{}", keeping: [], at: 2000)
        let last = try #require(try store.lastRun(of: "films"))
        #expect(last.run.status == .partly && last.run.endedAt == 2000)
        #expect(last.intention == Sample.intention && last.checkpoint == Sample.checkpoint())
        expect("state.publishing") { try store.begin(Sample.identity("2"), configuration: "abc", at: 2000) }
        expect("state.changed") { try store.withdraw(first) }
        try store.note(commitOf: "db", of: first)
        try store.complete(first, report: nil, at: 3000)
        #expect(try store.lastRun(of: "films")?.run.status == .complete)
    }

    @Test func `a run that is refused keeps nothing to resume`() throws {
        try store.begin(first, configuration: "abc", at: 1000)
        try store.save(Sample.checkpoint(), of: first)
        try store.intend(Sample.intention, of: first)
        try store.end(first, as: .refused, report: "{}", at: 2000)
        let last = try #require(try store.lastRun(of: "films"))
        #expect(last.run.status == .refused && last.intention == nil && last.checkpoint == nil)
        expect("state.changed") { try store.resume(first) }
        try store.begin(Sample.identity("2"), configuration: "abc", at: 4000)
    }

    @Test(arguments: [0, 1, 7])
    func `the form of a checkpoint comes back`(form: Int) throws {
        try store.begin(first, configuration: "abc", at: 1000)
        var checkpoint = Sample.checkpoint()
        checkpoint.form = form
        try store.save(checkpoint, of: first)
        #expect(try store.lastRun(of: "films")?.checkpoint == checkpoint)
    }

    @Test func `an intention of no files is one`() throws {
        try store.begin(first, configuration: "abc", at: 1000)
        try store.intend(Intention(), of: first)
        #expect(try store.lastRun(of: "films")?.intention == Intention())
        #expect(try store.lastRun(of: "films")?.run.status == .intended)
    }

    @Test func `nothing begins while a run is publishing`() throws {
        try store.begin(first, configuration: "abc", at: 1000)
        try store.intend(Sample.intention, of: first)
        expect("state.publishing") { try store.begin(Sample.identity("2"), configuration: "abc", at: 2000) }
        try store.begin(Sample.identity("3", of: "books"), configuration: "abc", at: 2000)
        try store.end(first, as: .failed, at: 3000)
        try store.begin(Sample.identity("2"), configuration: "abc", at: 4000)
    }

    @Test(arguments: [(RunStore.Ending.failed, StoredRun.Status.failed), (.stopped, .stopped)])
    func `a run that ends early can be resumed at its checkpoint`(
        ending: RunStore.Ending,
        status: StoredRun.Status
    ) throws {
        try store.begin(first, configuration: "abc", at: 1000)
        try store.save(Sample.checkpoint(), of: first)
        try store.end(first, as: ending, report: "{}", at: 2000)
        let last = try #require(try store.lastRun(of: "films"))
        #expect(last.run.status == status)
        #expect(last.run.endedAt == 2000)
        #expect(last.checkpoint == Sample.checkpoint())
        #expect(try store.record(of: "1")?.report == "{}")

        let resumed = try store.resume(first)
        #expect(resumed.status == .running)
        #expect(resumed.attempts == 2)
        #expect(resumed.endedAt == nil)
        try store.save(Sample.checkpoint(2), of: first)
        #expect(try store.lastRun(of: "films")?.checkpoint == Sample.checkpoint(2))
    }

    @Test func `a new run ends those before it`() throws {
        try store.begin(first, configuration: "abc", at: 1000)
        try store.save(Sample.checkpoint(), of: first)
        try store.begin(Sample.identity("2"), configuration: "abc", at: 2000)
        #expect(try store.record(of: "1")?.run.status == .stopped)
        #expect(try store.lastRun(of: "films")?.checkpoint == nil)
        #expect(try count("checkpoints") == "0")
        expect("state.changed") { try store.resume(first) }
    }

    @Test func `a name is used once`() throws {
        try store.begin(first, configuration: "abc", at: 1000)
        expect("state.changed") { try store.begin(first, configuration: "abc", at: 1000) }
        // Two pipelines of a chain may begin in the same second.
        try store.begin(Sample.identity("1", of: "books"), configuration: "abc", at: 1000)
    }

    @Test func `what is over is not changed any more`() throws {
        try store.begin(first, configuration: "abc", at: 1000)
        try store.complete(first, report: "{}", at: 2000)
        expect("state.changed") { try store.save(Sample.checkpoint(), of: first) }
        expect("state.changed") { try store.intend(Intention(), of: first) }
        expect("state.changed") { try store.complete(first, report: "no", at: 3000) }
        expect("state.changed") { try store.end(first, as: .failed, report: "no", at: 3000) }
        expect("state.changed") { try store.resume(first) }
        expect("state.changed") { try store.save(Sample.checkpoint(), of: Sample.identity("unknown")) }
        #expect(try store.record(of: "1")?.report == "{}")
    }

    @Test func `a checkpoint can be dropped`() throws {
        try store.begin(first, configuration: "abc", at: 1000)
        #expect(try store.dropCheckpoint(of: "films") == false)
        try store.save(Sample.checkpoint(), of: first)
        #expect(try store.dropCheckpoint(of: "books") == false)
        #expect(try store.dropCheckpoint(of: "films"))
        #expect(try store.lastRun(of: "films")?.checkpoint == nil)
    }

    @Test func `history is the newest first, even if clocks go back`() throws {
        for (id, pipeline, time) in [("1", "films", 30), ("2", "books", 20), ("3", "films", 10)] {
            try store.begin(Sample.identity(id, of: pipeline), configuration: "abc", at: Int64(time))
        }
        #expect(try store.history().map(\.identity.id) == ["3", "2", "1"])
        #expect(try store.history(limit: 2).map(\.identity.id) == ["3", "2"])
        #expect(try store.history(of: "films").map(\.identity.id) == ["3", "1"])
        #expect(try store.history(of: "music") == [])
        #expect(try store.history(limit: -1) == [])
        #expect(try store.lastRun(of: "films")?.run.identity.id == "3")
    }

    @Test func `history keeps the last runs of each pipeline`() throws {
        try store.begin(Sample.identity("b", of: "books"), configuration: "abc", at: 0)
        for number in 1...6 {
            let identity = Sample.identity("\(number)")
            try store.begin(identity, configuration: "abc", at: 0)
            try store.complete(identity, report: "{}", at: 0)
        }
        #expect(try store.history().map(\.identity.id) == ["6", "5", "4", "b"])
        #expect(try count("reports") == "3")
    }

    /// What another program finds in a table.
    private func count(_ table: String) throws -> String {
        try Database.query("SELECT count(*) FROM \(table)", in: folder.database)
    }
}

extension LastRun {
    fileprivate init(_ run: StoredRun) { self.init(run: run, checkpoint: nil, intention: nil) }
}

/// Expects that a diagnostic of this code is thrown, with a hint and a place.
func expect<Value>(
    _ code: Diagnostic.Code,
    at location: SourceLocation = #_sourceLocation,
    _ body: () throws -> Value
) {
    let diagnostic = #expect(throws: Diagnostic.self, sourceLocation: location) { _ = try body() }
    guard let diagnostic else { return }
    #expect(diagnostic.code == code, "\(diagnostic.message)", sourceLocation: location)
    #expect(diagnostic.hint != nil && diagnostic.place != nil, sourceLocation: location)
}
