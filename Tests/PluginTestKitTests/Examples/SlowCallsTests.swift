import PluginKit
import PluginTestKit
import Testing

@Suite struct SlowCallsTests {
    @Test func `the layer keeps the contract of layers`() async throws {
        try await MiddlewareContract.verify(SlowCalls.self)
    }

    @Test func `calls that take longer than the limit are counted`() async throws {
        let time = ManualTime()
        let layer = try Bench(time: time).middleware(SlowCalls.self, options: "limit = '2s'")
        for length in [1, 2, 3] {
            let call = Call<Int, Int>(.page, stage: "numbers", input: length)
            let answer = try await layer.handle(call) { call in
                time.advance(by: .seconds(call.input))
                return 7
            }
            #expect(answer == 7)
        }
        #expect(layer.measurements.map(\.number) == [1])
    }
}
