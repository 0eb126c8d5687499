internal import PluginKit
internal import Records
internal import Pipelines

/// What does not change during a run: the plan, and which stage reads which.
final class RunContext: Sendable {
    let plan: Plan
    /// The readers of each output of each stage.
    let readers: [[[Plan.Reader]]]
    /// The stages whose records go into a table.
    private let tableStages: Set<Int>
    let calls: StageCalls
    /// Collects the metrics of the run while it works.
    let monitor: RunMonitor
    /// Which sink has reported which file.
    let writers = FileWriters()
    /// When a run of the pipeline last published, in milliseconds since 1970-01-01T00:00:00Z; nil if unknown.
    let lastSuccess: Int64?

    init(_ plan: Plan, lastSuccess: Int64? = nil) {
        self.plan = plan
        self.lastSuccess = lastSuccess
        monitor = RunMonitor(stages: plan.nodes.count, time: plan.time, clock: plan.clock)
        readers = plan.readers
        tableStages = plan.tableStages
        calls = StageCalls(settings: plan.settings, time: plan.time)
    }

    subscript(_ index: Int) -> Plan.Node { plan.nodes[index] }

    /// Whether the records that a reader receives go into a table.
    func fillsTable(_ reader: Plan.Reader) -> Bool { reader.asLookup || tableStages.contains(reader.node) }

    /// Whether the records in a stage's memory belong to another partition.
    ///
    /// Stages that fill tables receive the same records in every partition; only the first partition delivers the
    /// content of their memories.
    func isOthers(madeBy index: Int) -> Bool {
        guard let partition = plan.scope.partition, tableStages.contains(index) else { return false }
        return partition.number != 1
    }
}
