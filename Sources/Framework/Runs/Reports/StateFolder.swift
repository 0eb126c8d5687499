internal import Diagnostics
public import PluginKit
internal import StateStore

/// The stored state of each pipeline: its last run, the checkpoint of that run, its bookmarks.
public struct StateFolder: Sendable {
    /// The state of a pipeline, or of one partition of it.
    public struct Pipeline: Sendable {
        /// The pipeline's name, followed by a blank and the partition if there is one: `films 2of8`.
        public let name: String
        /// Its last run; nil if only bookmarks are left.
        public let lastRun: RunHistory.Entry?
        /// The number of attempts at that run.
        public let attempts: Int
        /// Whether it is running.
        public let isRunning: Bool
        /// Where the next run continues; nil if it begins at the start.
        public let checkpoint: Checkpoint?
        /// How far its incremental sources have got in all runs.
        public let bookmarks: [Bookmark]
    }

    /// Where a run can be resumed.
    public struct Checkpoint: Sendable {
        /// Its number within the run, counted from 1.
        public let number: Int
        /// Whether this version can resume a run from it; if not, the next run begins at the start.
        public let isCurrent: Bool
        /// Where each source continues, as JSON, sorted by stage.
        public let positions: [(stage: String, position: String)]
        /// The unfinished files.
        public let parts: [UnfinishedFile]
    }

    /// An unfinished file of a run that can be resumed.
    public struct UnfinishedFile: Sendable {
        /// The file as it was at the checkpoint.
        public let file: StagedFile
        /// Its present size in bytes; nil if it does not exist.
        public let size: Int?
    }

    /// How far a source has got in all runs.
    public struct Bookmark: Sendable {
        /// The source's stage.
        public let stage: String
        /// The greatest value that was delivered.
        public let value: String
        /// The run that set it.
        public let run: String
        /// When, in milliseconds since 1970-01-01T00:00:00Z.
        public let changedAt: Int64
        /// What decides which records the source has: `api = "https://api.trakt.tv", user = "anna"`; nil if unknown.
        public let source: String?
        /// The pipeline file, as a path from the state folder; nil if unknown.
        public let file: String?
    }

    /// Bookmarks that the next run adopts, whatever source or file they were set for.
    public struct Adopted: Sendable {
        /// The present name of their pipeline, with the partition.
        public let pipeline: String
        /// The former name.
        public let from: String
        /// How many there are.
        public let bookmarks: Int
    }

    /// What was deleted from the state of a pipeline.
    public struct Deleted: Sendable {
        /// The pipeline's name, with the partition.
        public let pipeline: String
        /// The bookmarks.
        public let bookmarks: [Bookmark]
        /// The checkpoint.
        public let checkpoint: Checkpoint?
    }

    private let folder: String
    private let stores: RunStores

    /// The state in a folder.
    public init(_ folder: String) {
        self.folder = folder
        stores = RunStores(in: folder)
    }

    /// The state of all pipelines, sorted by name.
    ///
    /// - Throws: `state.*`, `file.*`.
    public func pipelines() throws -> [Pipeline] {
        var known: Set<String> = []
        return try stores.each { store in
            var names = Set(try store.history(limit: .max).map(\.identity.pipeline))
            names.formUnion(try store.bookmarks().map(\.pipeline))
            return try names.map { try pipeline($0, in: store) }
        }
        // If an earlier version has run the partition since, its own database counts.
        .sorted { ($0.name, $1.lastRun?.startedAt ?? 0) < ($1.name, $0.lastRun?.startedAt ?? 0) }
        .filter { known.insert($0.name).inserted }
    }

    /// Deletes the bookmarks of pipelines and the checkpoints of their last runs, so that they read everything from the
    /// start.
    ///
    /// If a stage is named, the bookmarks of other stages stay. The checkpoint is deleted in any case, because a
    /// resumed run uses the bookmarks that it began with.
    ///
    /// - Parameters:
    ///   - pipelines: Their names, as `Pipeline.name` has them.
    ///   - stage: The source; nil for all.
    /// - Returns: What was deleted of each. Unfinished files are removed as well.
    /// - Throws: `environment.locked` while one of them runs; `state.publishing` if a last run was cut off while it
    ///   published, and then nothing is deleted; `state.*`, `file.*`.
    public func reset(_ pipelines: [String], stage: String? = nil) throws -> [Deleted] {
        let locks = try pipelines.map { try PipelineLock($0, in: folder) }
        defer { for lock in locks { lock.release() } }
        for name in pipelines {
            for store in try stores.stores(of: name) {
                guard let run = try store.lastRun(of: name)?.run, run.status.isIntended else { continue }
                throw Diagnostic(
                    "state.publishing",
                    message:
                        "the run '\(run.identity.id)' was cut off while it published, and that has to be completed first",
                    category: .environment,
                    at: .file(store.path),
                    hint: "to complete it: \(PipelineKey(name).run); with --restart, that abandons the run"
                )
            }
        }
        return try pipelines.map { name in
            let all = try stores.stores(of: name).map { try reset(name, stage: stage, in: $0) }
            // Also those that were written since the last checkpoint.
            RunJournal.removeSpill(of: name, in: folder)
            // The partition's own database comes first; an earlier version has stored the others.
            return all.dropFirst().reduce(all.first ?? Deleted(pipeline: name, bookmarks: [], checkpoint: nil)) {
                Deleted(
                    pipeline: name,
                    bookmarks: $0.bookmarks + $1.bookmarks,
                    checkpoint: $0.checkpoint ?? $1.checkpoint
                )
            }
        }
    }

    private func reset(_ name: String, stage: String?, in store: RunStore) throws -> Deleted {
        let pipeline = try pipeline(name, in: store)
        let last = try store.lastRun(of: name)
        try store.resetBookmarks(of: name, stage: stage)
        try store.dropCheckpoint(of: name)
        // Only now is it certain that no run will continue with them.
        for part in pipeline.checkpoint?.parts ?? [] { store.removeOrphan(part.file.temporaryPath) }
        if let last { try store.removeStrays(of: last, besides: try stores.each { try $0.temporaryFiles() }) }
        try store.removeTemporaryFiles(of: name)
        return Deleted(
            pipeline: name,
            bookmarks: pipeline.bookmarks.filter { stage == nil || $0.stage == stage },
            checkpoint: pipeline.checkpoint
        )
    }

    /// Lets the next runs of pipelines adopt their bookmarks, although they were set for another source or pipeline
    /// file.
    ///
    /// - Parameters:
    ///   - pipelines: Their names, as `Pipeline.name` has them.
    ///   - name: The new name of a pipeline.
    /// - Returns: What each adopts; pipelines without bookmarks are not included.
    /// - Throws: `environment.locked` while one of them runs; `state.adopted` if the new name has bookmarks of its own,
    ///   and then nothing is changed; `state.*`, `file.*`.
    public func adopt(_ pipelines: [String], as name: (String) -> String) throws -> [Adopted] {
        let keys = Set(pipelines).union(pipelines.map(name)).sorted()
        let locks = try keys.map { try PipelineLock($0, in: folder) }
        defer { for lock in locks { lock.release() } }
        for pipeline in pipelines where name(pipeline) != pipeline {
            let all = try stores.stores(of: name(pipeline))
            guard let store = try all.first(where: { try !$0.bookmarks(of: name(pipeline)).isEmpty }) else { continue }
            throw Diagnostic(
                "state.adopted",
                message: "the pipeline '\(name(pipeline))' has bookmarks of its own",
                category: .environment,
                at: .file(store.path),
                hint: "to adopt those of '\(pipeline)' instead, delete its own first: "
                    + PipelineKey(name(pipeline)).reset
            )
        }
        return try pipelines.compactMap { pipeline in
            let count = try stores.disown(of: pipeline, as: name(pipeline))
            return count > 0 ? Adopted(pipeline: name(pipeline), from: pipeline, bookmarks: count) : nil
        }
    }

    /// The reports of runs as JSON, by the names of the runs.
    ///
    /// - Throws: `state.*`, `file.*`.
    public func reports(of runs: [String]) throws -> [String: String] {
        let found = try stores.each { store in
            try runs.compactMap { run -> (String, String)? in
                // A report stored before publication states what would be true if the run had completed.
                guard let record = try store.record(of: run), record.run.endedAt != nil else { return nil }
                return record.report.map { (run, $0) }
            }
        }
        return Dictionary(found) { first, _ in first }
    }

    private func pipeline(_ name: String, in store: RunStore) throws -> Pipeline {
        let last = try store.lastRun(of: name)
        let run = last.map { RunHistory.Entry($0.run, in: folder) }
        return Pipeline(
            name: name,
            lastRun: run,
            attempts: last?.run.attempts ?? 0,
            isRunning: RunStanding(of: name, in: folder) == .working,
            checkpoint: last?.checkpoint.map(Checkpoint.init),
            bookmarks: try store.bookmarks(of: name).map { stored in
                Bookmark(
                    stage: stored.bookmark.stage,
                    value: stored.bookmark.cursor,
                    run: stored.run,
                    changedAt: stored.changedAt,
                    source: stored.bookmark.owner?.source.replacing("\n", with: ", "),
                    file: stored.bookmark.owner?.file
                )
            }
        )
    }
}

extension StateFolder.Checkpoint {
    fileprivate init(_ stored: StateStore.Checkpoint) {
        number = stored.sequence
        isCurrent = stored.form == CheckpointForm.current
        positions = stored.cursors.sorted { $0.key < $1.key }.map { (stage: $0.key, position: $0.value) }
        parts = stored.parts.map { part in
            StateFolder.UnfinishedFile(file: part.staged, size: FileSystem.size(of: part.path))
        }
    }
}
