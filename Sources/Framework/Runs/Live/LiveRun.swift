package import PluginKit
internal import Pipelines

/// A run while it works, for monitors: each property determines its value when it is read.
///
/// Reading takes short locks and never makes the run wait.
package struct LiveRun: Sendable {
    /// The records that passed a stage so far.
    package struct Stage: Sendable, Hashable {
        /// Its name in the pipeline.
        package let name: String
        /// Its kind: `source`, `transform`, `sink`.
        package let kind: String
        /// Its plugin.
        package let plugin: String
        /// Records read, or received from other stages.
        package let read: Int
        /// Records passed on or accepted.
        package let written: Int
        /// Records filtered.
        package let filtered: Int
        /// Records rejected.
        package let rejected: Int
        /// How long its calls took, including delays in layers.
        package let busy: Duration
    }

    private let context: RunContext

    init(_ context: RunContext) { self.context = context }

    /// The run.
    package var identity: RunIdentity { context.plan.run }
    /// The pipeline, without the partition.
    package var pipeline: String { context.plan.pipeline }
    /// When it, or this attempt at it, began, in milliseconds since 1970-01-01T00:00:00Z.
    package var startedAt: Int64 { context.monitor.startedAt / 1_000_000 }
    /// How long it has taken.
    package var duration: Duration { context.monitor.duration }
    /// How it ended, as in metrics; `running` while it works.
    package var state: String { context.monitor.outcome?.outcome.name ?? "running" }
    /// How many checkpoints were stored.
    package var checkpoints: Int { context.monitor.checkpoints }
    /// The present metrics, as exporters receive them.
    ///
    /// Determining them may take some hundred milliseconds, since the
    /// allocator counts its free memory.
    package var metrics: MetricSnapshot { context.snapshot() }
    /// What it is doing.
    package var activity: RunActivity { context.activity }
    /// What holds memory.
    package var holdings: [MemoryHolding] { context.holdings }

    /// The stages in the order of the plan.
    package var stages: [Stage] {
        zip(context.plan.nodes, context.monitor.counts).map { node, counts in
            Stage(
                name: node.name,
                kind: node.kind.rawValue,
                plugin: node.plugin,
                read: counts.read,
                written: counts.written,
                filtered: counts.filtered,
                rejected: counts.rejected,
                busy: counts.busy
            )
        }
    }
}
