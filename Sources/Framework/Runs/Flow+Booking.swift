internal import Diagnostics
internal import PluginKit
internal import Records
internal import Pipelines

extension Flow {
    /// Books what became of the pages that are written everywhere.
    ///
    /// - Throws: `TooManyRejected` if no more can be tolerated.
    mutating func book() throws {
        for queue in queues { ledger.note(queue.takeOutcomes(), of: queue.node) }
        for entry in ledger.takeWritten() { try book(entry) }
    }

    /// Waits until everything is written, and books it.
    mutating func settle() async throws {
        try await context.monitor.during(.settling) {
            for queue in queues { try await queue.drained() }
        }
        try book()
    }

    private mutating func book(_ entry: PageLedger.Entry) throws {
        report.copied += entry.copied
        progress.accepted += entry.accepted
        context.monitor.book(entry.outcomes)
        var rejected = 0
        for outcome in entry.outcomes {
            report.stages[outcome.node].tally.add(outcome.tally)
            report.stages[outcome.node].busy += outcome.busy
            guard !outcome.rejections.isEmpty else { continue }
            let stage = context[outcome.node].name
            rejected += outcome.rejections.count
            for rejection in outcome.rejections { book(rejection, of: stage) }
            // What is looked up in is read by every part; each rejected record is kept by one.
            if !entry.isOthers { rejects?.append(outcome.rejections, stage: stage, attempt: report.attempt) }
        }
        guard rejectWindow != nil || rejected > 0 else { return }
        rejectWindow?.add(read: entry.read, rejected: rejected)
        let policy = context.plan.settings.onReject
        if policy.stopsAtOnce, rejected > 0 { throw TooManyRejected(allowance: .limit(0)) }
        if let limit = policy.limit, let window = rejectWindow, window.rejected > limit {
            throw TooManyRejected(allowance: .ofLast(limit, of: window.size))
        }
    }

    private mutating func book(_ rejection: Rejection, of stage: String) {
        let isSame = { (known: RunReport.RejectionCount) in
            known.stage == stage && known.code == rejection.code && known.reason == rejection.reason
        }
        guard let index = report.rejections.firstIndex(where: isSame) else {
            // Reasons with data in them could be many; past a hundred they are counted by code alone.
            let isRoom = report.rejections.count < 100
            let reason = isRoom ? rejection.reason : "further reasons"
            if !isRoom, let last = report.rejections.firstIndex(where: { $0.reason == reason && $0.stage == stage }) {
                report.rejections[last].count += 1
                return
            }
            report.rejections.append(
                .init(code: rejection.code, reason: reason, stage: stage, count: 1, examples: [rejection])
            )
            return
        }
        report.rejections[index].count += 1
        if report.rejections[index].examples.count < 5 { report.rejections[index].examples.append(rejection) }
    }
}
