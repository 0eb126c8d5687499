internal import Diagnostics
internal import PluginKit
internal import Records

extension Flow {
    /// Has every sink complete what it wrote.
    mutating func finishSinks() async throws {
        progress.isFinishing = true
        for (index, node) in plan.nodes.enumerated() {
            guard case .sink(let sink) = node.stage else { continue }
            progress.stage = node.name
            tell()
            do {
                let delivery = try await sink.finish(at: marks[index])
                let taken = Set(pending.map(\.path) + (rejects.map { [$0.path] } ?? []))
                pending += delivery.files
                if let twin = delivery.files.first(where: { taken.contains($0.path) }) {
                    throw Diagnostic(
                        "run.same-file",
                        "another part of the run writes the same file: \(twin.path)",
                        hint: "give each its own path"
                    )
                }
                report.remarks += delivery.remarks.map { "\(node.name): \($0)" }
                report.stages[index].tally.sent = delivery.written
                for reason in delivery.filtered { report.stages[index].tally.filtered.add(reason) }
            } catch {
                throw Self.placed(error, node, nil)
            }
        }
    }

    /// Refuses to publish what does not add up.
    func checkSums() throws {
        for stage in report.stages where !stage.tally.isBalanced {
            let tally = stage.tally
            throw SumsDisagree(
                diagnostic: Diagnostic(
                    "run.sums",
                    "\(stage.kind) '\(stage.name)': \(tally.received + tally.added) records came in, but "
                        + "\(tally.sent) written or passed on, \(tally.filteredCount) filtered and "
                        + "\(tally.rejected) rejected make \(tally.sent + tally.filteredCount + tally.rejected)",
                    hint: "nothing was published; this is a mistake of the plugin '\(stage.plugin)', please report it"
                )
            )
        }
        guard report.isBalanced else {
            throw SumsDisagree(
                diagnostic: Diagnostic("run.sums", "the records of the stages do not add up from end to end")
            )
        }
    }

    /// Gives all files their final names, and makes the names durable.
    mutating func publish(_ journal: RunJournal?) throws {
        if let kept = try rejects?.complete() { report.rejectFile = kept }
        try journal?.intend(pending)
        try Publication.publish(pending)
        report.files = pending
        pending = []
    }

    /// Throws away what was written; rejected records that were to be kept are kept, to be looked at.
    mutating func abandon() async {
        for file in pending { FileSystem.remove(file.temporaryPath) }
        pending = []
        for node in plan.nodes {
            if case .sink(let sink) = node.stage { await sink.abandon() }
        }
        // The run has failed already, for a reason that is told; a second one would hide it.
        if report.rejectFile == nil { report.rejectFile = try? rejects?.complete() }
    }
}
