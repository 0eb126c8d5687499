internal import Database
public import Diagnostics
public import Platform

extension RunStore {
    /// Stores a new run.
    ///
    /// Earlier runs of the pipeline can no longer be resumed: their checkpoints are deleted, and an interrupted one
    /// counts as stopped.
    ///
    /// - Parameters:
    ///   - identity: The identity of the run; its `id` must be new for the pipeline.
    ///   - configuration: A digest of everything that determines what the run does.
    ///   - temporaryFiles: The canonical paths of the temporary files that it is about to create.
    ///   - time: The current time, in milliseconds since 1970-01-01T00:00:00Z.
    /// - Returns: The stored run.
    /// - Throws: `state.publishing` if the last run has to be completed first.
    @discardableResult
    public func begin(
        _ identity: RunIdentity,
        configuration: String,
        temporaryFiles: [String] = [],
        at time: Int64
    ) throws -> StoredRun {
        let run = StoredRun(identity: identity, configuration: configuration, startedAt: time)
        try write("begin") { connection in
            let earlier = try connection.storedRuns(
                "WHERE pipeline = ? AND (status IN ('running', 'publishing', 'intended', 'partly') OR checkpoint > 0 OR id = ?)",
                with: .text(identity.pipeline),
                .text(identity.id)
            )
            for var row in earlier {
                guard row.run.identity.id != identity.id else {
                    throw StateProblem.changed(self.path, detail: "there is a run '\(identity.id)' already")
                }
                guard !row.run.status.isIntended else {
                    throw StateProblem.publishing(self.path, run: row.run.identity.id)
                }
                try connection.dropCheckpoint(of: row.number)
                row.run.checkpoint = 0
                if row.run.status == .running { row.run.status = .stopped }
                try connection.update(row)
            }
            try connection.insert(run)
            for path in temporaryFiles {
                try connection.store(TemporaryFileRecord(path: path, pipeline: identity.pipeline, run: identity.id))
            }
            try connection.run(
                """
                DELETE FROM runs WHERE pipeline = ?1 AND number <= (
                    SELECT number FROM runs WHERE pipeline = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2
                )
                """,
                with: .text(identity.pipeline),
                .integer(self.runsKept)
            )
        }
        return run
    }

    /// The last run of a pipeline, with its newest checkpoint; nil if there was none.
    public func lastRun(of pipeline: String) throws(Diagnostic) -> LastRun? {
        try read { connection throws(Diagnostic) in
            guard let row = try connection.newestRun(of: pipeline) else { return nil }
            return LastRun(
                run: row.run,
                checkpoint: try connection.checkpoint(of: row),
                intention: try connection.intention(of: row)
            )
        }
    }

    /// Stores that a run is resumed: a run with an intention keeps it; another one is running again.
    ///
    /// - Throws: `state.changed` if the run is complete or refused, or is no longer the last run of its pipeline.
    @discardableResult
    public func resume(_ identity: RunIdentity) throws -> StoredRun {
        try write("resume") { connection in
            var row = try connection.run(identity, in: [.running, .intended, .partly, .failed, .stopped], to: "resume")
            guard try connection.newestRun(of: identity.pipeline)?.number == row.number else {
                throw StateProblem.changed(
                    self.path,
                    detail: "the run '\(identity.id)' is not the last one of its pipeline"
                )
            }
            row.run.attempts += 1
            row.run.endedAt = nil
            if !row.run.status.isIntended { row.run.status = .running }
            try connection.update(row)
            return row.run
        }
    }

    /// Stores a checkpoint and deletes those before it.
    ///
    /// The bytes to which it refers must already be on the disk.
    ///
    /// - Throws: `state.changed` if the run is not running, or has a checkpoint with this or a later number.
    public func save(_ checkpoint: Checkpoint, of identity: RunIdentity) throws {
        try write("checkpoint") { connection in
            var row = try connection.run(identity, in: [.running], to: "save")
            guard checkpoint.sequence > row.run.checkpoint else {
                throw StateProblem.changed(
                    self.path,
                    detail:
                        "the run '\(identity.id)' has checkpoint \(row.run.checkpoint), and \(checkpoint.sequence) is not later"
                )
            }
            try connection.store(checkpoint, of: row.number)
            row.run.checkpoint = checkpoint.sequence
            try connection.update(row)
        }
    }

    /// Stores the intention of a run, in one transaction.
    ///
    /// The files must be complete and on the disk, and none may be renamed yet; no sink may have committed.
    ///
    /// - Parameters:
    ///   - intention: What becomes visible.
    ///   - identity: The run.
    ///   - report: The report in case the process is interrupted, as JSON.
    /// - Throws: `state.changed` if the run is not running.
    public func intend(_ intention: Intention, of identity: RunIdentity, report: String? = nil) throws {
        try write("intend") { connection in
            var row = try connection.run(identity, in: [.running], to: "intend")
            if let report { try connection.store(report: report, of: row) }
            try connection.store(intention, of: row.number)
            row.run.status = .intended
            try connection.update(row)
        }
    }

    /// Stores that the commit of a sink has returned.
    ///
    /// Doing so again changes nothing.
    ///
    /// - Parameters:
    ///   - stage: The name of the sink in the pipeline.
    ///   - identity: The run.
    /// - Throws: `state.changed` if the run has no intention, or no such sink in it.
    public func note(commitOf stage: String, of identity: RunIdentity) throws {
        try write("committed") { connection in
            let row = try connection.run(identity, in: [.intended, .partly], to: "commit")
            guard var intention = try connection.intention(of: row),
                let index = intention.commits.firstIndex(where: { $0.stage == stage })
            else {
                throw StateProblem.changed(
                    self.path,
                    detail: "the run '\(identity.id)' has nothing to commit by '\(stage)'"
                )
            }
            guard !intention.commits[index].isDone else { return }
            intention.commits[index].isDone = true
            try connection.store(intention, of: row.number)
        }
    }

    /// Withdraws the intention of a run: it is deleted, and the run is running again.
    ///
    /// Doing so again changes nothing.
    ///
    /// - Throws: `state.changed` if the run is neither running nor has an intention.
    public func withdraw(_ identity: RunIdentity) throws {
        try write("withdraw") { connection in
            var row = try connection.run(identity, in: [.running, .intended], to: "withdraw")
            guard row.run.status == .intended else { return }
            try connection.dropIntention(of: row.number)
            row.run.status = .running
            try connection.update(row)
        }
    }

    /// Stores that a run is complete, and with that the bookmarks of its sources.
    ///
    /// Its checkpoint is deleted.
    ///
    /// - Parameters:
    ///   - identity: The run.
    ///   - report: The report, as JSON; nil keeps the one stored with its intention.
    ///   - bookmarks: The positions of its sources; those of other stages are kept.
    ///   - files: What it has published.
    ///   - kept: The canonical paths of temporary files that could not be removed.
    ///   - time: The current time, in milliseconds since 1970-01-01T00:00:00Z.
    /// - Throws: `state.changed` if the run is neither running nor has an intention.
    public func complete(
        _ identity: RunIdentity,
        report: String?,
        bookmarks: [Bookmark] = [],
        files: [PublishedFile] = [],
        keeping kept: Set<String> = [],
        at time: Int64
    ) throws {
        try write("complete") { connection in
            var row = try connection.run(identity, in: [.running, .intended, .partly], to: "complete")
            for bookmark in bookmarks {
                try connection.store(
                    StoredBookmark(
                        pipeline: identity.pipeline,
                        bookmark: bookmark,
                        run: identity.id,
                        changedAt: time
                    )
                )
            }
            try connection.keep(files)
            if let report { try connection.store(report: report, of: row) }
            try connection.dropIntention(of: row.number)
            try connection.dropTemporaryFiles(of: identity.id, in: identity.pipeline, except: kept)
            try connection.dropCheckpoint(of: row.number)
            row.run.checkpoint = 0
            row.run.endedAt = time
            row.run.status = .complete
            try connection.update(row)
        }
    }

    /// How a run ends that is not complete.
    public enum Ending: Sendable, Hashable {
        /// An error ended it.
        case failed
        /// A user stopped it.
        case stopped
        /// A destination will never accept its commit, and nothing is visible.
        case refused
        /// A destination will never accept its part, and the others already have theirs.
        case partly

        fileprivate var status: StoredRun.Status {
            switch self {
            case .failed: .failed
            case .stopped: .stopped
            case .refused: .refused
            case .partly: .partly
            }
        }
    }

    /// Stores that a run ends without being complete.
    ///
    /// Its intention is deleted. Only a run that ends `partly` keeps it, together with its checkpoint and its temporary
    /// files, for the next start. The checkpoint of a refused run is deleted.
    ///
    /// - Parameters:
    ///   - identity: The run.
    ///   - ending: How it ends.
    ///   - report: The report, as JSON.
    ///   - files: The canonical paths of remaining temporary files; nil if all that are stored may remain.
    ///   - time: The current time, in milliseconds since 1970-01-01T00:00:00Z.
    /// - Throws: `state.changed` if the run is neither running nor has an intention.
    public func end(
        _ identity: RunIdentity,
        as ending: Ending,
        report: String? = nil,
        keeping files: Set<String>? = nil,
        at time: Int64
    ) throws {
        try write("\(ending)") { connection in
            var row = try connection.run(identity, in: [.running, .intended, .partly], to: "end")
            if let report { try connection.store(report: report, of: row) }
            if ending != .partly {
                try connection.dropIntention(of: row.number)
                if let files {
                    try connection.dropTemporaryFiles(of: identity.id, in: identity.pipeline, except: files)
                }
            }
            if ending == .refused {
                try connection.dropCheckpoint(of: row.number)
                row.run.checkpoint = 0
            }
            row.run.endedAt = time
            row.run.status = ending.status
            try connection.update(row)
        }
    }

    /// Deletes the checkpoint of a pipeline's last run, so that the next run begins from the start.
    ///
    /// - Returns: Whether there was one.
    @discardableResult
    public func dropCheckpoint(of pipeline: String) throws -> Bool {
        try write("drop") { connection in
            guard var row = try connection.newestRun(of: pipeline), row.run.checkpoint > 0 else { return false }
            try connection.dropCheckpoint(of: row.number)
            row.run.checkpoint = 0
            try connection.update(row)
            return true
        }
    }
}
