import Diagnostics
import PluginKit
import Records
import TestPipelines
import Testing

/// The batch size reaches sources, and with it whether the pipeline states it.
@Suite struct BatchSizeSettingTests {
    /// A source that reports how large its pages of 60 columns would be, as what is wrong with it.
    private struct Sized: PlainSource {
        static let name = "sized"
        static let summary = "Reports the size of its pages."

        let schema: Schema = ["n": .integer]

        init(_ options: NoOptions, in context: StageContext) throws {
            throw Diagnostic("sized.size", message: "\(context.batchSize(columns: 60)) of at most \(context.batchSize)")
        }

        func read(at cursor: Int?, into batch: inout Batch) -> Next<Int> { .end }
    }

    @Test(arguments: [
        ("", "1092 of at most 4000"), ("[run]\nbatch_size = 4000\n", "4000 of at most 4000"),
        ("[run]\nbatch_size = 700\n", "700 of at most 700"), ("[run]\nqueue = 2\n", "1092 of at most 4000"),
    ])
    func `wide records make smaller pages unless the pipeline states a size`(run: String, size: String) async throws {
        var workshop = try Workshop()
        workshop.registry = Registry([Sized.self, Count.self])
        let found = try await workshop.findings(run + "[[source]]\nuse = \"sized\"\n[[sink]]\nuse = \"count\"\n")
        #expect(found.contains("[sized.size]: \(size)\n") || found.hasSuffix("[sized.size]: \(size)"))
    }
}
