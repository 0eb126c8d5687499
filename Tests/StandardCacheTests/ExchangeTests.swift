import PluginKit
import PluginTestKit
import RedisServer
import StandardCache
import TestTags
import Testing

/// What a server says about its answers is done.
@Suite(.tags(.server)) struct ExchangeTests {
    private let time = ManualTime()

    /// A client with a cache in front of a server.
    private func client(
        _ options: String = "",
        _ script: @escaping ScriptedTransport.Script
    ) throws -> (client: HTTPClient, cache: Cache, transport: ScriptedTransport) {
        let bench = Bench(time: time, layer: "cache", makesExchanges: true)
        let cache = try bench.middleware(Cache.self, options: "jitter = 0\n\(options)")
        let transport = ScriptedTransport(script)
        return (HTTPClient(transport, layers: [cache], stage: "films"), cache, transport)
    }

    private func request(_ target: String = "/films", headers: HTTPHeaders = [:]) throws -> HTTPRequest {
        HTTPRequest(.get, url: try HTTPURL("http://localhost\(target)"), headers: headers)
    }

    private func figure(_ name: String, _ cache: Cache) -> Double? {
        cache.measurements.first { $0.name == name }?.number
    }

    @Test func `an answer is fetched once, and read each time`() async throws {
        let (client, cache, transport) = try client { _, number in
            HTTPResponse(status: 200, headers: ["X-Page": "1"], body: [UInt8(number)])
        }
        for _ in 0..<3 {
            let response = try await client.send(try request())
            #expect(response == HTTPResponse(status: 200, headers: ["X-Page": "1"], body: [1]))
        }
        #expect(transport.requests.count == 1)
        #expect(figure("hits", cache) == 2)
    }

    struct Difference: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let request: @Sendable (inout HTTPRequest) throws -> Void
    }

    static let differences = [
        Difference(testDescription: "another address") { $0.url = try HTTPURL("http://localhost/others") },
        Difference(testDescription: "another query") { $0.url = try HTTPURL("http://localhost/films?page=2") },
        Difference(testDescription: "another host") { $0.url = try HTTPURL("http://otherhost/films") },
        Difference(testDescription: "somebody else") {
            $0.headers.set(HTTPHeaders.Field("Authorization", value: "Bearer other", isSecret: true))
        },
        Difference(testDescription: "nobody") { $0.headers["Authorization"] = nil },
        Difference(testDescription: "another key") { $0.headers["trakt-api-key"] = "other" },
        Difference(testDescription: "another form") { $0.headers["Accept"] = "text/csv" },
    ]

    @Test(arguments: differences)
    func `another request is another answer`(difference: Difference) async throws {
        let (client, _, transport) = try client { _, number in HTTPResponse(status: 200, body: [UInt8(number)]) }
        var asked = try request(headers: ["Authorization": "Bearer mine", "trakt-api-key": "mine"])
        #expect(try await client.send(asked).body == [1])
        try difference.request(&asked)
        #expect(try await client.send(asked).body == [2])
        #expect(transport.requests.count == 2)
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var method = HTTPRequest.Method.get
        var body: [UInt8] = []
        var asking: HTTPHeaders = [:]
        var status = 200
        var answering: HTTPHeaders = [:]
    }

    static let refusals = [
        Refusal(testDescription: "a post, such as one for a token", method: .post, body: [1]),
        Refusal(testDescription: "a get with a body", body: [1]),
        Refusal(testDescription: "a head", method: .head),
        Refusal(testDescription: "a delete", method: .delete),
        Refusal(testDescription: "a request that wants none of it", asking: ["Cache-Control": "no-cache"]),
        Refusal(testDescription: "a part", asking: ["Range": "bytes=0-9"]),
        Refusal(testDescription: "a condition", asking: ["If-None-Match": "\"a\""]),
        Refusal(testDescription: "no-store", answering: ["Cache-Control": "private, No-Store"]),
        Refusal(testDescription: "a cookie", answering: ["Set-Cookie": "a=b"]),
        Refusal(testDescription: "one that varies with anything", answering: ["Vary": "*"]),
        Refusal(testDescription: "one that varies with anything, in a list", answering: ["Vary": "Accept, *"]),
        Refusal(testDescription: "one of several fields", answering: ["Vary": "Accept", "vary": " * "]),
        Refusal(testDescription: "Expires: 0", answering: ["Expires": "0"]),
        Refusal(testDescription: "Expires: never", answering: ["Expires": "never"]),
        Refusal(testDescription: "one that ended long ago", answering: ["Expires": "Sun, 06 Nov 1994 08:49:37 GMT"]),
        Refusal(testDescription: "Pragma: no-cache", answering: ["Pragma": "no-cache"]),
        Refusal(testDescription: "no-cache without a way to ask", answering: ["Cache-Control": "no-cache"]),
        Refusal(testDescription: "max-age=0", answering: ["Cache-Control": "max-age=0"]),
        Refusal(testDescription: "one that has lain somewhere", answering: ["Cache-Control": "max-age=9", "Age": "9"]),
        Refusal(testDescription: "a redirect", status: 301),
        Refusal(testDescription: "a refusal", status: 401),
        Refusal(testDescription: "a failure", status: 500),
    ]

    @Test(arguments: refusals)
    func `what must not be kept is not`(refusal: Refusal) async throws {
        let (client, _, transport) = try client("revalidate_for = \"1h\"\nstale_while_revalidate = \"1h\"") { _, _ in
            HTTPResponse(status: refusal.status, headers: refusal.answering)
        }
        var asked = try request(headers: refusal.asking)
        asked.method = refusal.method
        asked.body = refusal.body
        for _ in 0..<2 { _ = try await client.send(asked) }
        #expect(transport.requests.count == 2)
    }

    @Test func `an answer holds as long as the server says, if the pipeline does not say less`() async throws {
        for (age, seconds) in [("max-age=10", 10), ("max-age=\"10\"", 10), ("max-age=100", 60), ("public", 60)] {
            let (client, _, transport) = try client("ttl = \"60s\"") { _, _ in
                HTTPResponse(status: 200, headers: ["Cache-Control": age])
            }
            _ = try await client.send(try request())
            time.advance(by: .seconds(seconds - 1))
            _ = try await client.send(try request())
            #expect(transport.requests.count == 1)
            time.advance(by: .seconds(1))
            _ = try await client.send(try request())
            #expect(transport.requests.count == 2)
        }
    }

    @Test(arguments: [
        ("Mon, 23 Nov 2026 10:00:30 GMT", "Mon, 23 Nov 2026 10:00:00 GMT"),
        ("Monday, 23-Nov-26 10:00:30 GMT", "Monday, 23-Nov-26 10:00:00 GMT"),
        ("Mon Nov 23 10:00:30 2026", "Mon Nov 23 10:00:00 2026"),
    ])
    func `an answer holds until its Expires, by the clock of the server`(end: String, now: String) async throws {
        for (control, age, seconds) in [("", "0", 30), ("", "10", 20), ("max-age=5", "0", 5)] {
            let (client, _, transport) = try client("ttl = \"60s\"") { _, _ in
                var headers: HTTPHeaders = ["Expires": end, "Date": now, "Age": age]
                if !control.isEmpty { headers["Cache-Control"] = control }
                return HTTPResponse(status: 200, headers: headers)
            }
            _ = try await client.send(try request())
            time.advance(by: .seconds(seconds - 1))
            _ = try await client.send(try request())
            #expect(transport.requests.count == 1)
            time.advance(by: .seconds(1))
            _ = try await client.send(try request())
            #expect(transport.requests.count == 2)
        }
    }

    @Test func `Pragma counts only where there is no Cache-Control`() async throws {
        let (client, _, transport) = try client { _, _ in
            HTTPResponse(status: 200, headers: ["Pragma": "no-cache", "Cache-Control": "max-age=10"])
        }
        for _ in 0..<2 { _ = try await client.send(try request()) }
        #expect(transport.requests.count == 1)
    }

    @Test(arguments: zip(["public", "must-revalidate"], [1, 2]))
    func `what must be asked about is not given after its time`(control: String, calls: Int) async throws {
        let (client, _, transport) = try client("ttl = \"10s\"\nstale_while_revalidate = \"20s\"") { _, number in
            HTTPResponse(status: 200, headers: ["Cache-Control": control], body: [UInt8(number)])
        }
        _ = try await client.send(try request())
        time.advance(by: .seconds(11))
        #expect(try await client.send(try request()).body == [UInt8(calls)])
        #expect(transport.requests.count >= calls)
    }

    @Test func `a renewal replaces all fields of a name by all of its own`() async throws {
        let (client, _, transport) = try client("revalidate_for = \"1h\"") { request, _ in
            guard request.headers["If-None-Match"] != nil else {
                let headers: HTTPHeaders = ["ETag": "\"a\"", "Cache-Control": "max-age=10", "X-Old": "1", "x-old": "2"]
                return HTTPResponse(status: 200, headers: headers, body: [1])
            }
            let headers: HTTPHeaders = ["Cache-Control": "no-store", "Cache-Control": "max-age=10", "X-Old": "3"]
            return HTTPResponse(status: 304, headers: headers)
        }
        _ = try await client.send(try request())
        for _ in 0..<2 {
            time.advance(by: .seconds(10))
            let response = try await client.send(try request())
            #expect(response.headers.values("Cache-Control") == ["no-store", "max-age=10"])
            #expect(response.headers.values("X-Old") == ["3"])
            #expect(response.body == [1])
        }
        // It may not be kept any more, so the old one is asked about each time.
        _ = try await client.send(try request())
        #expect(transport.requests.count == 4)
    }

    @Test(arguments: ["disk", "tiered"])
    func `answers of servers are in the file for a later run, to be given and to be asked about`(
        store: String
    ) async throws {
        let folder = try TemporaryFolder(.inMemory)
        try await keepsExchanges("store = \"\(store)\"\npath = \"\(folder.path("cache.db"))\"")
    }

    @Test(arguments: ["redis", "tiered"])
    func `answers of servers are on the Redis server for a later run, to be given and to be asked about`(
        store: String
    ) async throws {
        let server = try RedisServer()
        try await keepsExchanges(
            "store = \"\(store)\"\nsecond_store = \"redis\"\nurl = \"\(server.url)\"\ntimeout = \"5s\""
        )
    }

    private func keepsExchanges(_ options: String) async throws {
        let run = { try client("revalidate_for = \"1h\"\n\(options)", tagged(age: "max-age=600")) }
        let first = try run()
        #expect(try await first.client.send(try request()).body == [1])
        await first.cache.finish()
        let second = try run()
        #expect(try await second.client.send(try request()).body == [1])
        #expect(second.transport.requests.isEmpty)
        #expect(figure("hits", second.cache) == 1)
        await second.cache.finish()
        let third = try run()
        // A run that begins shows the machine's time, so this one has to be under way.
        time.advance(by: .seconds(601))
        #expect(try await third.client.send(try request()).body == [1])
        #expect(third.transport.requests.map { $0.headers["If-None-Match"] } == ["\"one\""])
        #expect(figure("renewed", third.cache) == 1)
        await third.cache.finish()
        let fourth = try run()
        #expect(try await fourth.client.send(try request()).body == [1])
        #expect(fourth.transport.requests.isEmpty)
    }

    /// A server whose answer has a tag, and another one from `change` on.
    private func tagged(from change: Int = .max, age: String = "max-age=10") -> ScriptedTransport.Script {
        { request, number in
            let tag = number < change ? "\"one\"" : "\"two\""
            let headers: HTTPHeaders = ["ETag": tag, "Cache-Control": age, "X-Number": "\(number)"]
            if request.headers["If-None-Match"] == tag { return HTTPResponse(status: 304, headers: headers) }
            return HTTPResponse(status: 200, headers: headers, body: [UInt8(number)])
        }
    }

    @Test func `after its time an answer is asked about, and one that still holds costs no body`() async throws {
        let (client, cache, transport) = try client("revalidate_for = \"1h\"", tagged())
        for round in 1...3 {
            let response = try await client.send(try request()) { response in
                #expect(response.status == 200)
                return response
            }
            #expect(response.body == [1])
            #expect(response.headers["X-Number"] == "\(round)")
            #expect(try await client.send(try request()).body == [1])
            time.advance(by: .seconds(10))
        }
        #expect(transport.requests.map { $0.headers["If-None-Match"] } == [nil, "\"one\"", "\"one\""])
        #expect(client.counts.bytes == 1)
        #expect(figure("renewed", cache) == 2)
        #expect(figure("hits", cache) == 3)
        #expect(figure("misses", cache) == 3)
    }

    @Test func `an answer that has changed comes instead`() async throws {
        let (client, cache, _) = try client("revalidate_for = \"1h\"", tagged(from: 2))
        #expect(try await client.send(try request()).body == [1])
        time.advance(by: .seconds(10))
        #expect(try await client.send(try request()).body == [2])
        #expect(try await client.send(try request()).body == [2])
        #expect(figure("renewed", cache) == 0)
    }

    @Test func `no-cache is asked about each time`() async throws {
        let (client, cache, _) = try client("revalidate_for = \"1h\"", tagged(age: "no-cache"))
        for _ in 0..<4 { #expect(try await client.send(try request()).body == [1]) }
        #expect(figure("renewed", cache) == 3)
        #expect(client.counts.bytes == 1)
    }

    @Test func `a time is asked by where there is no tag`() async throws {
        let (client, _, transport) = try client("revalidate_for = \"1h\"\nttl = \"10s\"") { request, _ in
            request.headers["If-Modified-Since"] == nil
                ? HTTPResponse(status: 200, headers: ["Last-Modified": "Mon, 23 Nov 2026 10:00:00 GMT"], body: [1])
                : HTTPResponse(status: 304)
        }
        _ = try await client.send(try request())
        time.advance(by: .seconds(10))
        #expect(try await client.send(try request()).body == [1])
        #expect(transport.requests[1].headers["If-Modified-Since"] == "Mon, 23 Nov 2026 10:00:00 GMT")
    }

    @Test(arguments: zip(["", "revalidate_for = \"5s\"", "revalidate_for = \"7s\""], [false, false, true]))
    func `it is kept for asking only as long as the pipeline says`(options: String, asks: Bool) async throws {
        let (client, _, transport) = try client(options, tagged())
        _ = try await client.send(try request())
        time.advance(by: .seconds(16))
        _ = try await client.send(try request())
        #expect((transport.requests[1].headers["If-None-Match"] != nil) == asks)
    }

    @Test func `while it is asked about, the old one is given`() async throws {
        let (client, cache, transport) = try client(
            "ttl = \"10s\"\nstale_while_revalidate = \"5s\"\nrevalidate_for = \"1h\"",
            tagged(age: "public")
        )
        _ = try await client.send(try request())
        time.advance(by: .seconds(12))
        #expect(try await client.send(try request()).headers["X-Number"] == "1")
        await cache.finish()
        #expect(transport.requests.count == 2)
        #expect(try await client.send(try request()).headers["X-Number"] == "2")
        #expect(figure("stale", cache) == 1)
        #expect(figure("renewed", cache) == 1)
    }

    @Test func `an answer that the caller cannot use is not kept`() async throws {
        let (client, _, transport) = try client { _, number in HTTPResponse(status: 200, body: [UInt8(number)]) }
        await #expect(throws: StageFailure.self) {
            try await client.send(try request()) { _ in
                throw StageFailure.transient(Diagnostic("films.busy", message: "busy"))
            }
        }
        #expect(try await client.send(try request()).body == [2])
        #expect(transport.requests.count == 2)
    }

    @Test func `a caller that asks by itself whether a thing has changed learns that`() async throws {
        let (client, _, _) = try client { _, _ in HTTPResponse(status: 304) }
        #expect(try await client.send(try request(headers: ["If-None-Match": "\"a\""])).status == 304)
    }

    @Test func `pages of a source that asks servers are not kept, their exchanges are`() async throws {
        let bench = Bench(time: time, layer: "cache", makesExchanges: true)
        let cache = try bench.middleware(Cache.self)
        let identity = CacheIdentity<Int>(key: CacheKey("a"), subject: "films") {
            [UInt8($0)]
        } decode: {
            Int($0[0])
        }
        let made = Locked(0)
        for kind in [CallKind.page, .page, .exchange, .exchange] {
            _ = try await cache.handle(Call(kind, stage: "films", input: 0, identity: identity)) { _ in
                made.withLock { $0 += 1 }
                return 1
            }
        }
        #expect(made.withLock { $0 } == 3)
    }
}
