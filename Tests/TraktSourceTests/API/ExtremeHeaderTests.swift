import Accounts
import Diagnostics
import PluginKit
import PluginTestKit
import Testing

@testable import TraktSource

/// Whatever numbers Trakt's header fields have, a walk reads all that there is, or is refused: it never traps.
@Suite struct ExtremeHeaderTests {
    private let plays = "sync/history/movies"
    private static let paging = [
        "x-pagination-page", "x-pagination-limit", "x-pagination-page-count", "x-pagination-item-count",
    ]

    @Test(arguments: Extremes.texts)
    func `each paging field may hold anything, alone and with the others`(text: String) async throws {
        for changed in Self.paging.map({ [$0] }) + [Self.paging, Array(Self.paging[1...2]), Array(Self.paging[2...3])] {
            for count in [0, 3, 12] {
                let trakt = MadeUpTrakt([plays: MadeUpTrakt.plays(count)]) { request, _, trakt in
                    guard request.url.target.contains("history") else { return nil }
                    let answer = trakt.answer(request)
                    var headers = answer.headers
                    for name in changed { headers[name] = text }
                    return HTTPResponse(status: answer.status, headers: headers, body: answer.body)
                }
                let bench = Bench.trakt(trakt)
                do {
                    let records = try await bench.read("data = \"history\"\npage_size = 5")
                    #expect(Set(records.column("id")).count <= count)
                } catch let failure as StageFailure {
                    #expect(failure.diagnostic.code.name.hasPrefix("trakt."), "\(changed) \(text)")
                } catch let problem as Diagnostic {
                    #expect(problem.code.name.hasPrefix("trakt."), "\(changed) \(text)")
                }
            }
        }
    }

    @Test(arguments: Extremes.texts)
    func `paging is reckoned from any numbers`(text: String) {
        for other in Extremes.texts {
            for headers: HTTPHeaders in [
                ["X-Pagination-Item-Count": text, "X-Pagination-Limit": other],
                ["X-Pagination-Page-Count": text, "X-Pagination-Item-Count": other, "X-Pagination-Limit": "250"],
                ["X-Pagination-Page-Count": "4", "X-Pagination-Item-Count": text, "X-Pagination-Limit": other],
            ] {
                guard let paging = TraktPaging(headers) else { continue }
                let pages = paging.pages ?? 0
                #expect(pages >= 0)
                let census = TraktCursor.Census(pages: pages, items: paging.items, limit: paging.limit ?? 0)
                for page in [1, 2, pages] where census.isConsistent && page <= pages {
                    #expect((census.items(on: page) ?? 0) >= 0)
                }
            }
        }
    }

    @Test(arguments: [
        (7, 3, 3), (6, 3, 2), (0, 3, 0), (Int.max, Int.max, 1), (.max, 1, .max), (.max, 2, 1 << 62), (1, .max, 1),
    ])
    func `a rest needs a page of its own`(items: Int, limit: Int, pages: Int) {
        #expect(TraktPaging.pages(of: items, limit: limit) == pages)
    }

    @Test(arguments: Extremes.texts)
    func `a cursor that is stored may hold any numbers`(text: String) async throws {
        let word = text.contains(" ") || text.isEmpty ? "x" : text
        for place in 1..<5 {
            var words = ["movies", "1", "2", "3", "2", "-"]
            words[place] = word
            for step in ["1", "first", "check", "next-2", "next-\(word)"] {
                if place != 1 { words[1] = step }
                guard let cursor = TraktCursor(words.joined(separator: " ")) else { continue }
                #expect(TraktCursor(cursor.description) == cursor)
                let trakt = MadeUpTrakt([plays: MadeUpTrakt.plays(3)])
                let source = try Bench.trakt(trakt).source(TraktAPISource.self, "data = \"history\"\npage_size = 2")
                var batch = source.batch
                // A cursor of another walk is refused, or leads on.
                _ = try? await source.readPage(at: cursor, into: &batch)
            }
        }
    }

    @Test(arguments: Extremes.texts)
    func `what is reported of the limit may hold any numbers`(text: String) async throws {
        let json = Double(text) == nil || text.hasPrefix("+") ? "\"\(text)\"" : text
        for place in ["period", "limit", "remaining", "until"] {
            var values = ["period": "300", "limit": "1000", "remaining": "5", "until": "\"1970-01-12T13:51:40Z\""]
            values[place] = json
            let members = values.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
            let time = ManualTime()
            let limit = TraktLimit.shared(
                "b",
                in: Bench(time: time).context,
                clock: WallClock(time, showing: 1_000_000)
            )
            try await limit.turn()
            limit.note(["X-Ratelimit": "{\(members)}"])
            #expect(limit.refused(["X-Ratelimit": "{\(members)}"]) > .zero)
            #expect(limit.refused(["X-Ratelimit": "{\(members)}", "Retry-After": text]) > .zero)
        }
    }

    @Test(arguments: Extremes.texts)
    func `a server that is busy may ask for any time`(text: String) async throws {
        for status in [429, 500, 502, 503, 504, 522] {
            let trakt = MadeUpTrakt([plays: MadeUpTrakt.plays(3)]) { request, _, _ in
                request.url.target.contains("history")
                    ? HTTPResponse(status: status, headers: ["Retry-After": text, "X-Account-Limit": text]) : nil
            }
            let refusal = try await Bench.trakt(trakt).refusal("data = \"history\"")
            #expect(refusal?.pause ?? .zero >= .zero, "\(status)")
        }
    }

    @Test(arguments: Extremes.integers)
    func `a token may have been made at any time, and hold for any`(number: Int64) throws {
        for other in Extremes.integers {
            let body = #"{"access_token":"a","refresh_token":"r","expires_in":\#(number),"created_at":\#(other)}"#
            let answer = try #require(TokenAnswer(Array(body.utf8)))
            let app = OAuthApp(id: Secret("i"), secret: nil)
            for now in [0, 1_700_000_000, number, other] {
                let tokens = OAuthTokens(answer, for: app, at: now)
                if number > 1 << 62, now == 1_700_000_000 { #expect(!tokens.isOver(at: now), "\(number) \(other)") }
                _ = tokens.needsRenewal(at: now)
                _ = tokens.renewed(by: answer, at: other).renewal
            }
        }
    }
}
