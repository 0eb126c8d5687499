import PluginKit
import PluginTestKit
import StandardMiddleware
import TestTags
import Testing

@Suite(.tags(.contract), .serialized) struct LayerContractTests {
    @Test func `every layer keeps the contract of middleware`() async throws {
        try await MiddlewareContract.verify(Retry.self)
        try await MiddlewareContract.verify(RateLimit.self, options: "requests = 10\nper = \"1s\"")
        try await MiddlewareContract.verify(Pool.self, options: "workers = 3")
        try await MiddlewareContract.verify(Pool.self, options: "workers = \"adaptive\"")
        try await MiddlewareContract.verify(Breaker.self)
        let time = ManualTime(sleepers: .wait)
        try await MiddlewareContract.verify(Timeout.self, options: "limit = \"5s\"", on: Bench(time: time))
    }

    @Test(arguments: [1, 2, 5])
    func `the pool keeps the contract of pools`(places: Int) async throws {
        try await PoolContract.verify(Pool.self, places: places, options: "workers = \(places)")
    }

    @Test(arguments: UInt64(1)...10)
    func `the limit keeps the contract of limiters`(seed: UInt64) async throws {
        try await LimiterContract.verify(
            RateLimit.self,
            requests: 3,
            per: .seconds(1),
            options: "requests = 3\nper = \"1s\"",
            seed: seed
        )
    }

    @Test(arguments: CallKind.allCases, UInt64(1)...3)
    func `the repetition keeps the contract of repetitions`(kind: CallKind, seed: UInt64) async throws {
        try await RetryContract.verify(
            Retry.self,
            bounds: RetryContract.Bounds(
                attempts: 5,
                elapsed: .seconds(300),
                ceilings: [.milliseconds(500), .seconds(1), .seconds(2), .seconds(3)]
            ),
            options: "max_delay = \"3s\"\ncalls = [\"\(kind.rawValue)\"]",
            kind: kind,
            seed: seed
        )
    }
}
