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
                "WHERE pipeline = ? AND (status IN ('running', 'publishing') OR checkpoint > 0 OR id = ?)",
                .text(identity.pipeline),
                .text(identity.id)
            )
            for var row in earlier {
                guard row.run.identity.id != identity.id else {
                    throw StateProblem.changed(self.path, "there is a run '\(identity.id)' already")
                }
                guard row.run.status != .publishing else {
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
                .text(identity.pipeline),
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
                publications: try connection.publications(of: row)
            )
        }
    }

    /// Stores that a run is resumed: one that was publishing goes on publishing, another one is running again.
    ///
    /// - Throws: `state.changed` if it is complete, or not the last run of its pipeline any more.
    @discardableResult
    public func resume(_ identity: RunIdentity) throws -> StoredRun {
        try write("resume") { connection in
            var row = try connection.run(identity, in: [.running, .publishing, .failed, .stopped], to: "take up")
            guard try connection.newestRun(of: identity.pipeline)?.number == row.number else {
                throw StateProblem.changed(self.path, "the run '\(identity.id)' is not the last one of its pipeline")
            }
            row.run.attempts += 1
            row.run.endedAt = nil
            if row.run.status != .publishing { row.run.status = .running }
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
                    "the run '\(identity.id)' has checkpoint \(row.run.checkpoint), and \(checkpoint.sequence) is not later"
                )
            }
            try connection.store(checkpoint, of: row.number)
            row.run.checkpoint = checkpoint.sequence
            try connection.update(row)
        }
    }

    /// Stores that a run is about to publish these files.
    ///
    /// They have to be complete and on the disk, and none renamed.
    ///
    /// - Parameters:
    ///   - files: The files.
    ///   - identity: The run.
    ///   - report: What there is to tell if nobody gets to telling more, as JSON.
    /// - Throws: `state.changed` if the run is not running.
    public func publish(_ files: [Publication], of identity: RunIdentity, report: String? = nil) throws {
        try write("publish") { connection in
            var row = try connection.run(identity, in: [.running], to: "publish")
            if let report { try connection.store(report: report, of: row) }
            try connection.store(files, of: row.number)
            row.run.status = .publishing
            try connection.update(row)
        }
    }

    /// Stores that a run does not publish after all: which files it was about to publish is deleted, and it is running
    /// again.
    ///
    /// Doing so again changes nothing.
    ///
    /// - Throws: `state.changed` if the run is neither running nor publishing.
    public func withdraw(_ identity: RunIdentity) throws {
        try write("withdraw") { connection in
            var row = try connection.run(identity, in: [.running, .publishing], to: "withdraw")
            guard row.run.status == .publishing else { return }
            try connection.dropPublications(of: row.number)
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
    ///   - report: What there is to tell, as JSON; nil leaves what was stored when it began to publish.
    ///   - bookmarks: How far its sources have got; those of other stages stay.
    ///   - files: What it has published.
    ///   - kept: The temporary files that could not be removed, from the root.
    ///   - time: Now, in milliseconds since 1970-01-01T00:00:00Z.
    /// - Throws: `state.changed` if the run is neither running nor publishing.
    public func complete(
        _ identity: RunIdentity,
        report: String?,
        bookmarks: [Bookmark] = [],
        files: [MadeFile] = [],
        keeping kept: Set<String> = [],
        at time: Int64
    ) throws {
        try write("complete") { connection in
            var row = try connection.run(identity, in: [.running, .publishing], to: "complete")
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
            try connection.dropPublications(of: row.number)
            try connection.dropTemporaryFiles(of: identity.id, identity.pipeline, except: kept)
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
        /// Somebody stopped it.
        case stopped
    }

    /// Stores that a run ends without having done all; its checkpoint stays.
    ///
    /// For a run that is publishing this is giving up: which files it was publishing is forgotten.
    ///
    /// - Parameters:
    ///   - identity: The run.
    ///   - ending: How it ends.
    ///   - report: What there is to tell, as JSON.
    ///   - files: The temporary files that are still there, from the root; nil if all that are stored may be.
    ///   - time: Now, in milliseconds since 1970-01-01T00:00:00Z.
    /// - Throws: `state.changed` if the run is neither running nor publishing.
    public func end(
        _ identity: RunIdentity,
        as ending: Ending,
        report: String? = nil,
        keeping files: Set<String>? = nil,
        at time: Int64
    ) throws {
        try write(ending == .failed ? "failed" : "stopped") { connection in
            var row = try connection.run(identity, in: [.running, .publishing], to: "end")
            if let report { try connection.store(report: report, of: row) }
            try connection.dropPublications(of: row.number)
            if let files {
                try connection.dropTemporaryFiles(of: identity.id, identity.pipeline, except: files)
            }
            row.run.endedAt = time
            row.run.status = ending == .failed ? .failed : .stopped
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
