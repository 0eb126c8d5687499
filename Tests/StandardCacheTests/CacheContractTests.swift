import PluginTestKit
import RedisServer
import StandardCache
import TestTags
import Testing

@Suite(.tags(.contract)) struct CacheContractTests {
    @Test(arguments: ["memory", "disk", "tiered"], EvictionPolicy.allCases)
    func `keeps the contract of a cache`(store: String, policy: EvictionPolicy) async throws {
        let folder = try TemporaryFolder(.inMemory)
        // With a memory and a file, one of each may hold an answer.
        let limits = "max_entries = \(store == "tiered" ? 50 : 300)\ndisk_entries = 300"
        try await CacheContract.verify(
            Cache.self,
            options: """
                store = "\(store)"
                policy = "\(policy.rawValue)"
                ttl = "10s"
                jitter = 0
                \(limits)
                """,
            promise: CacheContract.Promise(ttl: .seconds(10), entries: store == "tiered" ? 350 : 300),
            stateFolder: folder.path
        )
    }
}

@Suite(.tags(.contract, .server)) struct RedisCacheContractTests {
    @Test(arguments: ["redis", "tiered"])
    func `keeps the contract of a cache on a Redis server`(store: String) async throws {
        let server = try RedisServer()
        // The server forgets by its own clock, which the contract does not move: it should not get that far.
        try await CacheContract.verify(
            Cache.self,
            options: """
                store = "\(store)"
                second_store = "redis"
                url = "\(server.url)"
                timeout = "5s"
                ttl = "1h"
                jitter = 0
                """,
            promise: CacheContract.Promise(ttl: .seconds(3600))
        )
    }
}
