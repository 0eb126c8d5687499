import Diagnostics
import PluginKit
import PluginTestKit
import Records
import Testing

@testable import TraktSource

/// Servers that speak Trakt's API in their own way, or only as much of it as they need.
@Suite struct OtherServersTests {
    private let path = "sync/history/movies"

    private func all(_ count: Int) -> Set<Value> { Set((1...count).map { .integer(Int64($0)) }) }

    // MARK: Pages

    struct Server: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let rules: MadeUpTrakt.Rules
        /// The most requests for 1000 plays; nil if that is not the point.
        var most: Int?

        init(_ description: String, most: Int? = nil, _ change: (inout MadeUpTrakt.Rules) -> Void) {
            testDescription = description
            self.most = most
            var rules = MadeUpTrakt.Rules()
            change(&rules)
            self.rules = rules
        }
    }

    private static let servers =
        [
            Server("no number of items", most: 9) { $0.saysItems = false },
            Server("nothing but the number of items and the limit", most: 8) { $0.saysPageCount = false },
            Server("no pages at all, and says so with a 0", most: 11) { $0.pages = 0 },
            Server("a 0 for pages, and no number of items", most: 11) {
                $0.pages = 0
                $0.saysItems = false
            },
            Server("ten on a page, and the limit that was asked for") {
                $0.cap = 10
                $0.repeatsLimit = true
            },
            Server("a hundred on a page, and the limit that was asked for") {
                $0.cap = 100
                $0.repeatsLimit = true
            },
            Server("77 on a page, without a word") {
                $0.cap = 77
                $0.saysPages = false
            },
            Server("77 on a page, and only the number of pages") {
                $0.cap = 77
                $0.saysItems = false
                $0.saysLimit = false
            },
            Server("everything at once, and all the header fields", most: 5) { $0.ignoresPages = true },
            Server("everything at once, as one page of 250", most: 5) {
                $0.ignoresPages = true
                $0.repeatsLimit = true
            },
            Server("everything at once, and no header fields", most: 5) {
                $0.ignoresPages = true
                $0.saysPages = false
            },
        ]
        + MadeUpTrakt.Beyond.allCases.flatMap { beyond in
            [
                Server("behind the last page: \(beyond)", most: 8) { $0.beyond = beyond },
                Server("behind the last page, and no header fields: \(beyond)", most: 11) {
                    $0.beyond = beyond
                    $0.saysPages = false
                },
            ]
        }

    @Test(arguments: servers, [1, 10, 77, 100, 231, 999, 1000])
    func `everything is read whatever the rules of paging`(server: Server, count: Int) async throws {
        let trakt = MadeUpTrakt([path: MadeUpTrakt.plays(count)], server.rules)
        // Behind pages that nobody counts, a fault may hide more of them.
        if server.rules.beyond == .broken, !server.rules.saysPages {
            let refusal = try await Bench.trakt(trakt).refusal("data = \"history\"")
            #expect(refusal?.description.hasPrefix("passes trakt.down: Trakt reports an internal error (500)") == true)
            return
        }
        let records = try await Bench.trakt(trakt).read("data = \"history\"")
        #expect(Set(records.column("id")) == all(count))
        #expect(records.count == count)
        if count == 1000, let most = server.most { #expect(trakt.targets.count <= most, "\(trakt.targets)") }
    }

    @Test func `an account without plays is empty under all rules`() async throws {
        for server in Self.servers where server.rules.beyond == .empty {
            let records = try await Bench.trakt(MadeUpTrakt([path: []], server.rules)).read("data = \"history\"")
            #expect(records.count == 0, "\(server)")
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5])
    func `header fields that are lost once cost no second walk`(request: Int) async throws {
        let trakt = MadeUpTrakt([path: MadeUpTrakt.plays(900)]) { asked, _, trakt in
            guard asked.url.target.contains("history") else { return nil }
            guard trakt.requests.count(where: { $0.url.target.contains("history") }) == request else { return nil }
            return HTTPResponse(status: 200, body: trakt.answer(asked).body)
        }
        let records = try await Bench.trakt(trakt).read("data = \"history\"")
        #expect(records.column("id") == (1...900).map { .integer(Int64($0)) })
        #expect(trakt.targets.count <= 9)
    }

    @Test func `a page that has gone while the account was read is a change`() async throws {
        let trakt = MadeUpTrakt([path: MadeUpTrakt.plays(1000)], .init(beyond: .missing)) { [path] _, number, trakt in
            if number == 4 { trakt.data.withLock { $0[path] = MadeUpTrakt.plays(700) } }
            return nil
        }
        let refusal = try await Bench.trakt(trakt).refusal("data = \"history\"")
        #expect(
            refusal?.message
                == "the data at Trakt changed while it was read: plays had 4 pages, and now there is no page 4"
        )
    }

    @Test func `every short page is asked for once more, however many there are`() async throws {
        let hidden = Set((0..<100).map { $0 * 250 + 17 })
        let trakt = MadeUpTrakt([path: MadeUpTrakt.plays(25_000)], .init(hidden: hidden))
        let records = try await Bench.trakt(trakt).read("data = \"history\"")
        #expect(records.count == 24_900)
        #expect(trakt.targets.count == 100 + 3 + 100)
    }

    // MARK: What is not there

    private static let absences: [@Sendable () -> HTTPResponse] = [
        { HTTPResponse(status: 404) }, { HTTPResponse(status: 405) }, { HTTPResponse(status: 501) },
        { HTTPResponse(status: 500) }, { HTTPResponse(status: 503) }, { HTTPResponse(status: 400) },
        { MadeUpTrakt.json("<html>nothing</html>") }, { MadeUpTrakt.json("") }, { MadeUpTrakt.json("[]") },
        { MadeUpTrakt.json("{}") },
    ]

    /// A Trakt that answers as it pleases when it is asked for something.
    private func trakt(_ count: Int, without target: String, _ answer: @escaping @Sendable () -> HTTPResponse)
        -> MadeUpTrakt
    {
        MadeUpTrakt([path: MadeUpTrakt.plays(count)]) { request, _, _ in
            request.url.target == "/\(target)" ? answer() : nil
        }
    }

    @Test(arguments: absences.indices)
    func `without the times of the last activities everything is read`(index: Int) async throws {
        let trakt = trakt(1000, without: "sync/last_activities", Self.absences[index])
        let bench = Bench.trakt(trakt)
        #expect(try await bench.source(TraktAPISource.self, "data = \"history\"").revision == nil)
        let records = try await bench.read("data = \"history\"")
        #expect(records.column("id") == (1...1000).map { .integer(Int64($0)) })
    }

    @Test func `without them the first page tells whether something has changed`() async throws {
        let trakt = MadeUpTrakt([path: MadeUpTrakt.plays(1000)]) { [path] request, number, trakt in
            if number == 5 {
                trakt.data.withLock { data in
                    data[path]?.removeLast()
                    data[path]?.insert(contentsOf: MadeUpTrakt.plays(1, from: 5000), at: 0)
                }
            }
            return request.url.target == "/sync/last_activities" ? HTTPResponse(status: 404) : nil
        }
        let refusal = try await Bench.trakt(trakt).refusal("data = \"history\"")
        #expect(
            refusal?.message == "the data at Trakt changed while it was read: the account's plays have changed"
        )
    }

    @Test(arguments: [404, 405, 501])
    func `without settings the zone has to be given, and that is reported`(status: Int) async throws {
        let log = StageLog()
        let trakt = trakt(600, without: "users/settings") { HTTPResponse(status: status) }
        let records = try await Bench.trakt(trakt, wanted: ["id", "time_zone"], log: log).read("data = \"history\"")
        #expect(Set(records.column("time_zone")) == [.null])
        #expect(
            log.all.map { "\($0.severity) \($0.code.name): \($0.message) (\($0.hint ?? ""))" } == [
                "warning trakt.zone: this server does not state the account's time zone "
                    + "(name the time zone where you watched: -D zone=Europe/Paris)"
            ]
        )
        #expect(trakt.targets.count { $0 == "users/settings" } == 1)
    }

    @Test func `settings that are there and cannot be had are asked for as a zone`() async throws {
        let trakt = trakt(600, without: "users/settings") { HTTPResponse(status: 503) }
        let refusal = try await Bench.trakt(trakt, wanted: ["id", "time_zone"]).refusal("data = \"history\"")
        #expect(
            refusal?.description
                == "stops trakt.zone: the account's time zone is not available: Trakt is overloaded or down (503) (run it "
                + "again later; or name the time zone where you watched: -D zone=Europe/Paris) "
        )
        // Who does not want it does not care.
        let other = self.trakt(600, without: "users/settings") { HTTPResponse(status: 503) }
        #expect(try await Bench.trakt(other).read("data = \"history\"").count == 600)
    }

    @Test func `a server with nothing but plays and ratings is asked no more than 445 times for 110,000`() async throws
    {
        let trakt = MadeUpTrakt([path: MadeUpTrakt.plays(100_000), "sync/ratings/movies": MadeUpTrakt.ratings(10_000)])
        {
            request,
            _,
            _ in
            ["/sync/last_activities", "/users/settings"].contains(request.url.target) ? HTTPResponse(status: 404) : nil
        }
        var bench = Bench.trakt(trakt, wanted: ["trakt", "rating"])
        let ratings = try bench.source(TraktAPISource.self, "data = \"ratings\"")
        let history = try bench.source(TraktAPISource.self, "data = \"history\"")
        #expect(try await bench.read(ratings).count == 10_000)
        bench.wanted = ["watched_at", "trakt", "time_zone"]
        #expect(try await bench.read(history).count == 100_000)
        #expect(trakt.targets.count == 445)
    }

    // MARK: Bodies

    @Test func `objects may have other keys, in any order, nothing where nothing is known, and numbers of any form`()
        async throws
    {
        let trakt = MadeUpTrakt([
            path: [
                #"{"movie":{"year":null,"ids":{"plex":{"guid":null},"tmdb":null,"imdb":"","trakt":7.0,"slug":null},"#
                    + #""title":null,"images":{"poster":[]}},"new":{"a":[1,{"b":null}]},"watched_at":null,"#
                    + #""type":"movie","action":null,"id":13062230456}"#,
                #"{"id":1.3e1,"watched_at":"2014-03-31T09:28:53Z","action":"watch","type":"movie","movie":null}"#,
                #"{"type":"movie","movie":{"ids":{"trakt":4},"title":"The Dark Knight"},"#
                    + #""watched_at":"2014-03-31T09:28:53.000Z","id":12}"#,
            ]
        ])
        let log = StageLog()
        let records = try await Bench.trakt(trakt, wanted: nil, log: log).read("data = \"history\"")
        #expect(records.column("id") == [.integer(12), .integer(13), .integer(13_062_230_456)])
        #expect(records.column("trakt") == [.integer(4), .null, .integer(7)])
        #expect(records.column("imdb") == [.null, .null, .null])
        #expect(
            records.column("watched_at") == [.instant(1_396_258_133_000_000), .instant(1_396_258_133_000_000), .null]
        )
        #expect(log.all.isEmpty)
    }
}
