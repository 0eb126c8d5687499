import Diagnostics
import Formats
import PluginKit
import PluginTestKit
import Testing

@testable import TraktSource

@Suite struct TraktIncrementTests {
    private let path = "sync/history/movies"
    private let kept = ForgottenValues()
    /// The moment of play 900.
    private let since: Int64 = 1_000_000_000_000 + 900 * 86_400_000

    private func read(_ trakt: MadeUpTrakt, since: Int64? = nil, log: StageLog = StageLog()) async throws -> Batch {
        try await Bench.trakt(trakt, log: log, kept: kept).read("data = \"history\"", since: since)
    }

    @Test func `plays are asked for from a moment on`() async throws {
        let trakt = MadeUpTrakt([path: MadeUpTrakt.plays(1000)])
        let records = try await read(trakt, since: since)
        #expect(records.column("id") == (900...1000).map { .integer(Int64($0)) })
        #expect(
            trakt.targets.dropFirst().first == "sync/history/movies?page=1&limit=250&start_at=2004-02-26T01:46:40.000Z"
        )
    }

    struct Change: Sendable {
        let remark: [String]
        let make: @Sendable (inout [String]) -> Void
    }

    @Test(arguments: [
        Change(remark: []) { _ in },
        Change(remark: []) { $0 = MadeUpTrakt.plays(1003) },
        Change(
            remark: ["2 plays were removed at Trakt since the last run; the files of earlier runs still have them"]
        ) {
            $0.remove(at: 700)
            $0.remove(at: 3)
        },
        Change(
            remark: ["1 plays were removed at Trakt since the last run; the files of earlier runs still have them"]
        ) {
            $0 = MadeUpTrakt.plays(1003)
            $0.remove(at: 900)
        },
        Change(
            remark: ["1 plays with earlier dates were added at Trakt since the last run; they are not in this one"]
        ) {
            $0.append(ExportFixture.play(5000, at: "1999-01-01T00:00:00.000Z"))
        },
    ])
    func `what was removed since the last run is told`(change: Change) async throws {
        let trakt = MadeUpTrakt([path: MadeUpTrakt.plays(1000)])
        _ = try await read(trakt)
        trakt.data.withLock { [path] data in change.make(&data[path, default: []]) }
        let log = StageLog()
        _ = try await read(trakt, since: since, log: log)
        #expect(log.all.map(\.message) == change.remark)
        let again = StageLog()
        _ = try await read(trakt, since: since, log: again)
        #expect(again.all.isEmpty)
    }

    @Test func `whether there is something new costs one request`() async throws {
        let trakt = MadeUpTrakt([path: MadeUpTrakt.plays(1000)])
        let bench = Bench.trakt(trakt)
        let first = try await bench.source(TraktAPISource.self, "data = \"history\"").revision
        #expect(first != nil)
        #expect(trakt.targets == ["sync/last_activities"])
        let other = Bench.trakt(trakt)
        #expect(try await other.source(TraktAPISource.self, "data = \"history\"").revision == first)
        trakt.lastActivities.withLock { $0 = "2026-07-06T00:00:00.000Z" }
        let third = Bench.trakt(trakt)
        #expect(try await third.source(TraktAPISource.self, "data = \"history\"").revision != first)
    }

    @Test func `the account's settings are asked for once, and only if somebody wants its zone or its name`()
        async throws
    {
        let trakt = MadeUpTrakt([path: MadeUpTrakt.plays(600)])
        let records = try await Bench.trakt(trakt, wanted: ["id", "time_zone"]).read("data = \"history\"")
        #expect(Set(records.column("time_zone")) == ["America/New_York"])
        #expect(trakt.targets.count { $0 == "users/settings" } == 1)
        let other = MadeUpTrakt([path: MadeUpTrakt.plays(600)])
        // A part of the history is not compared with the last run.
        _ = try await Bench.trakt(other, wanted: ["id"]).read("data = \"history\"\nstart_at = \"2003-01-01\"")
        #expect(!other.targets.contains("users/settings"))
    }
}
