internal import Diagnostics
internal import PluginKit
internal import Records
internal import Pipelines

extension Flow {
    /// Has every sink prepare to write, in the order of the plan.
    func beginSinks() async throws {
        for queue in queues { try await queue.begin(attempt: report.attempt) }
    }

    /// Has every sink complete what it wrote, several at a time.
    ///
    /// It is given up when the run is stopped: a sink can complete what it wrote another time.
    mutating func finishSinks(_ control: RunControl) async throws {
        progress.isFinishing = true
        progress.stage = queues.map { context[$0.node].name }.joined(separator: "', '")
        tell()
        let before = context.monitor.enter(.finishing)
        defer { context.monitor.enter(before) }
        var deliveries: [Int: Delivery<String>] = [:]
        try await withThrowingTaskGroup(of: (Int, Delivery<String>).self) { group in
            for queue in queues { group.addTask { (queue.node, try await queue.delivery()) } }
            group.addTask {
                await control.stopped()
                throw Stopped()
            }
            while deliveries.count < queues.count, let (node, delivery) = try await group.next() {
                deliveries[node] = delivery
            }
            group.cancelAll()
        }
        // Sources and transforms come first, as in the file; what sinks say of their files follows their own.
        for stage in report.stages { report.remarks += stage.tally.remarks.map { "\(stage.name): \($0.text)" } }
        for queue in queues {
            guard let delivery = deliveries[queue.node] else { continue }
            let node = context[queue.node]
            let taken = Set(pending.map(\.path) + (rejects.map { [$0.path] } ?? []))
            pending += delivery.files
            if let twin = delivery.files.first(where: { taken.contains($0.path) }) {
                // What it keeps lies in the same file by now.
                if twin.path == rejects?.path { rejects = nil }
                throw Diagnostic(
                    "run.same-file",
                    message: "another part of the run writes the same file: \(twin.path)",
                    at: .stage(node.name, at: nil),
                    hint: "give each its own path"
                )
            }
            report.remarks += delivery.remarks.map { "\(node.name): \($0)" }
            if !delivery.earlierFiles.isEmpty {
                report.earlierFiles.append((stage: node.name, paths: delivery.earlierFiles))
            }
            report.stages[queue.node].tally.deliver(delivery.written, leavingOut: delivery.filtered)
            context.monitor.book(filtered: delivery.filtered.reduce(0) { $0 + $1.count }, by: queue.node)
        }
        if let kept = try rejects?.complete() { pending.append(kept) }
        for finding in context.plan.otherParts { context.plan.log.say(finding) }
    }

    /// Refuses to publish with more rejected records than the file allows.
    func checkRejects() throws {
        let policy = context.plan.settings.onReject
        if policy.window == nil, let limit = policy.limit, report.rejected > limit {
            throw TooManyRejected(allowance: .limit(limit))
        }
        if let share = policy.share, Double(report.rejected) > share * Double(report.read) {
            throw TooManyRejected(allowance: .share(share))
        }
    }

    /// Refuses to publish what does not add up.
    func checkSums() throws {
        for stage in report.stages where !stage.tally.isBalanced {
            throw SumsDisagree(
                diagnostic: Diagnostic(
                    "run.sums",
                    message: "\(stage.kind) '\(stage.name)': \(stage.tally.imbalance)",
                    category: .defect,
                    hint: "nothing was published; this is a mistake of the plugin '\(stage.plugin)', please report it"
                )
            )
        }
        guard report.isBalanced else {
            throw SumsDisagree(
                diagnostic: Diagnostic(
                    "run.sums",
                    message: "the records of the stages do not add up from end to end",
                    category: .defect
                )
            )
        }
    }

    /// Throws away what was written; rejected records that were to be kept are kept, to be looked at.
    mutating func abandon() async {
        let waiting = pending.filter { $0.path != rejects?.path }
        let committed = Set(report.commits.filter(\.isDone).map(\.stage))
        for queue in queues where !committed.contains(context[queue.node].name) { await queue.abandon() }
        for file in waiting { Self.remove(file.temporaryPath) }
        pending = []
        // The run has failed already, for a reason that is told; a second one would hide it.
        guard let rejects else { return }
        guard (try? context.plan.refuseForeignRejects(at: rejects.path)) != nil else { return rejects.discard() }
        guard let kept = try? self.rejects?.complete() else { return }
        report.rejectFile = try? Self.keep(kept)
    }

    /// Leaves what was written where it is, for the next attempt; what was rejected so far is there to be looked at.
    mutating func leave() {
        let parts = Set(((try? parts()) ?? []).map(\.temporaryPath))
        for file in pending where !parts.contains(file.temporaryPath) { Self.remove(file.temporaryPath) }
        pending = []
        guard let kept = try? rejects?.part(), let rejects else { return }
        do {
            try context.plan.refuseForeignRejects(at: rejects.path)
            try FileSystem.copy(kept.temporaryPath, to: rejects.path)
            report.rejectFile = StagedFile(
                kept.temporaryPath,
                to: rejects.path,
                bytes: kept.bytes,
                records: kept.records
            )
        } catch {
            // They are still under the temporary name, and the run goes on from there.
        }
    }

    private static func keep(_ file: StagedFile) throws -> StagedFile {
        let target = try OutputTarget(file.path)
        let placement = try FileSystem.place(file.temporaryPath, at: target)
        // It has its name, whether or not that outlives a power cut.
        try? FileSystem.syncFolder(of: target.file)
        FileSystem.removeReplaced(file.temporaryPath, by: target, placement: placement)
        return file
    }
}

extension Tally {
    /// Which of its sums do not agree, in words.
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
