import Pipelines
import Runs
import PluginKit
import PluginTestKit
import Records
import TestTags
import Testing
import TestPipelines

@Suite(.tags(.fuzz)) struct RandomGraphTests {
    @Test(arguments: 0..<25)
    func `any small graph delivers what the model says, and its sums agree`(tenth: Int) async throws {
        for seed in tenth * 10..<tenth * 10 + 10 {
            let graph = RandomGraph(seed: UInt64(seed))
            let workshop = try Workshop()
            let report = try await workshop.run(graph.pipeline)
            expect(report, of: graph, in: workshop, seed)
        }
    }

    @Test(arguments: 0..<10)
    func `any small graph that is stopped again and again delivers the same`(tenth: Int) async throws {
        for seed in tenth * 8..<tenth * 8 + 8 {
            let graph = RandomGraph(seed: UInt64(seed))
            var numbers = SteadyNumbers(seed: UInt64(seed) &+ 1 << 40)
            let run = "[run]\ncheckpoint_every = 1\nworkers = \(numbers.next(in: 1...4))\n"
            let workshop = Workshop(try TemporaryFolder(.inMemory))
            let text = "name = \"random\"\n" + graph.pipeline.replacing("[run]\n", with: run)
            var report: RunReport
            var attempts = 0
            repeat {
                let control = RunControl()
                let pages = Locked(numbers.next(in: 0...4))
                (report, _) = try await workshop.runStored(text, control: control) { _ in
                    let isOver = pages.withLock { pages in
                        pages -= 1
                        return pages < 0
                    }
                    if isOver { control.stop() }
                }
                attempts += 1
            } while report.ending == "stopped" && attempts < 50
            expect(report, of: graph, in: workshop, seed)
        }
    }

    private func expect(_ report: RunReport, of graph: RandomGraph, in workshop: Workshop, _ seed: Int) {
        do {
            #expect(report.ending == "published", "seed \(seed): \(graph.pipeline)")
            for (file, numbers) in graph.files {
                let lines = try workshop.lines(file).compactMap { Int($0) }.sorted()
                #expect(lines == numbers, "seed \(seed), \(file): \(graph.pipeline)")
            }
            // The model counts what is looked up in among what goes no further.
            let filtered = report.lookedUp + report.combined + report.filtered.reduce(0) { $0 + $1.count }
            #expect(report.read == graph.read, "seed \(seed)")
            #expect(report.rejected == graph.rejected, "seed \(seed)")
            #expect(filtered == graph.filtered, "seed \(seed)")
            #expect(report.written == graph.files.values.reduce(0) { $0 + $1.count }, "seed \(seed)")
            #expect(report.read + report.copied + report.made == report.written + filtered + report.rejected)
            #expect(report.isBalanced, "seed \(seed)")
            let files = workshop.folder.files.filter { !$0.hasPrefix("state/") }
            #expect(files == graph.files.keys.sorted(), "seed \(seed)")
        } catch {
            Issue.record(error, "seed \(seed)")
        }
    }
}
