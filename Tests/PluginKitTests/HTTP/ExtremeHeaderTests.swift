import PluginTestKit
import Testing

@testable import PluginKit

/// What a server says of keeping an answer, with any number in it.
@Suite struct ExtremeHeaderTests {
    private static func keeping(_ headers: HTTPHeaders) -> Cacheability {
        Cacheability(HTTPResponse(status: 200, headers: headers, body: []))
    }

    @Test(arguments: Extremes.texts)
    func `an answer is kept from no time to ten years, whatever age a server tells`(text: String) {
        for other in Extremes.texts {
            for headers: HTTPHeaders in [
                ["Cache-Control": "max-age=\(text)", "Age": other], ["Expires": text, "Date": other],
            ] {
                guard case .atMost(let length) = Self.keeping(headers) else { continue }
                #expect(Duration.zero ... .seconds(315_360_000) ~= length, "\(headers)")
            }
        }
    }

    @Test(arguments: ["9223372036854775807", "9223372036854775808", String(repeating: "9", count: 5000)])
    func `an age that is too large to be counted is the largest`(text: String) {
        // RFC 9111 §1.2.2
        #expect(Self.keeping(["Cache-Control": "max-age=\(text)"]) == .atMost(.seconds(315_360_000)))
        #expect(Self.keeping(["Cache-Control": "max-age=60", "Age": text]) == .atMost(.zero))
    }

    @Test(arguments: Extremes.texts)
    func `a date with any number in it is a date or none`(text: String) {
        for date in [
            "Sun, \(text) Nov 1994 08:49:37 GMT", "Sun, 06 Nov \(text) 08:49:37 GMT",
            "Sun, 06 Nov 1994 \(text):49:37 GMT",
            "Sun, 06 Nov 1994 08:\(text):37 GMT", "Sun, 06 Nov 1994 08:49:\(text) GMT",
            "Sunday, 06-Nov-\(text) 08:49:37 GMT",
            "Sun Nov \(text) 08:49:37 1994", "Sun Nov  6 08:49:37 \(text)",
        ] {
            guard case .atMost(let length) = Self.keeping(["Expires": date, "Date": "Sun, 06 Nov 1994 08:49:37 GMT"])
            else {
                Issue.record("\(date)")
                continue
            }
            #expect(length >= .zero)
        }
    }
}
