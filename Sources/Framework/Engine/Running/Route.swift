internal import PluginKit
internal import Records

/// What does not change in a run: the plan, and who reads whom.
final class Route: Sendable {
    let plan: Plan
    /// Who reads each output of each stage.
    let readers: [[[Plan.Reader]]]
    let calls: StageCalls
    /// What is known of the run while it goes on.
    let monitor: RunMonitor
    /// Which sink states what about which file.
    let writers = FileWriters()
    /// When a run of the pipeline last published, in milliseconds since 1970-01-01T00:00:00Z; nil if it is not known.
    let lastSuccess: Int64?

    init(_ plan: Plan, lastSuccess: Int64? = nil) {
        self.plan = plan
        self.lastSuccess = lastSuccess
        monitor = RunMonitor(stages: plan.nodes.count, time: plan.time)
        readers = plan.readers
        calls = StageCalls(settings: plan.settings, time: plan.time)
    }

    subscript(_ index: Int) -> Plan.Node { plan.nodes[index] }
}
