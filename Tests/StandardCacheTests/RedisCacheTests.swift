import Diagnostics
import PluginKit
import PluginTestKit
import Redis
import RedisServer
import StandardCache
import TestTags
import Testing

@Suite(.tags(.server, .waits)) struct RedisCacheTests {
    private let log = StageLog()

    private func cache(_ server: RedisServer, prefix: String = "test:", largest: Int = 1 << 20) throws -> LoggedStore<
        RedisCache
    > {
        let limits = RedisLimits(connect: .seconds(5), command: .seconds(5), longestPause: .milliseconds(50))
        return LoggedStore(
            RedisCache(
                RedisClient(try RedisAddress(Secret(server.url)), limits: limits),
                prefix: prefix,
                largest: largest,
                packs: true
            ),
            log
        )
    }

    @Test func `an entry is what it was, for others too, and only under its prefix`() async throws {
        let server = try RedisServer()
        let (one, two, other) = (try cache(server), try cache(server), try cache(server, prefix: "other:"))
        for (name, entry) in [
            ("a", CacheEntry([1, 2, 3], storedAt: 1000, freshUntil: 2000, usableUntil: 3000, keptUntil: 6_000_000)),
            ("b", CacheEntry(Array(repeating: 7, count: 100_000), isFailure: true, storedAt: 1)),
            ("c", CacheEntry([])),
        ] {
            let key = CacheKey(name)
            #expect(await two.entry(of: key, at: 1000) == nil)
            await one.keep(entry, of: key, at: 1000)
            #expect(await two.entry(of: key, at: 1000) == entry)
            #expect(await other.entry(of: key, at: 1000) == nil)
        }
        #expect(log.all.isEmpty)
    }

    @Test func `the server deletes an entry when its time is over`() async throws {
        let server = try RedisServer()
        let cache = try cache(server)
        let client = RedisClient(try RedisAddress(Secret(server.url)))
        let entry = CacheEntry([1], freshUntil: 5000, keptUntil: 9_000_000)
        await cache.keep(entry, of: CacheKey("a"), at: 1000)
        let name = "test:" + CacheKey("a").text
        guard case .integer(let left) = try await client.send(RedisCommand("PTTL", .text(name))) else { return }
        #expect(1...8_999_000 ~= left)
        // And whatever the server's clock says, it is not given behind its time.
        #expect(await cache.entry(of: CacheKey("a"), at: 8_999_999) == entry)
        #expect(await cache.entry(of: CacheKey("a"), at: 9_000_000) == nil)
        await cache.keep(entry, of: CacheKey("b"), at: 9_000_000)
        #expect(try await client.send(RedisCommand("DBSIZE")) == .integer(1))
    }

    @Test func `what is too large is not sent, and what is no entry is not there`() async throws {
        let server = try RedisServer()
        let cache = try cache(server, largest: 100)
        await cache.keep(CacheEntry(Array(repeating: 1, count: 101)), of: CacheKey("a"), at: 0)
        #expect(await cache.entry(of: CacheKey("a"), at: 0) == nil)
        #expect(cache.figures.refused == 1)
        let client = RedisClient(try RedisAddress(Secret(server.url)))
        for command in [
            RedisCommand("SET", .text("test:" + CacheKey("b").text), "nonsense"),
            RedisCommand("SET", .text("test:" + CacheKey("c").text), ""),
        ] {
            _ = try await client.send(command)
        }
        #expect(await cache.entry(of: CacheKey("b"), at: 0) == nil)
        #expect(await cache.entry(of: CacheKey("c"), at: 0) == nil)
        #expect(cache.figures.failed == 0)
    }

    @Test func `a server that is away is a miss and one warning, and comes back by itself`() async throws {
        let server = try RedisServer()
        let cache = try cache(server)
        let (key, entry) = (CacheKey("a"), CacheEntry([1]))
        await cache.keep(entry, of: key, at: 0)
        #expect(await cache.entry(of: key, at: 0) == entry)
        server.kill()
        for _ in 1...50 {
            #expect(await cache.entry(of: key, at: 0) == nil)
            await cache.keep(entry, of: key, at: 0)
        }
        #expect(cache.figures.failed == 100)
        #expect(log.all.map(\.code.name) == ["cache.redis"])
        #expect(log.all.first?.severity == .warning)
        #expect(
            log.all.first?.message == """
                the Redis server at '127.0.0.1:\(server.port)' is unavailable: until it is available, answers are \
                neither read from it nor stored there
                """
        )
        try server.start()
        let deadline = ContinuousClock.now + .seconds(20)
        while await cache.entry(of: key, at: 0) == nil, ContinuousClock.now < deadline {
            await cache.keep(entry, of: key, at: 0)
        }
        #expect(await cache.entry(of: key, at: 0) == entry)
        #expect(cache.figures.others.first { $0.name == "redis reconnects" }?.number == 1)
        #expect(log.all.count == 1)
    }

    @Test func `a server that keeps nothing more reports that once`() async throws {
        let server = try RedisServer("--maxmemory", "1")
        let cache = try cache(server)
        for _ in 1...3 { await cache.keep(CacheEntry([1]), of: CacheKey("a"), at: 0) }
        let message = "the Redis server at '127.0.0.1:\(server.port)' does not store answers: OOM"
        #expect(log.all.map(\.message) == [message])
        #expect(cache.figures.failed == 3)
    }

    @Test(arguments: ["redis", "tiered"])
    func `layers that share a server share their answers`(store: String) async throws {
        let server = try RedisServer()
        let options = "store = \"\(store)\"\nsecond_store = \"redis\"\nurl = \"\(server.url)\"\ntimeout = \"5s\""
        let (one, two) = (try CacheTrial(options), try CacheTrial(options))
        #expect(try await one.call("a") == "a1")
        #expect(try await two.call("a") == "a1")
        #expect(two.figure("hits") == 1)
        #expect(two.calls == 0)
        // What was brought forward is there without the server.
        server.kill()
        #expect(try await two.call("a") == "a1")
        #expect(two.calls == (store == "tiered" ? 0 : 1))
    }

    @Test(arguments: ["redis", "tiered"])
    func `a miss asks the server once, and a call in an outage counts once`(store: String) async throws {
        let server = try RedisServer()
        let options = "store = \"\(store)\"\nsecond_store = \"redis\"\nurl = \"\(server.url)\"\ntimeout = \"5s\""
        let trial = try CacheTrial(options)
        for number in 0..<20 { _ = try await trial.call("\(number)") }
        let client = RedisClient(try RedisAddress(Secret(server.url)))
        guard case .bytes(let info) = try await client.send(RedisCommand("INFO", "commandstats")) else { return }
        let text = String(decoding: info, as: UTF8.self)
        // Once more, before the first call, to find out whether the server can be of any use.
        #expect(text.contains("cmdstat_get:calls=21,"), "\(text)")
        #expect(text.contains("cmdstat_set:calls=20,"), "\(text)")
        server.kill()
        for number in 20..<30 { _ = try await trial.call("\(number)") }
        #expect(trial.figure("calls in an outage") == 10)
        // Neither looked for nor kept.
        #expect(trial.figure("failed") == 20)
    }

    @Test(arguments: [
        ("store = \"redis\"", "the URL of the cache's Redis server is missing"),
        ("store = \"tiered\"\nsecond_store = \"redis\"", "the URL of the cache's Redis server is missing"),
        (
            "store = \"redis\"\nurl = \"redis://:secret@h:x\"",
            "this is not the URL of a Redis server: the port is not from 1 to 65535"
        ),
    ])
    func `a cache without a server is refused`(options: String, message: String) {
        let error = #expect(throws: Diagnostic.self) { try CacheTrial(options) }
        #expect(error?.message == message)
    }

    @Test func `the old name of the second store is answered with the new one`() {
        let error = #expect(throws: DiagnosticList.self) { try CacheTrial("store = \"tiered\"\nbehind = \"redis\"") }
        #expect(error?.all.map(\.code) == ["option.unknown"])
        #expect(error?.all.first?.hint == "the option is now called 'second_store'")
    }
}
