internal import Diagnostics
internal import Pipelines
internal import PluginKit

/// What the sinks of a run have completed: files that wait for their final names, and commits.
struct CompletedOutput {
    private let context: RunContext
    /// Files that wait for their final names.
    private var pending: [StagedFile] = []
    /// Temporary names that could not be freed when the files were published.
    private(set) var leftovers: [String] = []

    init(_ context: RunContext) { self.context = context }

    // MARK: Collecting

    /// Collects what the sinks have completed, in the order of the plan, and counts it.
    ///
    /// - Parameters:
    ///   - deliveries: What each sink has completed, by its number among the nodes.
    ///   - queues: The sinks.
    ///   - book: The accounts of the run.
    /// - Throws: `run.same-file` if two parts of the run write the same file; `file.*`.
    mutating func collect(
        _ deliveries: [Int: Delivery<String>],
        of queues: [SinkQueue],
        book: inout RunBook
    ) throws {
        book.addRemarks()
        for queue in queues {
            guard let delivery = deliveries[queue.node] else { continue }
            let taken = Set(pending.map(\.path) + (book.rejectPath.map { [$0] } ?? []))
            pending += delivery.files
            if let twin = delivery.files.first(where: { taken.contains($0.path) }) {
                // The rejected records are in the same file by now.
                if twin.path == book.rejectPath { book.abandonRejectFile() }
                throw Diagnostic(
                    "run.same-file",
                    message: "another part of the run writes the same file: \(twin.path)",
                    at: .stage(context[queue.node].name, at: nil),
                    hint: "give each its own path"
                )
            }
            book.count(delivery, of: queue.node)
            let node = context[queue.node]
            if case .sink(let sink) = node.stage, let contents = sink.contents {
                let paths = delivery.files.compactMap(\.finalPath)
                book.note(output: RunReport.Output(stage: node.name, contents: contents, paths: paths))
            }
        }
        if let kept = try book.completeRejects() { pending.append(kept) }
        for finding in context.plan.otherParts { context.plan.log.say(finding) }
    }

    // MARK: Publishing

    /// Makes everything visible: stores what is about to become visible, has sinks commit, and gives all files their
    /// final names.
    ///
    ///     stored ─→ commits that can be refused ─→ files, all or none ─→ the other commits
    ///
    /// If the first commit is refused, nothing is visible. After that the run only goes forward.
    mutating func publish(
        _ queues: [SinkQueue],
        book: inout RunBook,
        journal: RunJournal?,
        writer: CheckpointWriter
    ) async throws {
        let before = context.monitor.enter(.publishing)
        defer { context.monitor.enter(before) }
        try context.plan.refuseOverlap(of: pending)
        var files: [StagedFile] = []
        for file in pending { files.append(try await writer.published(file)) }
        let parts = try queues.flatMap { try $0.parts() }.map(\.temporaryPath)
        book.note(published: files)
        var commits = CommitSequence(queues.compactMap(\.commit))
        book.note(commits: commits.items.map { RunReport.Commit(stage: $0.stage, isDone: true) })
        var mayBeStored = false
        do {
            try journal?.refuseForeign(book.report.files, of: context.plan)
            if let path = book.report.rejectFile?.path { try context.plan.refuseForeignRejects(at: path) }
            // After a sink has committed, the files can no longer be withheld.
            if commits.canBeRefused { try FilePublisher.rehearse(files) }
            mayBeStored = true
            try journal?.intend(files, commits: commits, report: book.report, of: context.plan)
            try await commits.commit(refusable: true) { try journal?.note(commitOf: $0) }
            leftovers = try FilePublisher.publish(files)
        } catch {
            throw withdraw(&book, commits: commits, journal: mayBeStored ? journal : nil, because: error)
        }
        do {
            try await commits.commit(refusable: false) { try journal?.note(commitOf: $0) }
        } catch {
            throw hold(&book, commits: commits, journal: journal, because: error)
        }
        pending = []
        // No published file needs these any more.
        let published = Set(files.map(\.temporaryPath))
        for part in parts where !published.contains(part) { Self.remove(part) }
    }

    /// Deletes from the state what was about to become visible, and notes in the report what is visible.
    ///
    /// If a sink has committed, a name could not be taken back, or the state cannot delete its entry, everything stays:
    /// the next start completes the run. The same applies if it is not known whether a commit has taken effect.
    ///
    /// - Returns: Why the run has failed.
    private mutating func withdraw(
        _ book: inout RunBook,
        commits: CommitSequence,
        journal: RunJournal?,
        because error: any Error
    ) -> any Error {
        let commit = error as? CommitFailure
        let failure = error as? PublicationFailure
        let isUndone = (failure?.isUndone ?? true) && !commits.isBegun && (commit?.isFinal ?? true)
        let isDeleted = isUndone && (journal == nil || (try? journal?.withdraw()) != nil)
        book.note(published: failure?.standing ?? [])
        guard isDeleted else { return hold(&book, commits: commits, journal: journal, because: error) }
        book.note(commits: [])
        if let commit { return CommitRefused(reason: commit.reason) }
        return failure?.cause ?? error
    }

    /// Leaves everything to the next start.
    ///
    /// - Returns: Why the run has failed.
    private mutating func hold(
        _ book: inout RunBook,
        commits: CommitSequence,
        journal: RunJournal?,
        because error: any Error
    ) -> any Error {
        book.note(isToBePublished: journal != nil)
        if journal != nil { pending = [] }
        book.note(commits: commits.items.map { RunReport.Commit(stage: $0.stage, isDone: $0.isDone) })
        let cause = (error as? CommitFailure)?.reason ?? (error as? PublicationFailure)?.cause ?? error
        // A commit that only has to be tried again is a failure like any other.
        let isLasting = (error as? CommitFailure)?.isFinal ?? commits.isBegun
        return isLasting ? PartlyVisible(reason: Diagnostic.wrapping(cause, at: .stage("run", at: nil))) : cause
    }

    // MARK: After a failure

    /// Throws away what was written.
    ///
    /// The file of rejected records is kept, so that users can examine it.
    mutating func abandon(_ queues: [SinkQueue], book: inout RunBook) async {
        let waiting = pending.filter { $0.path != book.rejectPath }
        let committed = Set(book.report.commits.filter(\.isDone).map(\.stage))
        for queue in queues where !committed.contains(context[queue.node].name) { await queue.abandon() }
        for file in waiting { Self.remove(file.temporaryPath) }
        pending = []
        book.keepRejects()
    }

    /// Leaves what was written for the next attempt.
    ///
    /// A copy of the rejected records is kept, so that users can examine them.
    ///
    /// - Parameters:
    ///   - parts: The files that the next attempt continues; empty if they are not known.
    ///   - book: The accounts of the run.
    mutating func leave(_ parts: [StagedFile], book: inout RunBook) {
        let continued = Set(parts.map(\.temporaryPath))
        for file in pending where !continued.contains(file.temporaryPath) { Self.remove(file.temporaryPath) }
        pending = []
        book.copyRejects()
    }

    /// Removes a temporary file if it belongs to the run.
    private static func remove(_ path: String) {
        if let files = TemporaryFiles.current { files.remove(path) } else { FileSystem.remove(path) }
    }
}

/// The destination of the first commit has refused it, and nothing is visible.
struct CommitRefused: Error { let reason: Diagnostic }

/// Something of the run is visible, and the rest cannot be made visible.
struct PartlyVisible: Error { let reason: Diagnostic }
