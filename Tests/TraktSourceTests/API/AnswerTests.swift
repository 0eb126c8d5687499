import Diagnostics
import PluginKit
import PluginTestKit
import Testing

@testable import TraktSource

/// Every status code has its outcome and its sentence.
@Suite struct AnswerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let status: Int
        var headers: HTTPHeaders = [:]
        var body = ""
        let says: String

        var testDescription: String { "\(status) \(headers.fields.map(\.name)) \(body)" }
    }

    private static let html = "<!DOCTYPE html><html><body>Attention Required!</body></html>"

    private static let cases = [
        Case(
            status: 400,
            says: "stops trakt.request: Trakt cannot read the request for sync/history/movies (400)"
        ),
        Case(
            status: 401,
            says: "stops account.token: Trakt does not accept the access token that was given (access_token or "
                + "TRAKT_ACCESS_TOKEN): it has expired, or was made for another app"
        ),
        Case(
            status: 401,
            headers: ["x-private-user": "true"],
            says: "stops account.private: the account of sync/history/movies is private"
        ),
        Case(
            status: 403,
            says:
                "stops account.app: Trakt does not accept this app: its client id or secret is wrong, or the app was deleted"
        ),
        Case(
            status: 403,
            body: html,
            says: "stops account.blocked: Cloudflare, Trakt's proxy, blocks requests from here"
        ),
        Case(status: 404, says: "stops trakt.missing: there is no sync/history/movies at Trakt (404)"),
        Case(status: 405, says: "stops trakt.request: Trakt does not permit reading sync/history/movies (405)"),
        Case(status: 409, says: "stops trakt.request: Trakt has sync/history/movies already (409)"),
        Case(
            status: 412,
            says: "stops trakt.request: a header field is missing in the request for sync/history/movies (412)"
        ),
        Case(
            status: 420,
            headers: ["X-Account-Limit": "100"],
            says: "stops trakt.account-limit: the account has reached its limit of 100 at Trakt (420)"
        ),
        Case(
            status: 422,
            says: "stops trakt.refused: Trakt refuses the values in the request for sync/history/movies (422)"
        ),
        Case(status: 423, says: "stops account.locked: Trakt has locked the account (423)"),
        Case(
            status: 423,
            headers: ["X-Account-Deactivated": "true"],
            says: "stops account.locked: Trakt has deactivated the account (423)"
        ),
        Case(
            status: 426,
            says: "stops account.vip: Trakt shows sync/history/movies to VIP accounts only (426)"
        ),
        Case(
            status: 418,
            says: "stops trakt.refused: Trakt answers the request for sync/history/movies with 418, which is not what "
                + "it documents"
        ),
        Case(
            status: 429,
            headers: [
                "Retry-After": "10",
                "X-Ratelimit": #"{"name":"A","period":300,"limit":1000,"remaining":0,"until":"2020-10-10T00:24:00Z"}"#,
            ],
            says: "passes trakt.too-many: Trakt has received too many requests from this account or app, "
                + "after 10.0 seconds"
        ),
        Case(
            status: 429,
            body: html,
            says: "passes trakt.too-many: Cloudflare, Trakt's proxy, has received too many requests from here, "
                + "after 30.0 seconds"
        ),
        Case(status: 500, says: "passes trakt.down: Trakt reports an internal error (500)"),
        Case(
            status: 500,
            body: html,
            says: "passes trakt.down: Cloudflare, Trakt's proxy, reports an internal error (500)"
        ),
        Case(status: 502, says: "passes trakt.down: Trakt is overloaded or down (502)"),
        Case(
            status: 503,
            headers: ["Retry-After": "7"],
            says: "passes trakt.down: Trakt is overloaded or down (503), after 7.0 seconds"
        ),
        Case(status: 504, says: "passes trakt.down: Trakt is overloaded or down (504)"),
        Case(status: 520, body: html, says: "passes trakt.down: Cloudflare cannot reach Trakt (520)"),
        Case(status: 521, body: html, says: "passes trakt.down: Cloudflare cannot reach Trakt (521)"),
        Case(status: 522, body: html, says: "passes trakt.down: Cloudflare cannot reach Trakt (522)"),
        Case(
            status: 200,
            body: html,
            says: "passes trakt.damaged: sync/history/movies: the answer is a web page, not data"
        ),
        Case(
            status: 200,
            body: "",
            says:
                "passes trakt.damaged: sync/history/movies, page 1: the answer cannot be read: the file is empty; expected "
                + "a JSON array"
        ),
        Case(
            status: 200,
            body: "[{\"id\":1,",
            says:
                "passes trakt.damaged: sync/history/movies, page 1: the answer cannot be read: the file ends in the "
                + "middle of record 1, byte 9"
        ),
        Case(
            status: 200,
            body: #"{"error":"nope"}"#,
            says: "passes trakt.damaged: sync/history/movies, page 1: the answer cannot be read: expected a JSON "
                + "array, found '{\"error\":\"nope\"}'"
        ),
    ]

    @Test(arguments: cases)
    func `a status code has its outcome and its sentence`(sample: Case) async throws {
        let trakt = MadeUpTrakt(["sync/history/movies": MadeUpTrakt.plays(3)]) { request, _, _ in
            guard request.url.target.contains("history") else { return nil }
            return HTTPResponse(status: sample.status, headers: sample.headers, body: Array(sample.body.utf8))
        }
        let refusal = try #require(try await Bench.trakt(trakt).refusal("data = \"history\""))
        let pause = refusal.pause.map { ", after \($0)" } ?? ""
        #expect("\(refusal.kind) \(refusal.code): \(refusal.message)\(pause)" == sample.says)
        #expect(refusal.hint != nil)
    }

    @Test func `without a token only public accounts can be read, and without an app none`() async throws {
        let trakt = MadeUpTrakt(["users/sean/history/movies": MadeUpTrakt.plays(3)])
        let nobody = Bench.trakt(trakt, token: nil)
        #expect(try await nobody.refusal("data = \"history\"")?.code == "account.signed-out")
        #expect(trakt.targets.isEmpty)
        #expect(try await nobody.read("data = \"history\"\nuser = \"sean\"").count == 3)
        let bench = Bench(transport: trakt.transport, environment: ["HOME": "/nonexistent"])
        let refusal = try await TraktBench(bench: bench)
            .refusal("data = \"history\"\nuser = \"sean\"")
        #expect(refusal?.code == "account.app")
    }

    @Test func `every request says who asks, in which version, and for what kind of answer`() async throws {
        let trakt = MadeUpTrakt(["sync/history/movies": MadeUpTrakt.plays(300)])
        _ = try await Bench.trakt(trakt).read("data = \"history\"")
        #expect(trakt.requests.count == 5)
        for request in trakt.requests {
            #expect(request.headers["trakt-api-version"] == "2")
            #expect(request.headers["trakt-api-key"] == "the-client")
            #expect(request.headers["Authorization"] == "Bearer the-token")
            #expect(request.headers["Content-Type"] == "application/json")
            #expect(request.headers["User-Agent"]?.hasPrefix("sprocket/") == true)
            let shown = request.headers.withoutSecrets.fields.map(\.value).joined()
            #expect(!shown.contains("the-token") && !shown.contains("the-client"))
        }
    }
}
