import Diagnostics
import PluginKit
import PluginTestKit
import Records
import Testing

@testable import TraktSource

/// The account changes while it is read: what comes is of one moment, or the walk is given up.
@Suite struct DriftTests {
    private let path = "sync/history/movies"

    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let make: @Sendable (inout [String]) -> Void
    }

    private static let changes = [
        Change(testDescription: "one more at the front") {
            $0.insert(contentsOf: MadeUpTrakt.plays(1, from: 5000), at: 0)
        },
        Change(testDescription: "one less at the end") { $0.removeLast() },
        Change(testDescription: "one less in the middle") { $0.remove(at: 600) },
        Change(testDescription: "one more in the middle") {
            $0.insert(contentsOf: MadeUpTrakt.plays(1, from: 5000), at: 500)
        },
        Change(testDescription: "one more at the front, one less at the end") {
            $0.removeLast()
            $0.insert(contentsOf: MadeUpTrakt.plays(1, from: 5000), at: 0)
        },
        Change(testDescription: "one less at the front, one more at the end") {
            $0.removeFirst()
            $0.append(contentsOf: MadeUpTrakt.plays(1, from: 5000))
        },
        Change(testDescription: "two have changed places") { $0.swapAt(10, 700) },
        Change(testDescription: "one has gone to the front") { $0.insert($0.remove(at: 430), at: 0) },
    ]

    @Test(arguments: changes, 1...8)
    func `a change is noticed, or makes no difference`(change: Change, request: Int) async throws {
        let before = MadeUpTrakt.plays(1000)
        let trakt = MadeUpTrakt([path: before]) { [path] _, number, trakt in
            guard number == request else { return nil }
            trakt.data.withLock { data in change.make(&data[path, default: []]) }
            trakt.lastActivities.withLock { $0 = "2026-07-06T00:00:00.000Z" }
            return nil
        }
        var after = before
        change.make(&after)
        // Of a play, as it is written: {"id":17,
        let ids = { (plays: [String]) in
            Set(plays.compactMap { play in Int64(play.dropFirst(6).prefix { $0.isNumber }).map { Value.integer($0) } })
        }
        do {
            let records = try await Bench.trakt(trakt).read("data = \"history\"")
            let read = Set(records.column("id"))
            #expect(records.count == read.count)
            #expect(read == ids(before) || read == ids(after))
        } catch StageFailure.sourceChanged(let diagnostic) {
            #expect(diagnostic.message.hasPrefix("the data at Trakt changed while it was read: "))
        }
    }

    @Test func `items that come twice have the walk made again, and are taken if it comes to the same`() async throws {
        let log = StageLog()
        var plays = MadeUpTrakt.plays(1000)
        plays.insert(plays[249], at: 250)  // Last of page 1 and first of page 2.
        let bench = Bench.trakt(MadeUpTrakt([path: plays]), log: log)
        #expect(
            try await bench.refusal("data = \"history\"")?.message
                == "the data at Trakt changed while it was read: 1001 plays came, of which 1000 were different"
        )
        let records = try await bench.read("data = \"history\"")
        #expect(records.column("id") == (1...1000).map { .integer(Int64($0)) })
        #expect(log.all.map(\.message) == ["Trakt counts 1001 plays, but shows 1000"])
    }

    @Test func `a walk that is resumed compares the account with what it was`() async throws {
        let trakt = MadeUpTrakt([path: MadeUpTrakt.plays(1000)])
        let bench = Bench.trakt(trakt)
        let first = try bench.source(TraktAPISource.self, "data = \"history\"")
        var batch = first.batch
        guard case .pages(let pages) = try await first.readPage(at: nil, into: &batch) else {
            Issue.record("one page")
            return
        }
        let again = try Bench.trakt(trakt).source(TraktAPISource.self, "data = \"history\"")
        let check = TraktCursor("movies", step: .check, census: try #require(pages.last).census)
        _ = try await again.readPage(at: check, into: &batch)
        trakt.lastActivities.withLock { $0 = "2026-07-06T00:00:00.000Z" }
        await #expect {
            _ = try await again.readPage(at: check, into: &batch)
        } throws: { error in
            if case StageFailure.sourceChanged = error { true } else { false }
        }
    }

    @Test func `an account that has lost most of its plays is refused, and taken if the options accept that`()
        async throws
    {
        let kept = InMemoryValues()
        let trakt = MadeUpTrakt([path: MadeUpTrakt.plays(800)])
        #expect(try await Bench.trakt(trakt, kept: kept).read("data = \"history\"").count == 800)
        trakt.data.withLock { $0[path] = MadeUpTrakt.plays(10) }
        let refusal = try await Bench.trakt(trakt, kept: kept).refusal("data = \"history\"")
        #expect(refusal?.code == "trakt.drop")
        #expect(refusal?.message == "Trakt reports 10 plays; the last run had 800")
        let accepting = Bench.trakt(trakt, kept: kept)
        #expect(try await accepting.read("data = \"history\"\ndrop = \"accept\"").count == 10)
        #expect(try await Bench.trakt(trakt, kept: kept).read("data = \"history\"").count == 10)
    }

    @Test func `a part of the history is not compared with all of it`() async throws {
        let kept = InMemoryValues()
        let trakt = MadeUpTrakt([path: MadeUpTrakt.plays(800)])
        #expect(try await Bench.trakt(trakt, kept: kept).read("data = \"history\"").count == 800)
        let last = "data = \"history\"\nstart_at = \"2003-11-08\""
        #expect(try await Bench.trakt(trakt, kept: kept).read(last).count == 11)
        #expect(try await Bench.trakt(trakt, kept: kept).read("data = \"history\"").count == 800)
    }

    /// Settings that name the account.
    private func named(_ slug: String, plays: Int) -> MadeUpTrakt {
        let trakt = MadeUpTrakt([path: MadeUpTrakt.plays(plays)])
        trakt.settings.withLock { $0 = #"{"user":{"ids":{"slug":"\#(slug)"}}}"# }
        return trakt
    }

    @Test func `accounts that share a state folder are not compared with each other`() async throws {
        let kept = InMemoryValues()
        let options = "data = \"history\""
        #expect(try await Bench.trakt(named("sean", plays: 800), kept: kept).read(options).count == 800)
        #expect(try await Bench.trakt(named("other", plays: 10), kept: kept).read(options).count == 10)
        // The token is another one, the account the same.
        let refusal = try await Bench.trakt(named("sean", plays: 10), kept: kept, token: "the-next").refusal(options)
        #expect(refusal?.message == "Trakt reports 10 plays; the last run had 800")
    }
}
