import Diagnostics
import PluginKit
import PluginTestKit
import Redis
import RedisServer
import StandardCache
import TestTags
import Testing

@Suite(.tags(.server)) struct RedisContentsTests {
    private let server: RedisServer
    private let client: RedisClient

    init() throws {
        server = try RedisServer()
        client = RedisClient(try RedisAddress(Secret(server.url)))
    }

    /// Keeps answers under a prefix.
    private func fill(_ prefix: String, _ count: Int) async throws {
        let cache = LoggedStore(RedisCache(client, prefix: prefix, largest: 1 << 20, packs: false))
        for number in 0..<count { await cache.keep(CacheEntry(Array(repeating: 7, count: 100)), of: "\(number)") }
    }

    private func contents(_ prefix: String) throws -> RedisContents {
        try RedisContents(Secret(server.url), prefix: prefix)
    }

    @Test func `answers of a prefix are counted and deleted, and nothing else`() async throws {
        // More than the server tells at once, and a prefix that would be a pattern.
        try await fill("a*[b]?\\:", 1200)
        try await fill("a:", 3)
        let digest = CacheKey("0").text
        for name in [
            "a:limit:trakt", "a:\(digest)x", "a:\(digest.dropLast())", "ab:\(digest)", "a:\(digest.uppercased())x",
        ] {
            _ = try await client.send(RedisCommand("SET", .text(name), "1"))
        }
        #expect(try await contents("a:").amount().answers == 3)
        let many = try await contents("a*[b]?\\:").amount()
        #expect(many.answers == 1200)
        #expect((many.bytes ?? 0) > 1200 * 100)
        #expect(try await contents("other:").amount() == RedisContents.Amount(answers: 0, bytes: 0))

        #expect(try await contents("a*[b]?\\:").clear().answers == 1200)
        #expect(try await contents("a*[b]?\\:").amount().answers == 0)
        #expect(try await contents("a:").clear().answers == 3)
        #expect(try await client.send(RedisCommand("DBSIZE")) == .integer(5))
        #expect(try await contents("a:").clear() == RedisContents.Amount(answers: 0, bytes: 0))
    }

    @Test func `a server that does not say what answers take has them counted all the same`() async throws {
        try await fill("a:", 5)
        _ = try await client.send(RedisCommand("ACL", "SETUSER", "default", "-memory"))
        #expect(try await contents("a:").amount() == RedisContents.Amount(answers: 5, bytes: nil))
        #expect(try await contents("a:").clear() == RedisContents.Amount(answers: 5, bytes: nil))
    }

    @Test func `a server that is away is an error in words`() async throws {
        let contents = try contents("a:")
        server.kill()
        let error = await #expect(throws: Diagnostic.self) { try await contents.amount() }
        #expect(error?.code.name == "redis.down")
    }
}
