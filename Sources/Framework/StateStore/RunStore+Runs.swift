internal import Database
public import Diagnostics
public import Platform

extension RunStore {
    /// Stores that a run begins.
    ///
    /// The pipeline's earlier runs cannot be resumed any more: their checkpoints go, and one that was cut off counts
    /// as stopped.
    ///
    /// - Parameters:
    ///   - identity: What it is called; no other run of the pipeline may have had the same `id`.
    ///   - configuration: A digest of everything that decides what the run does.
    ///   - temporaryFiles: Where it is about to make temporary files, from the root.
    ///   - time: Now, in milliseconds since 1970-01-01T00:00:00Z.
    /// - Returns: The run as it is stored.
    /// - Throws: `state.publishing` if the last run has to be finished first.
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

    /// Stores that a run is resumed: what one is about to make visible stays, another one is running again.
    ///
    /// - Throws: `state.changed` if it is complete or refused, or not the last run of its pipeline any more.
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

    /// Stores a checkpoint; those before it go.
    ///
    /// The bytes that it tells of have to be on the disk.
    ///
    /// - Throws: `state.changed` if the run is not running, or has a checkpoint of this or a later number.
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

    /// Stores what a run is about to make visible, in one transaction.
    ///
    /// The files have to be complete and on the disk, and none renamed; no sink has committed.
    ///
    /// - Parameters:
    ///   - intention: What becomes visible.
    ///   - identity: The run.
    ///   - report: What there is to report if the process is cut off, as JSON.
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
    ///   - stage: What the pipeline calls the sink.
    ///   - identity: The run.
    /// - Throws: `state.changed` if the run is about to make nothing visible, or no such sink is to commit.
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

    /// Stores that a run makes nothing visible after all: what it was about to is deleted, and it is running again.
    ///
    /// Doing so again changes nothing.
    ///
    /// - Throws: `state.changed` if the run is neither running nor about to make something visible.
    public func withdraw(_ identity: RunIdentity) throws {
        try write("withdraw") { connection in
            var row = try connection.run(identity, in: [.running, .intended], to: "withdraw")
            guard row.run.status == .intended else { return }
            try connection.dropIntention(of: row.number)
            row.run.status = .running
            try connection.update(row)
        }
    }

    /// Stores that a run has done all it was to do, and with that the bookmarks of its sources.
    ///
    /// Its checkpoint goes.
    ///
    /// - Parameters:
    ///   - identity: The run.
    ///   - report: What there is to tell, as JSON; nil leaves what was stored with its intention.
    ///   - bookmarks: How far its sources have got; those of other stages stay.
    ///   - files: What it has published.
    ///   - kept: The temporary files that could not be removed, from the root.
    ///   - time: Now, in milliseconds since 1970-01-01T00:00:00Z.
    /// - Throws: `state.changed` if the run is neither running nor about to make something visible.
    public func complete(
        _ identity: RunIdentity,
        report: String?,
        bookmarks: [Bookmark] = [],
        files: [MadeFile] = [],
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

    /// How a run ends that has not done all it was to do.
    public enum Ending: Sendable, Hashable {
        /// Something stood in the way.
        case failed
        /// A user stopped it.
        case stopped
        /// A destination will not accept what it was to commit, and nothing is visible.
        case refused
        /// A destination will not accept its part, and others have theirs.
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

    /// Stores that a run ends without having done all.
    ///
    /// What it was about to make visible is deleted, which is giving up where it was; only a run that ends `partly` keeps
    /// it, and its checkpoint and its temporary files, for the next start. The checkpoint of a run that is refused goes.
    ///
    /// - Parameters:
    ///   - identity: The run.
    ///   - ending: How it ends.
    ///   - report: What there is to report, as JSON.
    ///   - files: The temporary files that are still there, from the root; nil if all that are stored may be.
    ///   - time: Now, in milliseconds since 1970-01-01T00:00:00Z.
    /// - Throws: `state.changed` if the run is neither running nor about to make something visible.
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

    /// Forgets the checkpoint of a pipeline's last run, so that it begins from the start.
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
