package import PluginKit
package import Runs

/// A job at one time, for monitors.
package struct JobSnapshot: Sendable {
    /// The names of the order.
    package let names: [String]
    /// When the job began, in milliseconds since 1970-01-01T00:00:00Z; nil before that.
    package let startedAt: Int64?
    /// The step that runs; nil before the first, between steps and at the end.
    package let step: String?
    /// The run of that step; nil until its plan is made.
    package let run: LiveRun?
    /// The last metrics of the runs that have ended, in that order, each pipeline once; empty unless the job is
    /// monitored.
    package let ended: [MetricSnapshot]
    /// The steps whose outcomes are decided, in that order.
    package let steps: [StepResult]
    /// Whether the job was stopped, so that no further step begins.
    package let isStopped: Bool
    /// Whether the job has ended.
    package let hasEnded: Bool
}
