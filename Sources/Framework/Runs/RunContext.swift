internal import PluginKit
internal import Records
internal import Pipelines

/// What does not change in a run: the plan, and who reads whom.
final class RunContext: Sendable {
    let plan: Plan
    /// Who reads each output of each stage.
    let readers: [[[Plan.Reader]]]
    /// The stages whose records go into a table.
    private let tableStages: Set<Int>
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
        tableStages = plan.tableStages
        calls = StageCalls(settings: plan.settings, time: plan.time)
    }

    subscript(_ index: Int) -> Plan.Node { plan.nodes[index] }

    /// Whether what a reader gets goes into a table.
    func fillsTable(_ reader: Plan.Reader) -> Bool { reader.asLookup || tableStages.contains(reader.node) }

    /// Whether what a stage makes of its memory, when all is read, is another part's: only stages that fill tables are
    /// given the same records in every part, and the first part delivers that.
    func isOthers(madeBy index: Int) -> Bool {
        guard let partition = plan.scope.partition, tableStages.contains(index) else { return false }
        return partition.number != 1
    }
}
