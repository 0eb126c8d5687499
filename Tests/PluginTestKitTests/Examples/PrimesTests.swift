import PluginKit
import PluginTestKit
import Testing

@Suite struct PrimesTests {
    @Test(arguments: [1, 2, 3, 29, 1000])
    func `keeps the contract of a source`(batchSize: Int) async throws {
        let primes = try await SourceContract.verify(
            Primes.self,
            options: "up_to = 30",
            on: Bench(batchSize: batchSize)
        )
        #expect(primes.records == [[2], [3], [5], [7], [11], [13], [17], [19], [23], [29]])
    }
}
