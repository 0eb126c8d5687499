import PluginKit
import PluginTestKit
import Testing

@Suite struct TransformTests {
    private let numbers = Batch(["n": .integer], records: [[2], [13], [nil], [100]])

    @Test func `the total keeps the contract of a transform with a memory`() async throws {
        let output = try await TransformContract.verify(RunningTotal.self, options: "of = 'n'", input: numbers)
        #expect(output.records == [[2, 2], [13, 15], [nil, 15], [100, 115], [nil, 115]])
    }

    @Test func `parity keeps the contract of a transform with outputs`() async throws {
        let outputs = try await TransformContract.verify(outputsOf: Parity.self, options: "of = 'n'", input: numbers)
        #expect(outputs["even"]?.records == [[2], [100]])
        #expect(outputs["odd"]?.records == [[13]])
    }
}
