internal import Diagnostics
internal import PluginKit
internal import Records
internal import Pipelines

extension RunReport {
    /// Counts a rejected record among those of the same stage and reason.
    mutating func count(_ rejection: Rejection, of stage: String) {
        let isSame = { (known: RejectionCount) in
            known.stage == stage && known.code == rejection.code && known.reason == rejection.reason
        }
        guard let index = rejections.firstIndex(where: isSame) else {
            // A reason can contain data, so there can be many of them. After the first hundred, further ones are
            // counted together.
            let isRoom = rejections.count < 100
            let reason = isRoom ? rejection.reason : "further reasons"
            if !isRoom, let last = rejections.firstIndex(where: { $0.reason == reason && $0.stage == stage }) {
                rejections[last].count += 1
                return
            }
            rejections.append(
                .init(code: rejection.code, reason: reason, stage: stage, count: 1, examples: [rejection])
            )
            return
        }
        rejections[index].count += 1
        if rejections[index].examples.count < 5 { rejections[index].examples.append(rejection) }
    }

    /// The first sum that does not agree, at a stage or from end to end; nil if all do.
    var imbalance: Diagnostic? {
        for stage in stages where !stage.tally.isBalanced {
            return Diagnostic(
                "run.sums",
                message: "\(stage.kind) '\(stage.name)': \(stage.tally.imbalance)",
                category: .defect,
                hint: "nothing was published; this is a mistake of the plugin '\(stage.plugin)', please report it"
            )
        }
        guard !isBalanced else { return nil }
        return Diagnostic(
            "run.sums",
            message: "the records of the stages do not add up from end to end",
            category: .defect
        )
    }

    /// Adds what is known only at the end: calls, bytes, the values that plugins report of themselves, positions.
    mutating func complete(in context: RunContext, checkpoints: Int, cursors: [Int: String]) {
        let plan = context.plan
        self.checkpoints = checkpoints
        let bytesWritten = context.monitor.bytesWritten
        for (index, node) in plan.nodes.enumerated() {
            stages[index].retries = context.calls.retries(of: node.name)
            stages[index].measurements = node.stage.instance.measurements.filter { $0.name != nil }
            stages[index].layers = node.layers.measurements
                .map { layer, measurements in (layer, measurements.filter { $0.name != nil }) }
                .filter { !$0.1.isEmpty }
            stages[index].calls = context.calls(of: index)
            stages[index].bytesRead = node.kind == .source ? context.monitor.counts[index].bytesRead : nil
            stages[index].bytesWritten = bytesWritten[index]
            stages[index].cursorAfter = cursors[index]
        }
        allowance =
            plan.rejectVariable.map { "-D \($0)=\(rejected)" } ?? "on_reject = { limit = \(rejected) } under [run]"
        findings = plan.findings.all + plan.log.all
    }
}

extension Tally {
    /// Which of its sums do not agree, as a sentence.
    fileprivate var imbalance: String {
        let more = [(lookedUp, "looked up in"), (combined, "combined")].filter { $0.0 > 0 }.map { "\($0) \($1), " }
        guard received + discarded == accountedFor else {
            return "\((received + discarded).counted("record")) came in, but \(kept) kept, \(more.joined())"
                + "\(filteredCount) filtered and \(rejected) rejected make \(accountedFor)"
        }
        return
            "\(sent.counted("record")) written or passed on, but \(kept) of those that came in were kept and \(made) made"
    }
}
