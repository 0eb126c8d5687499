internal import Diagnostics
internal import PluginKit
internal import Records

extension Flow {
    /// Books what a stage made of a batch: what it filtered, what it rejected, what goes on.
    mutating func settle(_ batch: inout Batch, from received: Int, at index: Int) throws {
        let node = plan.nodes[index]
        guard node.kind == .sink || batch.schema == node.output else {
            throw Diagnostic(
                "plugin.columns",
                "the columns are \(batch.schema.names), and \(node.output.names) were promised",
                at: .stage(node.name, at: batch.origin.isEmpty ? nil : "at \(batch.origin)"),
                hint: "this is a mistake of the plugin '\(node.plugin)', please report it"
            )
        }
        let rejections = batch.takeRejections()
        let filtered = batch.takeFiltered()
        let explained = batch.count + rejections.count + filtered.reduce(0) { $0 + $1.count }
        for reason in filtered { report.stages[index].tally.filtered.add(reason) }
        if explained < received {
            report.stages[index].tally.filtered.add(Filtered("by '\(node.name)'", received - explained))
        } else if node.kind == .source {
            // A source rejects records that it read but could not make a row of.
            report.stages[index].tally.received += explained - batch.count
        } else {
            report.stages[index].tally.added += explained - received
        }
        report.stages[index].tally.rejected += rejections.count
        for rejection in rejections { book(rejection, node.name) }
        rejects?.append(rejections, stage: node.name)
        // A sink's records are sent when it says what its destination has.
        if node.kind != .sink { report.stages[index].tally.sent += batch.count }
        if plan.settings.onReject.stopsAtOnce, !rejections.isEmpty { throw TooManyRejected(limit: 0) }
    }

    private mutating func book(_ rejection: Rejection, _ stage: String) {
        let isSame = { (known: RunReport.RejectionCount) in
            known.stage == stage && known.code == rejection.code && known.reason == rejection.reason
        }
        guard let index = report.rejections.firstIndex(where: isSame) else {
            // Reasons with data in them could be many; past a hundred they are counted by code alone.
            let reason = report.rejections.count < 100 ? rejection.reason : "further reasons"
            report.rejections.append(
                .init(code: rejection.code, reason: reason, stage: stage, count: 1, examples: [rejection])
            )
            return
        }
        report.rejections[index].count += 1
        if report.rejections[index].examples.count < 5 { report.rejections[index].examples.append(rejection) }
    }
}
