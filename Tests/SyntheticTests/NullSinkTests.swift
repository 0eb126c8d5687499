import Diagnostics
import PluginKit
import PluginTestKit
import Records
import TestTags
import Testing

@testable import Synthetic

@Suite(.tags(.contract)) struct NullSinkTests {
    private let batch = Batch(["a": .integer, "b": .text], records: [[1, "x"], [2, nil]])

    @Test func `keeps the contract of a sink and leaves nothing`() async throws {
        let files = try await SinkContract.verify(NullSink.self, batches: [batch, batch, Batch(batch.schema)]) { _ in ""
        }
        #expect(files.isEmpty)
    }

    @Test func `needs every column and counts`() throws {
        let input: Schema = ["a": .integer, "b": .text]
        let sink = try Bench().sink(NullSink.self, options: "", input: input)
        #expect(sink.needs.before([], in: input) == ["a", "b"])
        var batch = batch
        #expect(try sink.write(&batch, at: try sink.write(&batch, at: nil)) == 4)
        #expect(sink.finish(at: 4).written == 4)
        #expect(sink.finish(at: nil).written == 0)
    }

    @Test(arguments: [Int.max, -5])
    func `a mark that is none is refused`(mark: Int) throws {
        let sink = try Bench().sink(NullSink.self, options: "", input: batch.schema)
        var batch = batch
        #expect {
            _ = try sink.write(&batch, at: mark)
        } throws: {
            ($0 as? Diagnostic)?.code == "checkpoint.mark"
        }
    }
}
