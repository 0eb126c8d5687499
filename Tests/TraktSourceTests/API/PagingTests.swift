import Diagnostics
import PluginKit
import PluginTestKit
import TestTags
import Testing

@testable import TraktSource

@Suite(.tags(.contract)) struct PagingTests {
    private let plays = "sync/history/movies"

    @Test(arguments: [1, 249, 250, 251, 500, 1234])
    func `every play comes once, the oldest first`(count: Int) async throws {
        let trakt = MadeUpTrakt([plays: MadeUpTrakt.plays(count)])
        let records = try await Bench.trakt(trakt).read("data = \"history\"")
        #expect(records.column("id") == (1...count).map { .integer(Int64($0)) })
    }

    @Test(arguments: ["history", "ratings"])
    func `keeps the contract of a source`(data: String) async throws {
        let trakt = MadeUpTrakt([plays: MadeUpTrakt.plays(1234), "sync/ratings/movies": MadeUpTrakt.ratings(777)])
        let records = try await SourceContract.verify(
            TraktAPISource.self,
            options: "data = \"\(data)\"",
            on: Bench.trakt(trakt).bench
        )
        #expect(records.count == (data == "history" ? 1234 : 777))
    }

    @Test func `asks for each page once, for how many there are first, and whether something changed`() async throws {
        let trakt = MadeUpTrakt([plays: MadeUpTrakt.plays(750)])
        _ = try await Bench.trakt(trakt).read("data = \"history\"")
        let page = { (number: Int) in "sync/history/movies?page=\(number)&limit=250" }
        let activities = "sync/last_activities"
        // The settings say whose account it is, to be compared with the last run.
        let settings = "users/settings"
        #expect(trakt.targets == [activities, page(1), settings, page(3), page(2), page(4), activities])
    }

    @Test func `100,000 plays and 10,000 ratings need no more than 445 requests`() async throws {
        let trakt = MadeUpTrakt([
            plays: MadeUpTrakt.plays(100_000), "sync/ratings/movies": MadeUpTrakt.ratings(10_000),
        ])
        var bench = Bench.trakt(trakt, wanted: ["trakt", "rating"])
        let ratings = try bench.source(TraktAPISource.self, "data = \"ratings\"")
        let history = try bench.source(TraktAPISource.self, "data = \"history\"")
        // Ratings are looked up, so they are read first.
        #expect(try await bench.read(ratings).count == 10_000)
        bench.wanted = ["watched_at", "trakt", "time_zone"]
        #expect(try await bench.read(history).count == 100_000)
        #expect(trakt.targets.count == 445)
    }

    @Test(arguments: [
        MadeUpTrakt.Rules(cap: 100), MadeUpTrakt.Rules(cap: 100, saysLimit: false), MadeUpTrakt.Rules(cap: 10),
        MadeUpTrakt.Rules(saysPages: false), MadeUpTrakt.Rules(cap: 100, saysPages: false),
        MadeUpTrakt.Rules(saysPages: false, ignoresPages: true), MadeUpTrakt.Rules(ignoresPages: true),
    ])
    func `is complete under other rules of paging`(rules: MadeUpTrakt.Rules) async throws {
        for count in [100, 999, 1000] {
            let trakt = MadeUpTrakt([plays: MadeUpTrakt.plays(count)], rules)
            let records = try await Bench.trakt(trakt).read("data = \"history\"")
            #expect(Set(records.column("id")) == Set((1...count).map { .integer(Int64($0)) }), "\(count)")
            #expect(records.count == count)
        }
    }

    @Test(arguments: [1, 50, 51, 252])
    func `a few hidden items make short pages, which are asked for once more and taken`(hidden: Int) async throws {
        let log = StageLog()
        let trakt = MadeUpTrakt([plays: MadeUpTrakt.plays(1000)], .init(hidden: Set(249..<(249 + hidden))))
        let bench = Bench.trakt(trakt, log: log)
        if hidden > 50 {
            // Nobody knows whether as many are hidden or missing.
            let refusal = try await bench.refusal("data = \"history\"")
            #expect(refusal?.code == "trakt.count")
            #expect(refusal?.message == "Trakt counts 1000 plays, but shows \(1000 - hidden)")
        }
        let options = "data = \"history\"" + (hidden > 50 ? "\npartial = \"warn\"" : "")
        #expect(try await bench.read(options).count == 1000 - hidden)
        #expect(log.all.map(\.message) == ["Trakt counts 1000 plays, but shows \(1000 - hidden)"])
        #expect(log.all.map(\.severity) == [hidden > 50 ? .warning : .note])
    }

    @Test func `a page that comes short by mistake is asked for again`() async throws {
        let trakt = MadeUpTrakt([plays: MadeUpTrakt.plays(1000)]) { request, _, trakt in
            let target = request.url.target.dropFirst()
            guard target.contains("page=3"), trakt.targets.count(where: { $0 == target }) == 1 else {
                return nil
            }
            trakt.rules.withLock { $0.hidden = [600, 601] }
            defer { trakt.rules.withLock { $0.hidden = [] } }
            return trakt.answer(request)
        }
        let records = try await Bench.trakt(trakt).read("data = \"history\"")
        #expect(records.column("id") == (1...1000).map { .integer(Int64($0)) })
    }

    @Test func `pages after the last that was stated are read`() async throws {
        let trakt = MadeUpTrakt([plays: MadeUpTrakt.plays(1000)], .init(claim: 750, pages: 3))
        let records = try await Bench.trakt(trakt).read("data = \"history\"")
        #expect(Set(records.column("id")) == Set((1...1000).map { .integer(Int64($0)) }))
    }

    @Test func `a number of items that is nonsense is not believed`() async throws {
        let trakt = MadeUpTrakt([plays: MadeUpTrakt.plays(1000)], .init(claim: 1337))
        let records = try await Bench.trakt(trakt).read("data = \"history\"")
        #expect(records.count == 1000)
    }

    @Test func `too many pages are refused`() async throws {
        let trakt = MadeUpTrakt([plays: MadeUpTrakt.plays(1000)], .init(pages: 10_001))
        let refusal = try await Bench.trakt(trakt).refusal("data = \"history\"")
        #expect(refusal?.message == "Trakt reports 10001 pages of plays, which is not plausible")
    }
}
