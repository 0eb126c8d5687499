import PluginKit
import PluginTestKit
import Testing

@testable import Pipelines
@testable import Runs
@testable import StandardExporters

@Suite struct StatsDLinesTests {
    @Test func `labels are tags, and a counter says what came since the last time`() {
        var lines = StatsDLines(hasTags: true)
        let tags = "|#pipeline:nightly \"one\",stage:plays".replacing(" ", with: "_")
        #expect(
            lines.lines(Sample.snapshot(calls: [.milliseconds(1)])) == [
                "sprocket_records_read_total:1200|c\(tags),kind:source",
                "sprocket_process_resident_memory_bytes:34078720|g|#pipeline:nightly_\"one\"",
                "sprocket_call_duration_seconds_p50:0.001|g\(tags)",
                "sprocket_call_duration_seconds_p95:0.001|g\(tags)",
                "sprocket_call_duration_seconds_p99:0.001|g\(tags)", "sprocket_call_duration_seconds_count:1|c\(tags)",
                "sprocket_call_duration_seconds_sum:0.001|c\(tags)",
            ]
        )
        let second = lines.lines(Sample.snapshot(read: 1250, after: 5, calls: [.milliseconds(1)]))
        #expect(second.filter { $0.contains("|c") } == ["sprocket_records_read_total:50|c\(tags),kind:source"])
    }

    @Test func `without tags the labels are a part of the name, and nothing in them breaks a line`() {
        var lines = StatsDLines(hasTags: false, prefix: "jobs.")
        let snapshot = Sample.snapshot(calls: [], stage: "a:b|c#d\ne")
        #expect(
            lines.lines(snapshot).first == "jobs.sprocket_records_read_total.nightly_\"one\".a_b_c_d_e.source:1200|c"
        )
    }

    @Test func `without tags a dot or a slash in a label is none of the name`() {
        var lines = StatsDLines(hasTags: false)
        #expect(
            lines.lines(Sample.snapshot(calls: [], stage: "v1.2/x")).first
                == "sprocket_records_read_total.nightly_\"one\".v1_2_x.source:1200|c"
        )
        var tagged = StatsDLines(hasTags: true)
        #expect(tagged.lines(Sample.snapshot(calls: [], stage: "v1.2/x")).first?.contains("stage:v1.2/x,") == true)
    }

    private func snapshot(_ family: MetricDefinition, _ values: KeyValuePairs<String, Double>) -> MetricSnapshot {
        let samples = values.map { MetricSample([MetricLabel("stage", value: $0.key)], value: .number($0.value)) }
        return MetricSnapshot(
            run: Sample.run,
            startedAt: 0,
            takenAt: 1,
            families: [MetricFamily(family, samples: samples)]
        )
    }

    @Test func `a gauge that is gone is 0, once`() {
        var lines = StatsDLines(hasTags: true)
        #expect(
            lines.lines(snapshot(.queueDepth, ["a": 4, "b": 2])) == [
                "sprocket_queue_batches:4|g|#stage:a", "sprocket_queue_batches:2|g|#stage:b",
            ]
        )
        #expect(
            lines.lines(snapshot(.queueDepth, ["b": 1])) == [
                "sprocket_queue_batches:1|g|#stage:b", "sprocket_queue_batches:0|g|#stage:a",
            ]
        )
        #expect(lines.lines(snapshot(.queueDepth, ["b": 1])) == ["sprocket_queue_batches:1|g|#stage:b"])
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func `what is no number is left out`(value: Double) {
        var lines = StatsDLines(hasTags: true)
        #expect(lines.lines(snapshot(.runDuration, ["a": value])) == [])
        #expect(lines.lines(snapshot(.recordsRead, ["a": value])) == [])
        #expect(lines.lines(snapshot(.recordsRead, ["a": 2])) == ["sprocket_records_read_total:2|c|#stage:a"])
    }

    @Test func `datagrams are filled up to their limit and no line is cut`() {
        let lines = (0..<100).map { "line_\($0):\($0)|g" }
        let datagrams = StatsDLines.datagrams(lines, atMost: 100)
        #expect(datagrams.allSatisfy { $0.count <= 100 })
        #expect(datagrams.count < 20)
        #expect(
            datagrams.flatMap { String(decoding: $0, as: UTF8.self).split(separator: "\n").map(String.init) } == lines
        )
        #expect(StatsDLines.datagrams([String(repeating: "x", count: 200)], atMost: 100).map(\.count) == [200])
    }
}
