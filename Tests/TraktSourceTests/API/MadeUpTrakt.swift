import Formats
import PluginKit
import PluginTestKit

@testable import TraktSource

/// A Trakt of the test's own, as small as can be: an account whose data are arrays of objects, in pages.
final class MadeUpTrakt: Sendable {
    /// What the account has, by path, as JSON objects; the newest first.
    let data: Locked<[String: [String]]>
    let lastActivities = Locked("2026-07-05T15:14:00.000Z")
    let settings = Locked(#"{"account":{"timezone":"America/New_York","token":"never"},"user":{"name":"Never"}}"#)
    private let script: Locked<Script>
    private let asked = Locked<[HTTPRequest]>([])

    /// Answers a request before the account does; nil to let the account answer.
    ///
    /// It may change the account.
    typealias Script = @Sendable (_ request: HTTPRequest, _ number: Int, _ trakt: MadeUpTrakt) throws -> HTTPResponse?

    /// How it pages.
    struct Rules: Sendable {
        var cap = 250
        var saysPages = true
        var saysLimit = true
        var ignoresPages = false
        /// Items that are counted and not shown.
        var hidden: Set<Int> = []
        /// The number of items that it claims.
        var claim: Int?
        /// The number of pages that it claims.
        var pages: Int?
        var saysItems = true
        var saysPageCount = true
        /// Whether the limit that it tells is the one that was asked for.
        var repeatsLimit = false
        var beyond = Beyond.empty
    }

    /// What there is behind the last page.
    enum Beyond: CaseIterable {
        case empty
        case missing
        case refused
        case broken
        case lastAgain
        case firstAgain
    }

    let rules: Locked<Rules>

    init(_ data: [String: [String]], _ rules: Rules = Rules(), script: @escaping Script = { _, _, _ in nil }) {
        self.data = Locked(data)
        self.rules = Locked(rules)
        self.script = Locked(script)
    }

    var transport: ScriptedTransport {
        ScriptedTransport { request, _ in
            let number = self.asked.withLock { asked in
                asked.append(request)
                return asked.count
            }
            let script = self.script.withLock { $0 }
            return try script(request, number, self) ?? self.answer(request)
        }
    }

    var requests: [HTTPRequest] { asked.withLock { $0 } }
    /// What was asked for: `sync/history/movies?page=1&limit=250`.
    var targets: [String] { requests.map { String($0.url.target.dropFirst()) } }

    func answer(_ request: HTTPRequest) -> HTTPResponse {
        let target = request.url.target
        let path = String(target.prefix { $0 != "?" }.dropFirst())
        var query: [String: String] = [:]
        for item in target.drop(while: { $0 != "?" }).dropFirst().split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1).map(String.init)
            query[parts[0]] = parts.count > 1 ? parts[1] : ""
        }
        switch path {
        case "sync/last_activities": return Self.json(activities)
        case "users/settings": return Self.json(settings.withLock { $0 })
        default: break
        }
        guard var items = data.withLock({ $0[path] }) else { return HTTPResponse(status: 404) }
        if let start = query["start_at"] { items = items.filter { Self.time(of: $0) >= start } }
        if let end = query["end_at"] { items = items.filter { Self.time(of: $0) <= end } }
        return page(items, query)
    }

    private static func time(of item: String) -> String {
        guard let range = item.firstRange(of: "\"watched_at\":\"") else { return "" }
        return String(item[range.upperBound...].prefix(24))
    }

    private var activities: String {
        let time = lastActivities.withLock { $0 }
        return """
            {"all":"\(time)","movies":{"watched_at":"\(time)","rated_at":"\(time)"},"episodes":{"watched_at":"\(time)"},\
            "watchlist":{"updated_at":"\(time)"}}
            """
    }

    static func json(_ text: String, _ headers: HTTPHeaders = [:]) -> HTTPResponse {
        HTTPResponse(status: 200, headers: headers, body: Array(text.utf8))
    }

    private func page(_ items: [String], _ query: [String: String]) -> HTTPResponse {
        let rules = rules.withLock { $0 }
        let limit = rules.ignoresPages ? max(items.count, 1) : min(query["limit"].flatMap { Int($0) } ?? 100, rules.cap)
        var page = rules.ignoresPages ? 1 : query["page"].flatMap { Int($0) } ?? 1
        let last = max((items.count + limit - 1) / limit, 1)
        if page > last {
            switch rules.beyond {
            case .empty: break
            case .missing: return HTTPResponse(status: 404)
            case .refused: return HTTPResponse(status: 422)
            case .broken: return HTTPResponse(status: 500)
            case .lastAgain: page = last
            case .firstAgain: page = 1
            }
        }
        let start = min((page - 1) * limit, items.count)
        let shown = (start..<min(start + limit, items.count)).filter { !rules.hidden.contains($0) }.map { items[$0] }
        var headers: HTTPHeaders = [:]
        if rules.saysPages {
            headers["x-pagination-page"] = "\(page)"
            if rules.saysPageCount {
                headers["x-pagination-page-count"] = "\(rules.pages ?? (items.count + limit - 1) / limit)"
            }
            if rules.saysItems { headers["x-pagination-item-count"] = "\(rules.claim ?? items.count)" }
            if rules.saysLimit {
                headers["x-pagination-limit"] = rules.repeatsLimit ? query["limit"] : "\(limit)"
            }
        }
        return Self.json("[" + shown.joined(separator: ",") + "]", headers)
    }

    /// So many plays of films, the newest first, a day apart.
    static func plays(_ count: Int, from first: Int = 1) -> [String] {
        (first..<(first + count)).reversed().map { number in
            ExportFixture.play(number, at: ISO8601.text(ofMilliseconds: 1_000_000_000_000 + Int64(number) * 86_400_000))
        }
    }

    static func ratings(_ count: Int) -> [String] {
        (1...count).reversed().map { number in
            """
            {"rated_at":"2024-03-07T19:37:27.000Z","rating":\(1 + number % 10),"type":"movie","movie":{"title":"Film \
            \(number)","year":2000,"ids":{"trakt":\(number),"slug":"film-\(number)","imdb":"tt9\(number)",\
            "tmdb":\(number)}}}
            """
        }
    }
}

/// A bench before a Trakt, and what is wanted of its source.
struct TraktBench {
    var bench: Bench
    /// The columns that are wanted; nil for all.
    var wanted: Set<String>?
    /// Those of them that may be null.
    var optional: Set<String> = []

    /// A source.
    func source(_ source: TraktAPISource.Type, _ options: String) throws -> TraktAPISource {
        try bench.source(source, options: options)
    }

    /// What is wanted of a source.
    func request(_ source: TraktAPISource, since: Int64? = nil) -> ReadRequest {
        ReadRequest(
            source.schema.keeping { wanted?.contains($0.name) ?? true },
            optional: optional,
            since: since
        )
    }

    /// Everything that the source reads, in order.
    func read(_ options: String, since: Int64? = nil) async throws -> Batch {
        try await read(source(TraktAPISource.self, options), since: since)
    }

    func read(_ source: TraktAPISource, since: Int64? = nil) async throws -> Batch {
        let request = request(source, since: since)
        var all = Batch(request.schema)
        var waiting: [TraktAPISource.Cursor?] = [nil]
        while let cursor = waiting.popLast() {
            var batch = Batch(request.schema)
            switch try await source.read(at: cursor, for: request, into: &batch) {
            case .end: break
            case .at(let next): waiting.append(next)
            case .pages(let pages): waiting.append(contentsOf: pages.reversed())
            }
            for row in 0..<batch.count { all.append(row, of: batch) }
            all.adopt(notesOf: &batch)
        }
        return all
    }

    /// What reading says is wrong, and whether it may pass.
    func refusal(_ options: String, since: Int64? = nil) async throws -> Refusal? {
        do {
            _ = try await read(options, since: since)
            return nil
        } catch let failure as StageFailure {
            switch failure {
            case .transient(let diagnostic, let pause): return Refusal("passes", diagnostic, pause)
            case .blocked(let diagnostic, let pause): return Refusal("held back", diagnostic, pause)
            case .badBatch(let diagnostic): return Refusal("refused", diagnostic, nil)
            case .sourceChanged(let diagnostic): return Refusal("moved", diagnostic, nil)
            }
        } catch let diagnostic as Diagnostic {
            return Refusal("stops", diagnostic, nil)
        }
    }
}

extension TraktAPISource {
    /// An empty batch with the columns that tests want by default.
    var batch: Batch { Batch(schema.keeping { Bench.usuallyWanted.contains($0.name) }) }
}

extension Bench {
    /// The columns that are wanted of a source by default.
    static let usuallyWanted: Set<String> = ["id", "watched_at", "trakt", "rating"]

    /// A bench before a Trakt, signed in.
    static func trakt(
        _ trakt: MadeUpTrakt,
        wanted: Set<String>? = usuallyWanted,
        log: StageLog = StageLog(),
        time: any TimeSource = ManualTime(),
        kept: any StateValues = InMemoryValues(),
        token: String? = "the-token"
    ) -> TraktBench {
        var environment = ["TRAKT_CLIENT_ID": "the-client", "HOME": "/nonexistent"]
        environment["TRAKT_ACCESS_TOKEN"] = token
        let bench = Bench(log: log, time: time, transport: trakt.transport, kept: kept, environment: environment)
        return TraktBench(bench: bench, wanted: wanted)
    }
}

/// Why something could not be read.
struct Refusal: Equatable, CustomStringConvertible {
    let kind: String
    let code: String
    let message: String
    let hint: String?
    let pause: Duration?

    init(_ kind: String, _ diagnostic: Diagnostic, _ pause: Duration?) {
        self.kind = kind
        code = diagnostic.code.name
        message = diagnostic.message
        hint = diagnostic.hint
        self.pause = pause
    }

    var description: String { "\(kind) \(code): \(message) (\(hint ?? "")) \(pause.map { "\($0)" } ?? "")" }
}
