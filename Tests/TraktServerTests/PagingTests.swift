import Formats
import SampleExport
import TestTags
import Testing
import TraktServer

/// Chapter by chapter what Trakt's pages do.
@Suite(.tags(.server)) struct PagingTests {
    private let account = TraktAccount(AccountSize(plays: 620, ratings: 130))

    private func server(_ change: (inout ServerOptions) -> Void = { _ in }) throws -> TraktServer {
        var options = ServerOptions()
        change(&options)
        return try TraktServer(account: account, options: options)
    }

    struct Rule: Sendable {
        var target: String
        var rules = ServerOptions.Paging.today
        /// Page, limit, pages, items; nothing where the answer does not tell.
        var headers: String
        var items: Int
    }

    /// 620 plays of films, 62 of episodes, 130 ratings of films, 40 entries on the watchlist.
    @Test(arguments: [
        Rule(target: "/sync/history/movies", headers: "1 100 7 620", items: 100),
        Rule(target: "/sync/history", headers: "1 100 7 682", items: 100),
        Rule(target: "/sync/history/episodes?limit=50&page=2", headers: "2 50 2 62", items: 12),
        Rule(target: "/sync/history/movies?limit=250&page=3", headers: "3 250 3 620", items: 120),
        Rule(target: "/sync/history/movies?limit=1000", headers: "1 250 3 620", items: 250),
        Rule(target: "/sync/history/movies?limit=250&page=4", headers: "4 250 3 620", items: 0),
        Rule(target: "/sync/history/movies?limit=0&page=0", headers: "1 100 7 620", items: 100),
        Rule(
            target: "/sync/history/movies?limit=x&page=99999999999999999",
            headers: "99999999999999999 100 7 620",
            items: 0
        ),
        Rule(target: "/sync/ratings/movies", headers: "1 100 2 130", items: 100),
        Rule(target: "/sync/watchlist?limit=15&page=3", headers: "3 15 3 40", items: 10),
        Rule(target: "/users/me/comments", headers: "1 10 2 20", items: 10),
        Rule(target: "/users/me/lists?limit=2", headers: "1 2 2 3", items: 2),
        Rule(target: "/sync/history/movies", rules: .old, headers: "1 10 62 620", items: 10),
        Rule(target: "/sync/history/movies?limit=1000", rules: .old, headers: "1 1000 1 620", items: 620),
        Rule(target: "/sync/ratings/movies", rules: .old, headers: "", items: 130),
        Rule(target: "/sync/ratings/movies?page=2&limit=100", rules: .old, headers: "2 100 2 130", items: 30),
        Rule(target: "/sync/collection/movies?page=2&limit=10", rules: .old, headers: "", items: 30),
        Rule(target: "/users/me/comments", rules: .old, headers: "1 10 2 20", items: 10),
    ])
    func `a page is cut as the rules of its time say`(rule: Rule) throws {
        let server = try server { $0.paging = rule.rules }
        let answer = try RawClient(server.url).get(rule.target)
        #expect(answer.status == 200)
        let names = ["page", "limit", "page-count", "item-count"]
        #expect(names.compactMap { answer.headers["x-pagination-\($0)"] }.joined(separator: " ") == rule.headers)
        #expect(answer.json?.array?.count == rule.items)
    }

    @Test func `progress pages hold a hundred, others of the watched two hundred and fifty`() throws {
        let server = try server()
        let client = try RawClient(server.url)
        #expect(try client.get("/sync/watched/movies?limit=250").headers["x-pagination-limit"] == "250")
        #expect(
            try client.get("/sync/watched/shows?limit=250&extended=progress").headers["x-pagination-limit"] == "100"
        )
    }

    @Test func `the pages together are the history, newest first`() throws {
        let server = try server()
        let client = try RawClient(server.url)
        var ids: [Int64] = []
        for page in 1...3 {
            let items = try client.get("/sync/history/movies?limit=250&page=\(page)").json?.array ?? []
            ids += items.compactMap { $0["id"]?.integer }
        }
        #expect(ids == account.plays.filter { $0.film != nil }.map { Int64($0.id) })
    }

    @Test func `a stretch of time has both its ends`() throws {
        let server = try server()
        let client = try RawClient(server.url)
        let plays = account.plays.filter { $0.film != nil }
        let (newest, oldest) = (plays[20], plays[59])
        let answer = try client.get(
            "/sync/history/movies?start_at=\(oldest.watchedAt)&end_at=\(newest.watchedAt)&limit=250"
        )
        let expected = plays.filter { (oldest.milliseconds...newest.milliseconds).contains($0.milliseconds) }
        #expect(answer.json?.array?.compactMap { $0["id"]?.integer } == expected.map { Int64($0.id) })
        #expect(expected.count >= 40)

        let day = newest.watchedAt.prefix(10)
        let ofDay = try client.get("/sync/history/movies?start_at=\(day)&end_at=\(day)")
        #expect(
            ofDay.json?.array?.compactMap { $0["watched_at"]?.string }
                == plays.map(\.watchedAt).filter { $0.hasPrefix(day) }
        )
    }

    @Test func `the plays of one film are asked for by its number, also where there are none`() throws {
        let server = try server()
        let client = try RawClient(server.url)
        let film = try #require(account.watchedFilms.max { $0.plays.count < $1.plays.count })
        let answer = try client.get("/users/me/history/movies/\(film.title.trakt)")
        #expect(answer.json?.array?.count == film.plays.count)
        #expect(try client.get("/sync/history/movies/1").text == "[]")
    }

    @Test func `hidden items leave a short page and an empty one, and are counted`() throws {
        let films = account.plays.filter { $0.film != nil }
        let server = try server {
            $0.oddities.hidden = Set(films[100..<200].map(\.id) + [films[203].id])
        }
        let client = try RawClient(server.url)
        let counts = try (1...7).map { try client.get("/sync/history/movies?page=\($0)").json?.array?.count }
        #expect(counts == [100, 0, 99, 100, 100, 100, 20])
        #expect(try client.get("/sync/history/movies").headers["x-pagination-item-count"] == "620")
    }

    @Test func `a repeated item stands at the end of a page and the beginning of the next`() throws {
        let films = account.plays.filter { $0.film != nil }
        let server = try server { $0.oddities.repeated = [films[99].id] }
        let client = try RawClient(server.url)
        let first = try client.get("/sync/history/movies")
        let second = try client.get("/sync/history/movies?page=2")
        #expect(first.headers["x-pagination-item-count"] == "621")
        #expect(first.json?.array?.last == second.json?.array?.first)
        #expect(second.json?.array?[1]["id"]?.integer == Int64(films[100].id))
    }

    @Test func `the number of items may be wrong`() throws {
        let constant = try server { $0.oddities.constantCount = 1337 }
        #expect(try RawClient(constant.url).get("/sync/history").headers["x-pagination-item-count"] == "1337")
        let excess = try server { $0.oddities.excess = 105 }
        let answer = try RawClient(excess.url).get("/sync/history/movies")
        #expect(answer.headers["x-pagination-item-count"] == "725")
        #expect(answer.headers["x-pagination-page-count"] == "7")
    }

    @Test func `the account drifts after the stated request`() throws {
        let newest = account.plays[0]
        let server = try server {
            $0.changes = [
                ScheduledChange(afterRequest: 2, to: "/sync/history*") { account, now in
                    account.removePlay(newest.id, at: now)
                }
            ]
            $0.clock = { 1_790_000_000_000 }
        }
        let client = try RawClient(server.url)
        let counts = try (0..<3).map { _ in try client.get("/sync/history").headers["x-pagination-item-count"] }
        #expect(counts == ["682", "682", "681"])
        let activities = try client.get("/sync/last_activities").json
        #expect(activities?["movies"]?["watched_at"]?.string == "2026-09-21T14:13:20.000Z")
    }
}
