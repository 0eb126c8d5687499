@testable import HTTP
import PluginKit
import Testing

@Suite struct EndingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let ending: CurlEnding
        let flaw: AnswerFlaw
        var testDescription: String { "\(ending.code): \(flaw.kind) \(flaw.words)" }

        init(_ ending: CurlEnding, _ kind: HTTPFailure.Kind, _ words: String = "") {
            self.ending = ending
            flaw = AnswerFlaw(kind, words: words)
        }
    }

    // The codes and what they mean: https://curl.se/libcurl/c/libcurl-errors.html, read 2026-11-23; `errno` of Linux.
    static let cases = [
        Case(CurlEnding(code: 1), .malformed),
        Case(CurlEnding(code: 5), .unresolved, "the proxy's name has no address"),
        Case(CurlEnding(code: 6), .unresolved),
        Case(CurlEnding(code: 7, systemError: 111), .refused),
        Case(CurlEnding(code: 7, systemError: 111, hasProxy: true), .refused, "the proxy refuses connections"),
        Case(CurlEnding(code: 7, systemError: 101), .unreachable, "Network is unreachable"),
        Case(CurlEnding(code: 7, systemError: 113), .unreachable, "No route to host"),
        Case(CurlEnding(code: 7, systemError: 110), .timedOut, "there was no connection"),
        Case(CurlEnding(code: 7), .unreachable),
        Case(CurlEnding(code: 8), .malformed),
        Case(CurlEnding(code: 16), .reset, "the server cancelled the request"),
        Case(CurlEnding(code: 18), .truncated),
        Case(CurlEnding(code: 27), .unavailable, "there is not enough memory"),
        Case(CurlEnding(code: 27, isSent: true), .tooLarge, "a line of the header has no end"),
        Case(CurlEnding(code: 35), .tls, "no encryption could be negotiated"),
        Case(
            CurlEnding(code: 35, text: "error:0A00010B:SSL routines::wrong version number"),
            .tls,
            "the server does not use TLS at this port"
        ),
        Case(
            CurlEnding(code: 35, text: "OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to 127.0.0.1:1"),
            .reset,
            "while the encryption was negotiated"
        ),
        Case(CurlEnding(code: 52), .reset, "the server closed the connection instead of answering"),
        Case(CurlEnding(code: 55), .reset, "while the request was sent"),
        Case(CurlEnding(code: 56), .reset, "before an answer"),
        Case(CurlEnding(code: 56, isAnswered: true), .reset, "in the middle of the answer"),
        Case(CurlEnding(code: 56, tunnelStatus: 503), .unreachable, "the proxy refuses with status 503"),
        Case(CurlEnding(code: 60, verification: 10), .tls, "the certificate has expired"),
        Case(CurlEnding(code: 60, verification: 9), .tls, "the certificate is not valid yet"),
        Case(CurlEnding(code: 60, verification: 18), .tls, "the certificate is self-signed"),
        Case(
            CurlEnding(code: 60, verification: 20),
            .tls,
            "the certificate is signed by an authority that this machine does not trust"
        ),
        Case(CurlEnding(code: 60), .tls, "the certificate is for another host"),
        Case(CurlEnding(code: 60, verification: 24), .tls, "the certificate is not valid"),
        Case(CurlEnding(code: 61), .badEncoding),
        Case(CurlEnding(code: 63), .tooLarge),
        Case(CurlEnding(code: 77), .tls, "the certificates of this machine cannot be read"),
        Case(CurlEnding(code: 92), .reset, "the server cancelled the request"),
        Case(CurlEnding(code: 97), .unreachable, "the proxy refuses"),
        Case(CurlEnding(code: 100), .tooLarge, "a line of the header has no end"),
        Case(CurlEnding(code: 3), .unavailable, "libcurl cannot read the address"),
        Case(CurlEnding(code: 4), .unavailable, "libcurl was built without what this needs"),
        Case(CurlEnding(code: 43), .unreachable, "libcurl ended with 43"),
        Case(CurlEnding(code: 43, reason: "why"), .unreachable, "libcurl ended with 43 (why)"),
    ]

    @Test(arguments: cases)
    func `each way to end has its meaning`(_ item: Case) {
        #expect(item.ending.flaw == item.flaw)
    }
}
