import PluginKit
import PluginTestKit
import TestPipelines
import Testing

@testable import Pipelines
@testable import Runs

/// What a plugin of the house has of advice and metrics, one of another author has as well.
@Suite struct OutsidePluginTests {
    private let time = ManualTime(sleepers: .wait)
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Runs a pipeline of outside plugins while the clock goes on by itself.
    ///
    /// - Returns: The report, and what an exporter is handed at the end.
    private func run(_ text: String) async throws -> (report: RunReport, snapshot: MetricSnapshot) {
        let registry = Registry([Well.self, Toll.self, Crier.self, Ledger.self, Lines.self])
        let text = """
            \(text)

            [exporter.book]
            use = "ledger"

            [[sink]]
            use = "lines"
            path = "\(folder.path("out.txt"))"
            """
        let file = try PipelineFile(Array(text.utf8), path: "p.toml")
        let plan = try await Plan(file, services: Services(registry: registry, time: time))
        let driver = Task { [time] in
            while !Task.isCancelled {
                time.advance(by: .seconds(1))
                for _ in 0..<50 { await Task.yield() }
            }
        }
        defer { driver.cancel() }
        let pages = Ledger.Pages()
        let report = await Ledger.$pages.withValue(pages) { await Run(plan).execute() }
        #expect(report.ending == "published")
        return (report, try #require(pages.all.withLock { $0.last?.snapshot }))
    }

    @Test func `a layer is asked what to do about the wait that it caused, and its family has its name`() async throws {
        let (report, snapshot) = try await run(
            """
            [middleware.bridge]
            use = "toll"

            [[source]]
            use = "well"
            takes = "1s"
            """
        )
        let bottleneck = try #require(report.bottleneck)
        #expect(bottleneck.cause == "toll")
        #expect(bottleneck.stage == "well")
        #expect(bottleneck.layer == "bridge")
        #expect(bottleneck.words.hasPrefix("'well' waited for a lane of 'bridge' "))
        #expect(bottleneck.advice == "try lanes = 2 in [middleware.bridge]: a lane of 'bridge' cost 30 s")
        #expect(snapshot.total("toll_paid_total", labels: ["stage": "well", "layer": "bridge"]) == 3)
        #expect(report.stages.first?.layers.first?.measurements.map(\.number) == [3])
    }

    @Test func `a source is asked what to do about its own work, and its family has its name`() async throws {
        let (report, snapshot) = try await run("[[source]]\nuse = \"well\"")
        let bottleneck = try #require(report.bottleneck)
        #expect(bottleneck.cause == "source")
        #expect(bottleneck.stage == "well")
        #expect(bottleneck.advice == "try a larger bucket: 3 of them took 60 s for 3 records")
        #expect(snapshot.total("well_drawn_bytes_total", labels: ["stage": "well"]) == 36)
        #expect(report.stages.first?.measurements.map(\.name) == ["drawn"])
    }

    @Test func `a source that has its own calls wait reports that`() async throws {
        let (report, _) = try await run("[[source]]\nuse = \"well\"\nrests = \"15s\"")
        let bottleneck = try #require(report.bottleneck)
        #expect(bottleneck.cause == "rest")
        #expect(bottleneck.layer == nil)
        #expect(bottleneck.words.hasPrefix("'well' waited for its own rest 7"))
        #expect(bottleneck.advice == "try rests = \"0s\" in 'well'")
    }

    @Test func `an exporter is asked what to do about an export that takes too long, and its family has its name`()
        async throws
    {
        let (report, snapshot) = try await run(
            """
            [exporter.square]
            use = "crier"
            takes = "30s"
            every = "25s"
            time_limit = "4s"

            [[source]]
            use = "well"
            """
        )
        let finding = try #require(report.findings.first { $0.code == "exporter.failed" })
        #expect(finding.rendered().hasPrefix("warning[exporter.failed]: square: "))
        #expect(finding.message.hasSuffix("it took longer than 4s"))
        #expect(finding.hint == "1 cries took 4 s: cry less loudly")
        #expect((snapshot.total("crier_cries_total", labels: ["exporter": "square"]) ?? 0) >= 1)
    }

    @Test(arguments: [
        (Toll.self as any Plugin.Type, "| `toll_paid_total` | counter | Tolls that calls have paid. |"),
        (Well.self, "| `well_drawn_bytes_total` | counter | Water that was drawn. |"),
        (Crier.self, "| `crier_cries_total` | counter | What was cried out. |"),
    ])
    func `the reference page of a plugin lists its families`(plugin: any Plugin.Type, row: String) throws {
        let page = try #require(ReferencePage(plugin))
        #expect(page.markdown.contains("## Metrics\n\n| name | kind | description |\n|---|---|---|\n\(row)\n"))
        #expect(page.text.contains("\nMetrics\n  "))
    }

    @Test func `a layer that could help is named where a pipeline has none`() throws {
        var times = RunTimes(total: 100, phases: [.reading(0): 100], stages: [.init(name: "well", kind: .source)])
        times.stages[0].own = 3200
        times.stages[0].namesPages = true
        times.workers = 32
        #expect(Bottleneck(times)?.advice == nil)
        times.remedies = Toll.remedies
        let advice = "32 pages were read at a time; a toll with lanes = \"open\" finds out whether more help"
        #expect(Bottleneck(times)?.advice == advice)
    }
}
