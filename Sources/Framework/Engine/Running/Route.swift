internal import PluginKit
internal import Records

/// What does not change in a run: the plan, and who reads whom.
final class Route: Sendable {
    let plan: Plan
    /// Who reads each output of each stage.
    let readers: [[[Plan.Reader]]]
    let calls: StageCalls

    init(_ plan: Plan) {
        self.plan = plan
        readers = plan.readers
        calls = StageCalls(settings: plan.settings, time: plan.time)
    }

    subscript(_ index: Int) -> Plan.Node { plan.nodes[index] }
}
