import Diagnostics
import Formats
import PluginKit
import PluginTestKit
import Testing

@testable import TraktSource

@Suite struct TraktIncrementTests {
    private let path = "sync/history/movies"
    private let kept = InMemoryValues()
    /// The moment of play 900.
    private let since: Int64 = 1_000_000_000_000_000 + 900 * 86_400_000_000

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

    /// Days after the first of the plays, and how many lie before that moment.
    @Test(arguments: zip([-30_000, 1, 900, 40_000], [0, 1, 900, 1001]))
    func `how many plays there are before a moment costs one request`(days: Int, count: Int) async throws {
        let moment = Int64(1_000_000_000_000_000) + Int64(days) * 86_400_000_000
        // One of them at an unknown date.
        let trakt = MadeUpTrakt([
            path: MadeUpTrakt.plays(1000) + [ExportFixture.play(5000, at: "1970-01-01T00:00:00.000Z")]
        ])
        let source = try Bench.trakt(trakt).source(TraktAPISource.self, "data = \"history\"")
        #expect(try await source.count(below: moment) == count)
        #expect(trakt.targets.count == 1)
    }

    @Test func `a server that does not count says nothing of how many there are`() async throws {
        var rules = MadeUpTrakt.Rules()
        rules.saysItems = false
        let trakt = MadeUpTrakt([path: MadeUpTrakt.plays(10)], rules)
        let source = try Bench.trakt(trakt).source(TraktAPISource.self, "data = \"history\"")
        #expect(try await source.count(below: since) == nil)
    }

    @Test func `me is the account that is signed in, asked for once for each token`() async throws {
        let trakt = MadeUpTrakt([:])
        trakt.settings.withLock { $0 = #"{"user":{"ids":{"slug":"Anna"}}}"# }
        for _ in 1...2 {
            let source = try Bench.trakt(trakt, kept: kept).source(TraktAPISource.self, "data = \"history\"")
            #expect(try await source.identity == ["user": "anna", "api": "https://api.trakt.tv/"])
        }
        #expect(trakt.targets == ["users/settings"])
        trakt.settings.withLock { $0 = #"{"user":{"ids":{"slug":"bert"}}}"# }
        let bert = try Bench.trakt(trakt, kept: kept, token: "another-token")
            .source(TraktAPISource.self, "data = \"history\"\napi = \"https://api.example.org\"")
        #expect(try await bert.identity == ["user": "bert", "api": "https://api.example.org/"])
        let named = try Bench.trakt(trakt, kept: kept, token: nil)
            .source(TraktAPISource.self, "data = \"history\"\nuser = \"Carl\"")
        #expect(try await named.identity == ["user": "carl", "api": "https://api.trakt.tv/"])
        #expect(trakt.targets.count == 2)
    }

    @Test func `a name that cannot be had now is a failure, and not another account`() async throws {
        let trakt = MadeUpTrakt([:]) { request, _, _ in
            request.url.target.hasPrefix("/users/settings") ? HTTPResponse(status: 503) : nil
        }
        let source = try Bench.trakt(trakt).source(TraktAPISource.self, "data = \"history\"")
        await #expect(throws: StageFailure.self) { try await source.identity }
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
