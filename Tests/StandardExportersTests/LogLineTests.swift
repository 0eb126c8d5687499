import PluginKit
import PluginTestKit
import Testing

@testable import Pipelines
@testable import Runs
@testable import StandardExporters

@Suite struct LogLineTests {
    @Test func `a line has the metrics that people ask for first, and no report has the line`() {
        let heard = Locked<[String]>([])
        let log = StageLog { finding in heard.withLock { $0.append(finding.rendered()) } }
        let exporter = LogLine(NoOptions(), in: Bench(log: log).context)
        let pipeline = MetricLabel("pipeline", value: "p")
        func family(_ definition: MetricDefinition, _ kind: String, _ number: Double) -> MetricFamily {
            MetricFamily(
                definition,
                samples: [MetricSample([pipeline, MetricLabel("kind", value: kind)], value: .number(number))]
            )
        }
        let snapshot = MetricSnapshot(
            run: Sample.run,
            startedAt: 0,
            takenAt: 0,
            families: [
                family(.recordsRead, "source", 1200), family(.recordsRead, "sink", 1140),
                family(.recordsWritten, "sink", 1100), family(.recordsFiltered, "transform", 60),
                family(.recordsRejected, "sink", 40), family(.throughput, "", 399.6), family(.retries, "page", 2),
                family(.residentMemory, "", 32.5 * 1_048_576), family(.processorTime, "user", 1.25),
                family(.runDuration, "", 3),
            ]
        )
        exporter.export(snapshot, isFinal: true)
        #expect(
            heard.withLock { $0 } == [
                "note[exporter.metrics]: bench: 1200 read, 1100 written, 60 filtered, 40 rejected; 400 records/s; "
                    + "2 calls repeated; 32 MiB; 1.3 s of CPU in 3 s"
            ]
        )
        #expect(log.all.isEmpty)
    }
}
