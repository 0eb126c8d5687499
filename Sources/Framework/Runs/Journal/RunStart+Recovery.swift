internal import Diagnostics
internal import Pipelines
internal import PluginKit
internal import StateStore

extension RunStart {
    /// What happened to a run that was interrupted while it made its results visible.
    enum Recovery {
        /// There was none, or it is abandoned because the caller asked for it.
        case none
        /// It is complete now.
        case complete(run: String)
        /// A destination has refused its commit, and nothing is visible: it is abandoned.
        case refused(Diagnostic)
    }

    /// Completes a run that was interrupted while it made its results visible, or that did so partly.
    ///
    /// Files need no plugin. The sinks that have not committed are recreated from their stored options.
    ///
    /// - Throws: what prevents it; the next start tries again.
    static func completeLastRun(
        of plan: Plan,
        in store: RunStore,
        existing: ExistingFiles,
        restarts: Bool
    ) async throws -> Recovery {
        guard let last = try store.lastRun(of: plan.run.key), let intention = last.intention else { return .none }
        let run = last.run.identity.id
        var commits: CommitSequence?
        do {
            try existing.refuse(intention.files, of: last.run.identity(of: plan))
            // All of them, before anything becomes visible.
            var sequence = try CommitSequence(intention, of: last.run.identity(of: plan), maker: plan.sinkMaker)
            commits = sequence
            defer { commits = sequence }
            let note = { (stage: String) in try store.note(commitOf: stage, of: last.run.identity) }
            try await sequence.commit(refusable: true, note: note)
            for file in intention.files { try file.finish(run: run) }
            for file in intention.files { try FileSystem.syncFolder(of: file.path) }
            try await sequence.commit(refusable: false, note: note)
        } catch {
            let failure = error as? CommitFailure
            // If a commit is refused after the files were published, these stay visible.
            if let failure, failure.isFinal, let commits, !commits.isBegun, commits.canBeRefused {
                try await giveUp(last, commits: commits, as: .refused, in: store)
                return .refused(failure.reason.ofAbandoned(run))
            }
            guard restarts else {
                // If trying again is useless, the history states that.
                if failure?.isFinal == true, last.run.status != .partly {
                    try store.end(last.run.identity, as: .partly, at: SystemClock.seconds * 1000)
                }
                throw failure?.reason.ofPartly(run, intention: intention, commits: commits) ?? error
            }
            // The files that have their names belong to the pipeline, whatever happens to the run.
            try store.note(existing.made(intention.files.filter(existing.isComplete), run: run))
            try await giveUp(last, commits: commits, as: .failed, in: store)
            return .none
        }
        try complete(last, intention: intention, in: store, existing: existing)
        return .complete(run: run)
    }

    /// Records that the run is complete, and removes what it no longer needs.
    private static func complete(
        _ last: LastRun,
        intention: Intention,
        in store: RunStore,
        existing: ExistingFiles
    ) throws {
        let (pipeline, run) = (last.run.identity.pipeline, last.run.identity.id)
        let published = Set(intention.files.map(\.temporaryPath))
        for part in last.checkpoint?.parts ?? [] where !published.contains(part.path) {
            store.removeOrphan(part.path)
        }
        let others = try store.temporaryFiles().filter { $0.pipeline == pipeline && $0.run == run }
        let left = others.filter { store.removeOrphan($0.path) == .failed }.map(\.path)
        try FileSystem.syncFolders(of: others.map(\.path))
        do {
            try store.complete(
                last.run.identity,
                report: nil,
                bookmarks: intention.bookmarks ?? bookmarks(of: last, intention: intention),
                files: existing.made(intention.files, run: run),
                keeping: Set(left),
                at: SystemClock.seconds * 1000
            )
        } catch {
            throw Diagnostic.unrecorded(run: run, files: intention.files.map(\.path), in: store.path, because: error)
        }
    }

    /// The bookmarks of a run of an earlier version, which left them to the checkpoint.
    private static func bookmarks(of last: LastRun, intention: Intention) -> [Bookmark] {
        let files = intention.files.map { SourceRevision.Output(path: $0.path, bytes: $0.bytes) }
        let revisions = last.checkpoint.map(SourceRevision.all) ?? []
        return (last.checkpoint.map(Bookmark.edges) ?? []) + revisions.map { $0.bookmark(with: files) }
    }

    /// Has the sinks that have not committed discard what they wrote.
    ///
    /// The temporary files are removed like those of any run that will not be resumed.
    private static func giveUp(
        _ last: LastRun,
        commits: CommitSequence?,
        as ending: RunStore.Ending,
        in store: RunStore
    ) async throws {
        let parts = (last.checkpoint?.parts ?? []).map { FileSystem.absoluteName($0.path) }
        try store.end(last.run.identity, as: ending, at: SystemClock.seconds * 1000)
        let records = try store.temporaryFiles()
            .filter { $0.pipeline == last.run.identity.pipeline && $0.run == last.run.identity.id }
        let own = Set((records.map(\.path) + parts).filter(store.mayHaveMade))
        let files = TemporaryFiles(of: last.run.identity.id, own: own) { _ in }
        await TemporaryFiles.$current.withValue(files) { await commits?.abandon() }
        // Its checkpoint, which lists them, has been deleted.
        if ending == .refused { for part in parts { files.remove(part) } }
    }
}

extension CommitSequence {
    /// The commits of an interrupted run.
    fileprivate init(_ intention: Intention, of run: RunIdentity, maker: SinkMaker) throws {
        self.init(
            try intention.commits.filter { !$0.isDone }.map { commit in
                Item(
                    stage: commit.stage,
                    plugin: commit.plugin,
                    isRefusable: commit.isRefusable,
                    mark: commit.mark,
                    sink: try maker.make(commit, of: run)
                )
            },
            isBegun: intention.commits.contains(where: \.isDone)
        )
    }
}

extension Diagnostic {
    /// Why a run of which nothing is visible is abandoned.
    fileprivate func ofAbandoned(_ run: String) -> Diagnostic {
        var finding = self
        finding.severity = .warning
        finding.message = "the run '\(run)' was cut off before its sinks had committed, and is abandoned: \(message)"
        return finding
    }

    /// Why a run stays partly visible, with what is visible.
    fileprivate func ofPartly(_ run: String, intention: Intention, commits: CommitSequence?) -> Diagnostic {
        guard let commits else { return self }
        let open = commits.items.filter { !$0.isDone }.map { "'\($0.stage)'" }
        let done = intention.commits.map { "'\($0.stage)'" }.filter { !open.contains($0) }
        let files = commits.canBeRefused ? [] : intention.files.map(\.path)
        guard !done.isEmpty || !files.isEmpty else { return self }
        let visible = [(done, "committed"), (files, "published")].filter { !$0.0.isEmpty }
            .map { "\($0.joined(separator: ", ")) \($1)" }
        var finding = self
        finding.message =
            "the run '\(run)' is visible in part: \(visible.joined(separator: ", ")); "
            + "\(open.joined(separator: ", ")) not committed: \(message)"
        finding.hint = (hint.map { $0 + "; " } ?? "") + "the next start tries again; --restart abandons that run"
        return finding
    }
}
