import PluginTestKit
import Testing

@testable import PluginKit

@Suite struct MetricDefinitionTests {
    @Test(arguments: [
        (
            "Records_total", MetricDefinition.Kind.counter, MetricDefinition.Unit.count,
            "has other characters than lower-case letters, digits and '_'" as String?
        ),
        ("records-total", .counter, .count, "has other characters than lower-case letters, digits and '_'" as String?),
        ("9records_total", .counter, .count, "has other characters than lower-case letters, digits and '_'" as String?),
        ("records", .counter, .count, "is a counter and does not end in '_total'"),
        ("records_total", .gauge, .count, "ends in '_total' and is not a counter"),
        ("wait_total", .counter, .seconds, "does not state its unit 'seconds' at the end"),
        ("wait_seconds_total", .counter, .seconds, nil),
        ("size_mb", .gauge, .bytes, "does not state its unit 'bytes' at the end"),
        ("size_bytes", .gauge, .bytes, nil), ("hit_ratio", .gauge, .ratio, nil),
        ("call_count", .gauge, .count, "ends in '_count'"),
        ("call_seconds_sum", .gauge, .count, "ends in '_sum'"), ("queue_batches", .gauge, .count, nil),
    ])
    func `a name keeps the conventions`(
        name: String,
        kind: MetricDefinition.Kind,
        unit: MetricDefinition.Unit,
        objection: String?
    ) {
        #expect(MetricDefinition.objection(to: name, kind: kind, unit: unit) == objection)
    }

    private static let tolls = MetricDefinition("tolls_total", kind: .counter, help: "Tolls paid.")
    private static let booths = MetricDefinition("booths", kind: .gauge, help: "Booths that are open.")
    private static let openRatio = MetricDefinition(
        "open_ratio",
        kind: .gauge,
        unit: .ratio,
        help: "The part that is open."
    )

    private let run = RunIdentity(pipeline: "p", id: "r", date: "2026-01-02", time: "030405")

    @Test func `values of one name stand together, each labels once, and empty families are left out`() {
        let first = MetricSample([MetricLabel("stage", value: "a")], value: .number(1))
        let again = MetricSample([MetricLabel("stage", value: "a")], value: .number(5))
        let second = MetricSample([MetricLabel("stage", value: "b")], value: .number(2))
        let snapshot = MetricSnapshot(
            run: run,
            startedAt: 0,
            takenAt: 1,
            families: [
                MetricFamily(Self.tolls, samples: [first]), MetricFamily(Self.booths),
                MetricFamily(Self.tolls, samples: [again, second]),
            ]
        )
        #expect(snapshot.families == [MetricFamily(Self.tolls, samples: [first, second])])
        #expect(snapshot.total("tolls_total") == 3)
        #expect(snapshot.total("tolls_total", labels: ["stage": "b"]) == 2)
        #expect(snapshot.total("booths") == nil)
    }

    @Test func `a measurement with a family is exported in the unit of the family`() {
        let shares = Measurement("ratio", value: 25, unit: "%", metric: Self.openRatio, isShared: true)
        #expect(shares.definition == Self.openRatio && shares.isShared && shares.labels.isEmpty)
        #expect(shares.number == 25)
        #expect(shares.exported == .number(0.25))
        #expect(Measurement("hits", value: 3, metric: Self.tolls).exported == .number(3))
        #expect(Measurement("median", value: 3, unit: "s").definition == nil)
        #expect(Measurement(Self.tolls, value: .number(3)).exported == .number(3))
    }

    @Test func `exported buckets add up to the calls, and one lies in that whose bound it does not exceed`() {
        var times = LatencyHistogram()
        for milliseconds in [0, 3, 3, 40, 9000, 400_000] { times.add(.milliseconds(milliseconds)) }
        let counts = times.exportedCounts
        #expect(counts.count == LatencyHistogram.exportedBounds.count + 1)
        #expect(counts.reduce(0, +) == times.count)
        let filled = zip(LatencyHistogram.exportedBounds + [.infinity], counts).filter { $0.1 > 0 }
        #expect(filled.map(\.0) == [0.0001, 0.005, 0.05, 10, .infinity])
        #expect(filled.map(\.1) == [1, 2, 1, 1, 1])
    }
}
