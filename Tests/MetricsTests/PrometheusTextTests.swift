import Platform
import Testing

@testable import Metrics

@Suite struct PrometheusTextTests {
    private static let read = MetricDefinition(
        "sprocket_records_read_total",
        kind: .counter,
        help: "Records that a source read, or that arrived at another stage."
    )
    private static let memory = MetricDefinition(
        "sprocket_process_resident_memory_bytes",
        kind: .gauge,
        unit: .bytes,
        help: #"Memory of the process, with a \ in it."#
    )
    private static let calls = MetricDefinition(
        "sprocket_call_duration_seconds",
        kind: .histogram,
        unit: .seconds,
        help: "Durations of calls."
    )
    private static let pipeline = MetricLabel("pipeline", value: "nightly \"one\"\n")

    private static func number(_ number: Double, _ labels: [MetricLabel] = [pipeline]) -> MetricSample {
        MetricSample(labels, value: .number(number))
    }

    @Test func `every family has its help and its type, and labels are escaped`() {
        let text = PrometheusText([
            MetricFamily(Self.read, samples: [Self.number(1200)]),
            MetricFamily(Self.memory, samples: [Self.number(0.5, []), Self.number(.infinity)]),
        ]).text
        #expect(
            text == #"""
                # HELP sprocket_records_read_total Records that a source read, or that arrived at another stage.
                # TYPE sprocket_records_read_total counter
                sprocket_records_read_total{pipeline="nightly \"one\"\n"} 1200
                # HELP sprocket_process_resident_memory_bytes Memory of the process, with a \\ in it.
                # TYPE sprocket_process_resident_memory_bytes gauge
                sprocket_process_resident_memory_bytes 0.5
                sprocket_process_resident_memory_bytes{pipeline="nightly \"one\"\n"} +Inf

                """#
        )
    }

    @Test func `the buckets of a histogram add up`() {
        var times = LatencyHistogram()
        times.add(.milliseconds(30))
        times.add(.milliseconds(700))
        let text = PrometheusText([
            MetricFamily(Self.calls, samples: [MetricSample([MetricLabel("stage", value: "a")], value: .times(times))])
        ]).text
        let lines = text.split(separator: "\n").dropFirst(2)
        #expect(lines.count == LatencyHistogram.exportedBounds.count + 3)
        #expect(lines.first == #"sprocket_call_duration_seconds_bucket{stage="a",le="0.0001"} 0"#)
        #expect(
            lines.suffix(5) == [
                #"sprocket_call_duration_seconds_bucket{stage="a",le="60.0"} 2"#,
                #"sprocket_call_duration_seconds_bucket{stage="a",le="300.0"} 2"#,
                #"sprocket_call_duration_seconds_bucket{stage="a",le="+Inf"} 2"#,
                #"sprocket_call_duration_seconds_sum{stage="a"} 0.73"#,
                #"sprocket_call_duration_seconds_count{stage="a"} 2"#,
            ]
        )
    }

    @Test func `runs of one process have each family once, and of equal samples the first`() {
        let text = PrometheusText([
            MetricFamily(Self.read, samples: [Self.number(1, [])]),
            MetricFamily(Self.memory, samples: [Self.number(7, [])]),
            MetricFamily(Self.read, samples: [Self.number(2, []), Self.number(3)]),
        ]).text
        #expect(
            text.split(separator: "\n").filter { !$0.hasPrefix("#") } == [
                "sprocket_records_read_total 1", #"sprocket_records_read_total{pipeline="nightly \"one\"\n"} 3"#,
                "sprocket_process_resident_memory_bytes 7",
            ]
        )
        #expect(text.split(separator: "\n").count { $0.hasPrefix("# TYPE") } == 2)
    }
}
