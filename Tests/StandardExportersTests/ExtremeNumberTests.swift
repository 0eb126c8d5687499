import Formats
import PluginKit
import PluginTestKit
import Testing

@testable import Pipelines
@testable import Runs
@testable import StandardExporters

/// Figures of any size are handed on, and a collector may ask for any time.
@Suite struct ExtremeNumberTests {
    @Test(arguments: Extremes.texts)
    func `a collector may want to be left alone for any time`(text: String) async throws {
        for status in [429, 503] {
            let transport = ScriptedTransport { _, _ in HTTPResponse(status: status, headers: ["Retry-After": text]) }
            let bench = Bench(time: ManualTime(), transport: transport)
            let exporter = try bench.exporter(OTLP.self, options: "url = \"http://127.0.0.1:9/v1/metrics\"")
            for isFinal in [false, true, true] {
                await #expect(throws: (any Error).self) {
                    try await exporter.export(Sample.snapshot(), isFinal: isFinal)
                }
            }
        }
    }

    @Test(arguments: Extremes.reals)
    func `a figure may be any number`(number: Double) throws {
        let definitions: [MetricDefinition] = [
            .recordsRead, .recordsWritten, .recordsFiltered, .recordsRejected, .residentMemory, .retries, .throughput,
            .processorTime, .runDuration,
        ]
        let labels = [[], [MetricLabel("kind", value: "source")], [MetricLabel("kind", value: "sink")]]
        let families = definitions.map { definition in
            MetricFamily(definition, samples: labels.map { MetricSample($0, value: .number(number)) })
        }
        let snapshot = MetricSnapshot(run: Sample.run, startedAt: .min, takenAt: .max, families: families)
        #expect(LogLine.line(snapshot).contains("records/s"))
        #expect(!SnapshotJSON.bytes(snapshot, isFinal: true).isEmpty)
        #expect(!OTLPRequest.body(snapshot, service: "s").isEmpty)
        #expect(!PrometheusText(snapshot).text.isEmpty)
    }
}
