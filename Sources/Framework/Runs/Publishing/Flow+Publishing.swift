internal import Diagnostics
internal import Pipelines
internal import PluginKit

extension Flow {
    /// Makes everything visible: writes down what, has sinks commit, and gives all files their final names.
    ///
    ///     written down ─→ commits that can be refused ─→ files, all together ─→ the other commits
    ///
    /// A destination that refuses the first of them leaves nothing visible. After that the run goes forward only.
    mutating func publish(_ journal: RunJournal?, writer: CheckpointWriter) async throws {
        let before = context.monitor.enter(.publishing)
        defer { context.monitor.enter(before) }
        try context.plan.refuseOverlap(of: pending)
        var files: [StagedFile] = []
        for file in pending { files.append(try await writer.published(file)) }
        let parts = try queues.flatMap { try $0.parts() }.map(\.temporaryPath)
        report.files = files.filter { $0.path != rejects?.path }
        report.rejectFile = files.first { $0.path == rejects?.path }
        var commits = CommitSequence(queues.compactMap(\.commit))
        report.commits = commits.items.map { RunReport.Commit(stage: $0.stage, isDone: true) }
        var mayBeListed = false
        do {
            try journal?.refuseForeign(report.files, of: context.plan)
            if let rejectFile = report.rejectFile { try context.plan.refuseForeignRejects(at: rejectFile.path) }
            // Once a sink has committed, the files cannot be left away.
            if commits.canBeRefused { try Publication.rehearse(files) }
            mayBeListed = true
            try journal?.intend(files, commits: commits, report: report, of: context.plan)
            try await commits.commit(refusable: true) { try journal?.note(commitOf: $0) }
            leftovers = try Publication.publish(files)
        } catch {
            throw withdraw(files, commits: commits, journal: mayBeListed ? journal : nil, because: error)
        }
        do {
            try await commits.commit(refusable: false) { try journal?.note(commitOf: $0) }
        } catch {
            throw hold(commits, journal: journal, because: error)
        }
        pending = []
        // What is published needs them no more.
        let published = Set(files.map(\.temporaryPath))
        for part in parts where !published.contains(part) { Self.remove(part) }
    }

    /// Has the state forget what was about to become visible, and notes in the report what is.
    ///
    /// Where a sink has committed, a name could not be taken back, or the state cannot forget, everything stays: the next
    /// start completes the run. So it does where it is not known whether a commit has taken effect.
    ///
    /// - Returns: Why the run did not come to its end.
    private mutating func withdraw(
        _ files: [StagedFile],
        commits: CommitSequence,
        journal: RunJournal?,
        because error: any Error
    ) -> any Error {
        let commit = error as? CommitFailure
        let failure = error as? PublicationFailure
        let isUndone = (failure?.isUndone ?? true) && !commits.isBegun && (commit?.isFinal ?? true)
        let isForgotten = isUndone && (journal == nil || (try? journal?.withdraw()) != nil)
        let standing = failure?.standing ?? []
        report.files = standing.filter { $0.path != rejects?.path }
        report.rejectFile = standing.first { $0.path == rejects?.path }
        guard isForgotten else { return hold(commits, journal: journal, because: error) }
        report.commits = []
        if let commit { return CommitRefused(reason: commit.reason) }
        return failure?.cause ?? error
    }

    /// Leaves everything for the next start.
    ///
    /// - Returns: Why the run did not come to its end.
    private mutating func hold(
        _ commits: CommitSequence,
        journal: RunJournal?,
        because error: any Error
    ) -> any Error {
        report.isToBePublished = journal != nil
        if report.isToBePublished { pending = [] }
        report.commits = commits.items.map { RunReport.Commit(stage: $0.stage, isDone: $0.isDone) }
        let cause = (error as? CommitFailure)?.reason ?? (error as? PublicationFailure)?.cause ?? error
        // What only has to be tried again is a failure like any other.
        let isLasting = (error as? CommitFailure)?.isFinal ?? commits.isBegun
        return isLasting ? PartlyVisible(reason: Diagnostic.wrapping(cause, at: .stage("run", at: nil))) : cause
    }

    /// Removes a temporary file, if it is the run's own.
    static func remove(_ path: String) {
        if let files = TemporaryFiles.current { files.remove(path) } else { FileSystem.remove(path) }
    }
}

/// The destination of the first commit has refused it, and nothing is visible.
struct CommitRefused: Error { let reason: Diagnostic }

/// Something of the run is visible, and the rest cannot be made visible.
struct PartlyVisible: Error { let reason: Diagnostic }
