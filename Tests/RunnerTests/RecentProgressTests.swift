import Runs
import Testing

@testable import Command

@Suite struct RecentProgressTests {
    private func moment(_ seconds: Double, read: Int, waits: [String: Duration] = [:]) -> RecentProgress.Moment {
        RecentProgress.Moment(elapsed: .seconds(seconds), read: read, stage: "plays", waits: waits)
    }

    @Test func `the rate is that of the last seconds, not of the whole run`() {
        var recent = RecentProgress()
        for second in 1...10 { _ = recent.line(for: moment(Double(second), read: second * 1000), width: nil) }
        for second in 11...14 { _ = recent.line(for: moment(Double(second), read: 10_000), width: nil) }
        #expect(recent.line(for: moment(15, read: 10_000), width: nil) == "'plays': 10,000 read, 0/s, 15.0 s")
    }

    @Test func `what holds the run up is named, if it did most of the time`() {
        var recent = RecentProgress()
        _ = recent.line(for: moment(1, read: 10, waits: ["plays": .seconds(1)]), width: nil)
        var later = moment(3, read: 30, waits: ["plays": .seconds(1.1), "diary": .seconds(1.6)])
        later.pagesInFlight = 3
        later.batchesWaiting = 4
        #expect(
            recent.line(for: later, width: nil)
                == "'plays': 30 read, 10/s, 3.00 s, waits for 'diary', 3 pages in flight, 4 queued for sinks"
        )
    }

    struct Wait: Sendable, CustomTestStringConvertible {
        let waiting: RunProgress.Waiting
        let words: String
        var testDescription: String { words }
    }

    /// It is 2026-01-01T11:00:00Z, an hour earlier than here.
    private static let waits = [
        Wait(
            waiting: .init("the request limit 'quota'", isLimit: true, left: .seconds(200)),
            words: "waiting for the request limit 'quota' until 12:03:20"
        ),
        Wait(
            waiting: .init("Trakt's request limit", isLimit: true, left: .milliseconds(1001)),
            words: "waiting for Trakt's request limit until 12:00:02"
        ),
        Wait(
            waiting: .init("Trakt's request limit", isLimit: true, left: .milliseconds(300)),
            words: "waiting for Trakt's request limit"
        ),
        Wait(
            waiting: .init("Trakt's request limit", isLimit: true, left: .seconds(86_400)),
            words: "waiting for Trakt's request limit until 2026-01-02 12:00:00"
        ),
        Wait(
            waiting: .init("Trakt is overloaded or down (503)", left: .seconds(88)),
            words: "waiting until 12:01:28: Trakt is overloaded or down (503)"
        ),
        Wait(waiting: .init("Trakt is overloaded", left: nil), words: "waiting: Trakt is overloaded"),
    ]

    @Test(arguments: waits)
    func `what calls wait for is reported, and until when`(example: Wait) {
        var later = moment(2, read: 0)
        later.waiting = example.waiting
        (later.now, later.offset) = (1_767_265_200, 3600)
        var recent = RecentProgress()
        #expect(recent.line(for: later, width: nil) == "'plays': 0 read, 0/s, 2.00 s, \(example.words)")
    }

    @Test func `on a narrow terminal the line loses its end, and never breaks`() {
        var later = moment(2, read: 1_234_567)
        later.pagesInFlight = 1
        for width in 1...80 {
            var recent = RecentProgress()
            let line = recent.line(for: later, width: width)
            #expect(line.count < max(2, width))
        }
        var recent = RecentProgress()
        #expect(recent.line(for: later, width: 40) == "'plays': 1,234,567 read, 617,283/s")
    }
}
