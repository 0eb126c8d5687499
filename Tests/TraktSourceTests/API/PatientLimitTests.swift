import PluginKit
import PluginTestKit
import Testing

@testable import TraktSource

/// Trakt asks for pauses in many ways: each is kept, or, where it is longer than a window, left to the layer `retry`.
@Suite struct PatientLimitTests {
    /// 12 January 1970, 13:46:40 UTC.
    private static let start: Int64 = 1_000_000

    private func limit(_ time: ManualTime) -> TraktLimit {
        TraktLimit.shared("b", in: Bench(time: time).context, clock: WallClock(time, showing: Self.start))
    }

    private static func said(_ remaining: Int, until: String, limit: String = "1000") -> (String, String) {
        (
            "X-Ratelimit",
            #"{"name":"A","period":300,"limit":\#(limit),"remaining":\#(remaining),"until":"\#(until)"}"#
        )
    }

    struct Sample: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let headers: HTTPHeaders
        let seconds: Double

        init(_ description: String, _ headers: [(String, String)], _ seconds: Double) {
            testDescription = description
            self.headers = HTTPHeaders(headers.map { HTTPHeaders.Field($0.0, value: $0.1) })
            self.seconds = seconds
        }
    }

    static let samples = [
        Sample("seconds", [("Retry-After", "100")], 100),
        Sample("a fraction", [("Retry-After", "0.5")], 0.5),
        Sample("above an hour", [("Retry-After", "7200")], 7200),
        Sample("a date", [("Retry-After", "Mon, 12 Jan 1970 13:48:20 GMT")], 100),
        // Two digits of a year are those nearest to today, so both are of 2070.
        Sample(
            "a date of RFC 850",
            [("Retry-After", "Sunday, 12-Jan-70 13:48:20 GMT"), ("Date", "Sunday, 12-Jan-70 13:46:40 GMT")],
            100
        ),
        Sample("a date of asctime", [("Retry-After", "Mon Jan 12 13:48:20 1970")], 100),
        Sample(
            "a date by a clock that is an hour fast",
            [("Retry-After", "Mon, 12 Jan 1970 14:48:20 GMT"), ("Date", "Mon, 12 Jan 1970 14:46:40 GMT")],
            100
        ),
        Sample("a date that is over", [("Retry-After", "Sun, 11 Jan 1970 13:48:20 GMT")], 0.1),
        Sample("below nothing", [("Retry-After", "-5")], 0.1),
        Sample("no number, so the window", [("Retry-After", "soon"), said(0, until: "1970-01-12T13:47:25Z")], 45),
        Sample("the window alone", [said(0, until: "1970-01-12T13:47:25Z")], 45),
        Sample(
            "the window by a clock that is an hour fast",
            [said(0, until: "1970-01-12T14:47:25Z"), ("Date", "Mon, 12 Jan 1970 14:46:40 GMT")],
            45
        ),
        Sample("a window without a limit", [said(0, until: "1970-01-12T13:47:25Z", limit: "0")], 45),
        Sample("a window beyond its own length", [said(0, until: "1970-01-12T15:46:40Z")], 7200),
        Sample("a window until 2099", [said(0, until: "2099-01-01T00:00:00Z")], 3_153_600_000),
        Sample("more than a number holds", [("Retry-After", "99999999999999999999")], 3_153_600_000),
    ]

    @Test(arguments: samples)
    func `a refusal asks for a pause, and whoever comes later keeps it`(sample: Sample) async throws {
        let time = ManualTime()
        let limit = limit(time)
        try await limit.turn()
        #expect(limit.refused(sample.headers) == .seconds(sample.seconds))
        do {
            try await limit.turn()
            #expect(sample.seconds <= 301)
            // A window is given a second to end in.
            #expect(time.now == .seconds(sample.seconds) || time.now == .seconds(sample.seconds + 1))
        } catch StageFailure.blocked(let diagnostic, let left) {
            // Nobody is held here for longer than a window.
            #expect(sample.seconds > 301)
            #expect(left == .seconds(sample.seconds))
            #expect(time.now == .zero)
            #expect(diagnostic.message.hasPrefix("Trakt accepts no request from this account or app before "))
        }
    }

    @Test(arguments: [false, true])
    func `an answer that leaves nothing until 2099 stops whoever comes later`(isKnown: Bool) async throws {
        let time = ManualTime()
        let limit = limit(time)
        try await limit.turn()
        limit.note(
            HTTPHeaders([Self.said(isKnown ? 0 : 1, until: "2070-01-12T13:46:40Z")].map { .init($0.0, value: $0.1) })
        )
        guard isKnown else {
            _ = try await limit.turn()
            return
        }
        await #expect {
            try await limit.turn()
        } throws: { error in
            (error as? StageFailure)?.diagnostic.rendered() == """
                error[trakt.too-many]: Trakt accepts no request from this account or app before 2069-12-18 13:46 UTC
                  hint: run it again then; it continues where it stopped
                """
        }
        #expect(time.now == .zero)
    }

    @Test func `what waits for a turn reports that, and what goes does not`() async throws {
        let time = ManualTime(sleepers: .wait)
        let waits = OpenWaits()
        let limit = limit(time)
        try await limit.turn(waits)
        #expect(waits.longest == nil)
        _ = limit.refused(["Retry-After": "12"])
        let task = Task { try await limit.turn(waits) }
        await time.sleepers(atLeast: 1)
        #expect(waits.longest?.reason == "Trakt's request limit")
        task.cancel()
        _ = try? await task.value
        #expect(waits.longest == nil)
    }

    @Test(arguments: [
        #"{"limit":1000,"period":300,"remaining":-9223372036854775808,"until":"1970-01-12T13:46:41Z"}"#,
        #"{"limit":9223372036854775807,"period":9223372036854775807,"remaining":9223372036854775807,"until":"9999-12-31T23:59:59Z"}"#,
        #"{"limit":-1,"period":-1,"remaining":-1,"until":"0000-01-01T00:00:00Z"}"#,
        #"{"limit":1e300,"period":1e300,"remaining":1e300,"until":9}"#, "[]", "{", "", "null",
    ])
    func `no value of the header stops the program`(text: String) async throws {
        let limit = limit(ManualTime())
        try await limit.turn()
        limit.note(["X-Ratelimit": text])
        _ = limit.refused(["X-Ratelimit": text])
        _ = limit.refused(["X-Ratelimit": text, "Retry-After": "9223372036854775807"])
    }
}
