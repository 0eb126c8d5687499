import PluginKit
import PluginTestKit
import Testing

@testable import TraktSource

@Suite struct LimitTests {
    /// When requests were made, in seconds.
    private func moments(_ limit: TraktLimit, _ time: ManualTime, _ count: Int) async throws -> [Duration] {
        var moments: [Duration] = []
        for _ in 0..<count {
            try await limit.turn()
            moments.append(time.now)
        }
        return moments
    }

    /// The most moments that any stretch of time holds.
    private func most(_ moments: [Duration], within length: Duration) -> Int {
        var most = 0
        var first = 0
        for (last, moment) in moments.enumerated() {
            while moments[first] <= moment - length { first += 1 }
            most = max(most, last - first + 1)
        }
        return most
    }

    private func said(_ limit: Int, _ remaining: Int, until: String = "1970-01-12T13:51:40Z") -> HTTPHeaders {
        ["X-Ratelimit": #"{"name":"A","period":300,"limit":\#(limit),"remaining":\#(remaining),"until":"\#(until)"}"#]
    }

    private func limit(_ time: ManualTime, _ kept: any StateValues = InMemoryValues()) -> TraktLimit {
        TraktLimit.shared("b", in: Bench(time: time, kept: kept).context, clock: WallClock(time, showing: 1_000_000))
    }

    @Test func `no window ever holds more than the limit`() async throws {
        let time = ManualTime()
        let moments = try await moments(limit(time), time, 3500)
        #expect(most(moments, within: .seconds(300)) == 1000)
        #expect(time.now == .seconds(903))
    }

    @Test func `a smaller limit holds from the first answer on`() async throws {
        let time = ManualTime()
        let limit = limit(time)
        var all = try await moments(limit, time, 1)
        limit.note(said(500, 499))
        all += try await moments(limit, time, 1200)
        #expect(most(all, within: .seconds(300)) == 500)
    }

    @Test func `what others have used counts until the end of the server's window`() async throws {
        let time = ManualTime()
        let limit = limit(time)
        try await limit.turn()
        limit.note(said(1000, 99, until: "1970-01-12T13:48:20Z"))  // 1,000,100 s: others have made 900.
        let moments = try await moments(limit, time, 150)
        #expect(moments.count { $0 < .seconds(100) } == 99)
        #expect(moments[99] == .seconds(101))
    }

    @Test func `no window holds more than the limit across two runs, however the first one ended`() async throws {
        for (isSettled, used) in [(true, 700), (false, 700), (false, 31)] {
            let kept = InMemoryValues()
            let time = ManualTime()
            let first = limit(time, kept)
            var all = try await moments(first, time, used)
            if isSettled { await first.settle() }
            // Another process: it has nothing but what was kept.
            let second = TraktLimit.shared(
                "b",
                in: Bench(time: time, kept: kept).context,
                clock: WallClock(time, showing: 1_000_000 + time.now.components.seconds)
            )
            let more = try await moments(second, time, 1500)
            #expect(more.count { $0 < .seconds(300) } >= 1000 - used - 25)
            all += more
            #expect(most(all, within: .seconds(300)) <= 1000)
        }
    }

    @Test func `a refusal holds everybody back`() async throws {
        let time = ManualTime()
        let limit = limit(time)
        try await limit.turn()
        #expect(limit.refused(["Retry-After": "12"]) == .seconds(12))
        try await limit.turn()
        #expect(time.now == .seconds(12))
    }

    @Test func `without a word the pause doubles from half a minute to five`() async throws {
        let time = ManualTime()
        let limit = limit(time)
        var pauses: [Duration] = []
        for _ in 0..<6 {
            try await limit.turn()
            pauses.append(limit.refused([:]))
        }
        #expect(pauses == [30, 60, 120, 240, 300, 300].map { .seconds($0) })
        try await limit.turn()
        limit.note([:])
        #expect(limit.refused([:]) == .seconds(30))
    }

    @Test func `without Retry-After the end of the window counts`() async throws {
        let time = ManualTime()
        let limit = limit(time)
        try await limit.turn()
        #expect(limit.refused(said(1000, 0, until: "1970-01-12T13:47:25Z")) == .seconds(45))
    }

    @Test func `a shorter window of the server holds beside the documented one`() async throws {
        let time = ManualTime()
        let limit = limit(time)
        var all = try await moments(limit, time, 1)
        limit.note([
            "X-Ratelimit": #"{"period":10,"limit":100,"remaining":99,"until":"1970-01-12T13:46:50Z"}"#
        ])
        all += try await moments(limit, time, 1500)
        #expect(most(all, within: .seconds(10)) == 100)
        #expect(most(all, within: .seconds(300)) == 1000)
    }

    @Test func `requests that are under way are not counted on`() async throws {
        let time = ManualTime()
        let limit = limit(time)
        try await limit.turn()
        _ = try await limit.sending {
            limit.note(said(1000, 3, until: "1970-01-12T13:48:20Z"))
            return HTTPResponse(status: 200)
        }
        #expect(try await moments(limit, time, 3) == [0, 0, 101].map { .seconds($0) })
    }

    @Test func `pipelines of one process share the limit, and a pause of the server`() async throws {
        let time = ManualTime()
        let context = Bench(time: time).context
        let clock = WallClock(time, showing: 1_000_000)
        let one = TraktLimit.shared("b", in: context, clock: clock)
        let other = TraktLimit.shared("b", in: context, clock: clock)
        try await one.turn()
        #expect(one.refused(["Retry-After": "12"]) == .seconds(12))
        try await other.turn()
        #expect(time.now == .seconds(12))
    }
}
