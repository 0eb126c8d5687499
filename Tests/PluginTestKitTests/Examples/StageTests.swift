import PluginKit
import PluginTestKit
import Testing

@Suite struct StageTests {
    private let numbers = Batch(["prime": .integer], records: [[2], [13], [nil], [101]])

    @Test func `the transform keeps the contract of a transform`() async throws {
        let output = try await TransformContract.verify(LastDigit.self, options: "of = 'prime'", input: numbers)
        #expect(output.records == [[2, 2], [13, 3], [nil, nil], [101, 1]])
    }

    @Test func `the sink keeps the contract of a sink`() async throws {
        let files = try await SinkContract.verify(NumberLines.self, batches: [numbers, numbers]) { folder in
            """
            path = "\(folder)/{name}.txt"
            column = "prime"
            """
        }
        #expect(files == ["bench.txt": Array("2\n13\n101\n2\n13\n101\n".utf8)])
    }
}
