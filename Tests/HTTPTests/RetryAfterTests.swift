import HTTP
import Testing

/// 784,111,777 s since 1970 are 6 November 1994, 08:49:37 UTC: the example of RFC 9110 §5.6.7.
@Suite struct RetryAfterTests {
    private let now: Int64 = 784_111_777

    private func pause(_ text: String, date: String? = nil) -> Duration? {
        var headers: HTTPHeaders = ["Retry-After": text]
        headers["Date"] = date
        return headers.retryAfter(at: now)
    }

    /// A hundred years of 365 days.
    private let longest = Duration.seconds(3_153_600_000)

    @Test(arguments: [
        ("0", 0), ("7", 7000), ("3601", 3_601_000), ("86400", 86_400_000), ("1.5", 1500), ("0.25", 250),
        ("00012", 12_000), ("+3", 3000), ("-5", 0), ("-0.5", 0), ("1.0000001", 1000),
    ])
    func `seconds may be many, few, or a part of one`(text: String, milliseconds: Int64) {
        #expect(pause(text) == .milliseconds(milliseconds))
    }

    @Test(arguments: [
        "Sun, 06 Nov 1994 08:51:17 GMT", "Sunday, 06-Nov-94 08:51:17 GMT", "Sun Nov  6 08:51:17 1994",
    ])
    func `a time of day in any form of HTTP counts from now`(text: String) {
        #expect(pause(text) == .seconds(100))
    }

    @Test(arguments: [
        "Sun, 06 Nov 1994 08:51:17 GMT", "Sunday, 06-Nov-94 08:51:17 GMT", "Sun Nov  6 08:51:17 1994",
    ])
    func `it counts from the server's clock where that is shown, whatever this machine's says`(text: String) {
        #expect(pause(text, date: "Sun, 06 Nov 1994 08:50:17 GMT") == .seconds(60))
        #expect(pause(text, date: "Sunday, 06-Nov-94 10:51:17 GMT") == .zero)
        #expect(pause(text, date: "yesterday") == .seconds(100))
    }

    @Test(arguments: ["Sun, 06 Nov 1994 08:49:36 GMT", "Sunday, 06-Nov-94 08:49:36 GMT", "Thu Jan  1 00:00:00 1970"])
    func `a time that is over is no pause`(text: String) {
        #expect(pause(text) == .zero)
    }

    @Test(arguments: [
        "Fri, 31 Dec 9999 23:59:59 GMT", "3153600001", "9223372036854775807", "9223372036854775808",
        "9999999999999999999999999", "1000000000000000000.5",
    ])
    func `nothing is longer than a hundred years`(text: String) {
        #expect(pause(text) == longest)
    }

    @Test(arguments: [
        "", "never", "1e3", "1.", ".5", "1.5.2", "--1", "0x10", "1,5", "12 s", "٣", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 25:49:37 GMT", "1994-11-06T08:49:37Z",
    ])
    func `what is neither says nothing`(text: String) {
        #expect(pause(text) == nil)
    }

    @Test func `without the field nothing is asked for`() {
        #expect(HTTPHeaders().retryAfter() == nil)
    }
}
