import PluginKit
import PluginTestKit

@testable import Pipelines
@testable import Runs

/// Figures of a made-up run.
enum Sample {
    static let run = RunIdentity(
        pipeline: "nightly \"one\"",
        id: "20260102T030405Z-1",
        date: "2026-01-02",
        time: "030405"
    )

    /// A snapshot with a counter, a gauge and a histogram.
    ///
    /// - Parameters:
    ///   - read: The counter.
    ///   - second: When it was taken, in seconds after the start at 2026-01-02T03:04:05Z.
    ///   - calls: How long calls took.
    ///   - stage: The stage that they are of.
    /// - Returns: The snapshot.
    static func snapshot(
        read: Double = 1200,
        after second: Int64 = 3,
        calls: [Duration] = [.milliseconds(30), .milliseconds(700)],
        stage: String = "plays"
    ) -> MetricSnapshot {
        var times = LatencyHistogram()
        for call in calls { times.add(call) }
        let labels = [MetricLabel("pipeline", value: run.pipeline), MetricLabel("stage", value: stage)]
        let start: Int64 = 1_767_323_045_000_000_000
        return MetricSnapshot(
            run: run,
            startedAt: start,
            takenAt: start + second * 1_000_000_000,
            families: [
                MetricFamily(
                    .recordsRead,
                    samples: [MetricSample(labels + [MetricLabel("kind", value: "source")], value: .number(read))]
                ),
                MetricFamily(.residentMemory, samples: [MetricSample([labels[0]], value: .number(32.5 * 1_048_576))]),
                MetricFamily(.callDuration, samples: [MetricSample(labels, value: .times(times))]),
            ]
        )
    }
}
