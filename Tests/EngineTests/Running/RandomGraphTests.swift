import Engine
import PluginKit
import PluginTestKit
import Records
import Testing

@Suite struct RandomGraphTests {
    @Test(arguments: 0..<25)
    func `any small graph delivers what the model says, and its sums agree`(tenth: Int) async throws {
        for seed in tenth * 10..<tenth * 10 + 10 {
            let graph = RandomGraph(seed: UInt64(seed))
            let workshop = try Workshop()
            let report = try await workshop.run(graph.pipeline)
            #expect(report.ending == "published", "seed \(seed): \(graph.pipeline)")
            for (file, numbers) in graph.files {
                let lines = try workshop.lines(file).compactMap { Int($0) }.sorted()
                #expect(lines == numbers, "seed \(seed), \(file): \(graph.pipeline)")
            }
            let filtered = report.filtered.reduce(0) { $0 + $1.count }
            #expect(report.read == graph.read, "seed \(seed)")
            #expect(report.rejected == graph.rejected, "seed \(seed)")
            #expect(filtered == graph.filtered, "seed \(seed)")
            #expect(report.written == graph.files.values.reduce(0) { $0 + $1.count }, "seed \(seed)")
            #expect(report.read + report.copied + report.added == report.written + filtered + report.rejected)
            #expect(report.isBalanced, "seed \(seed)")
            #expect(workshop.folder.files == graph.files.keys.sorted(), "seed \(seed)")
        }
    }
}
