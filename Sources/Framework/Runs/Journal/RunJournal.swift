internal import Diagnostics
internal import Glibc
internal import Pipelines
internal import PluginKit
internal import StateStore

/// Records for later runs that a run is under way, how far it is, what it is about to publish, and how it ended.
///
/// While it exists, no other run of the pipeline can begin in the same state folder.
public final class RunJournal: Sendable {
    /// The checkpoint that the run is resumed from; nil if it begins at the start.
    let resumption: Checkpoint?
    /// The number of the attempt, counted from 1.
    let attempt: Int
    /// How far incremental sources had got when the run began.
    let bookmarks: [Bookmark]
    /// When a run of the pipeline was last completed, in milliseconds since 1970-01-01T00:00:00Z; nil if none was.
    let lastSuccess: Int64?
    /// The name of that run.
    let lastComplete: String?
    /// When an earlier run set the bookmarks, in milliseconds since 1970-01-01T00:00:00Z; nil if none did, or the run
    /// is resumed.
    let bookmarked: Int64?
    /// When the run began, in milliseconds since 1970-01-01T00:00:00Z; of a resumed run, when its first attempt began.
    let startedAt: Int64
    /// The owners of the bookmarks.
    let owners: BookmarkOwners

    /// The temporary files of the run.
    let files: TemporaryFiles
    /// Which of them stay for the next attempt when the run has ended; nil until that is known.
    let keptFiles = Locked<Set<String>?>(nil)

    let store: RunStore
    let lock: PipelineLock
    let identity: RunIdentity
    private let folder: String
    private let isWhole: Bool
    private let clock: WallClock
    let edges = Locked<[Bookmark]>([])
    let revisions: Locked<[SourceRevision]>
    /// Whether the end of the run has been recorded.
    let isWritten = Locked(false)
    /// The report that could not be recorded.
    let unwritten = Locked<RunReport?>(nil)

    /// Removes what earlier runs have left, and claims the outputs.
    ///
    /// - Parameters:
    ///   - plan: The plan.
    ///   - left: What earlier runs have left.
    ///   - existing: The existing files at the outputs, checked once more: a run that held them may just have ended.
    /// - Throws: `file.claimed`, `file.foreign`, `pipeline.existing-file`; `state.*`, `file.*`.
    func claim(_ plan: Plan, left: LeftFiles, existing: ExistingFiles? = nil) throws {
        do {
            let kept = try left.removeOrphans(except: resumption == nil ? nil : identity.id)
            try files.claim(plan.claims) { claim in
                try LeftFiles(in: store, folder: folder, for: identity.pipeline).refuseNeeded([claim])
            }
            try existing?.check()
            if let note = StrayFiles.note(plan.claims, besides: left.paths.union(files.paths), kept: kept) {
                plan.log.say(note)
            }
        } catch {
            // The run has not begun, for a reason that is reported.
            giveUp()
            throw error
        }
    }

    /// Gives up a run that was begun and is not executed.
    ///
    /// A run that can be resumed still can be.
    package func giveUp() {
        let ending: RunStore.Ending = Task.isCancelled ? .stopped : .failed
        if resumption == nil { files.removeAll(except: []) }
        // If that cannot be stored, the next start finds the run cut off.
        try? store.end(identity, as: ending, keeping: resumption == nil ? files.paths : nil, at: now)
        files.release()
        lock.release()
    }

    init(
        _ plan: Plan,
        state: PipelineState,
        configuration: String,
        left: LeftFiles,
        giving given: Set<String> = []
    ) throws {
        store = state.store
        lock = state.lock
        folder = state.folder
        owners = state.owners
        identity = plan.run.keyed
        isWhole = plan.scope.limit == nil
        let last = try Self.lastComplete(of: plan.run.key, in: state.store)
        (lastSuccess, lastComplete) = (last?.endedAt, last?.identity.id)
        resumption = nil
        revisions = Locked([])
        attempt = 1
        let stored = try store.bookmarks(of: identity.pipeline)
        bookmarks = stored.map(\.bookmark)
        bookmarked = stored.map(\.changedAt).max()
        files = state.files(of: identity)
        let claims = plan.claims
        // Before an earlier run is abandoned: files with these names must belong to this state, and no other run may
        // need them.
        try left.refuseNeeded(claims)
        try files.examine(claims, besides: left.paths.union(given))
        let paths = try claims.map { try TemporaryFiles.claimPath(of: $0.path) }
        clock = plan.clock
        startedAt = clock.seconds * 1000
        try store.begin(identity, configuration: configuration, temporaryFiles: paths, at: startedAt)
        files.add(paths)
    }

    init(
        _ plan: Plan,
        state: PipelineState,
        files: TemporaryFiles,
        resuming checkpoint: Checkpoint
    ) throws {
        self.files = files
        store = state.store
        lock = state.lock
        folder = state.folder
        owners = state.owners
        identity = plan.run.keyed
        isWhole = plan.scope.limit == nil
        let last = try Self.lastComplete(of: plan.run.key, in: state.store)
        (lastSuccess, lastComplete) = (last?.endedAt, last?.identity.id)
        resumption = checkpoint
        revisions = Locked(SourceRevision.all(in: checkpoint))
        bookmarks = []
        bookmarked = nil
        let run = try store.resume(identity)
        attempt = run.attempts
        clock = plan.clock
        startedAt = run.startedAt
    }

    private static func lastComplete(of pipeline: String, in store: RunStore) throws -> StoredRun? {
        try store.history(of: pipeline, limit: 100).first { $0.status == .complete }
    }

    /// The folder for the files of memories.
    ///
    /// Named relative to the state folder as given, so that checkpoints stay valid when the folder is moved.
    private var spill: String { Self.spill(of: identity.pipeline, in: folder) }

    private static func spill(of pipeline: String, in folder: String) -> String {
        "\(folder)/spill/\(PipelineLock.fileName(of: pipeline))"
    }

    /// The folder for the files of a stage's memory and table.
    func spillFolder(of stage: String) -> SpillFolder {
        SpillFolder(spill, prefix: PipelineLock.fileName(of: stage))
    }

    /// Removes files of memories that nothing refers to, and what the run has copied of its inputs.
    func removeSpill() { Self.removeSpill(in: spill) { _ in false } }

    /// Removes files of memories that nothing refers to, and what other runs have copied of their inputs.
    ///
    /// - Parameter needed: The files that the resumed run needs; they are compared by name.
    func removeSpill(except needed: [String]) {
        let kept = Set(needed.compactMap { $0.split(separator: "/").last.map(String.init) })
        let copies = "-\(identity.id).input"
        Self.removeSpill(in: spill) { kept.contains($0) || $0.hasSuffix(copies) }
    }

    private static func removeSpill(in spill: String, except isKept: (String) -> Bool) {
        // The next start removes what cannot be removed now.
        for name in (try? FileSystem.names(in: spill)) ?? [] where !isKept(name) {
            FileSystem.remove("\(spill)/\(name)")
        }
    }

    /// Removes all files of memories of a pipeline, of which no run will be resumed.
    static func removeSpill(of pipeline: String, in folder: String) {
        removeSpill(in: spill(of: pipeline, in: folder)) { _ in false }
    }

    /// Stores a checkpoint.
    ///
    /// The bytes of the files that it lists must be on the disk.
    func save(_ checkpoint: Checkpoint) throws {
        var checkpoint = checkpoint
        for revision in revisions.withLock({ $0 }) { revision.keep(in: &checkpoint) }
        owners.keep(in: &checkpoint)
        try store.save(checkpoint, of: identity)
    }

    /// Records what is about to become visible, in one transaction: files, commits, report, bookmarks.
    ///
    /// From now on the run only goes forward: the next start completes it if it is interrupted.
    func intend(
        _ files: [StagedFile],
        commits: CommitSequence,
        report: RunReport,
        of plan: Plan
    ) throws {
        guard !files.isEmpty || !commits.items.isEmpty else { return }
        let existing = try ExistingFiles(plan, in: folder)
        let publications = files.map { file in
            IntendedFile(
                temporaryPath: file.temporaryPath,
                path: file.path,
                bytes: file.bytes,
                crc32: file.crc32 ?? 0,
                rule: file.path == report.rejectFile?.path ? .rejects : existing.rule(of: file.path)
            )
        }
        let intended = commits.items.map { item in
            IntendedCommit(
                stage: item.stage,
                plugin: item.plugin,
                version: item.sink.version,
                isRefusable: item.isRefusable,
                options: plan.sinkTexts[item.stage] ?? "",
                mark: item.mark
            )
        }
        try store.intend(
            Intention(files: publications, commits: intended, bookmarks: bookmarks(with: report.files)),
            of: identity,
            report: report.json
        )
    }

    /// Records that the commit of a sink has returned.
    func note(commitOf stage: String) throws { try store.note(commitOf: stage, of: identity) }

    /// The bookmarks that are stored when the run is complete.
    func bookmarks(with files: [StagedFile]) -> [Bookmark] {
        let files = files.map { SourceRevision.Output(path: $0.path, bytes: $0.bytes) }
        return edges.withLock { $0 }.map { $0.owned(by: owners.owner(of: $0.stage)) }
            + revisions.withLock { $0 }.map { $0.bookmark(with: files) }
    }

    /// Refuses to replace files that the pipeline did not make, checked just before publication.
    ///
    /// - Throws: `file.existing`; `state.*`.
    func refuseForeign(_ files: [StagedFile], of plan: Plan) throws {
        try ExistingFiles(plan, in: folder).refuse(files.map(\.path))
    }

    /// Removes all temporary files of the run except some, when it has ended.
    func removeFiles(except kept: [String]) {
        files.removeAll(except: kept)
        keptFiles.withLock { $0 = files.paths }
    }

    /// Notes how far incremental sources have got.
    ///
    /// It is stored when the run is complete.
    func note(_ edges: [Bookmark]) {
        // A run with a limit has left out records before the last that it has read.
        if isWhole { self.edges.withLock { $0 = edges } }
    }

    /// Notes the revisions of the sources before they are read.
    ///
    /// They are stored when the run is complete.
    func note(revisions: [SourceRevision]) {
        if isWhole { self.revisions.withLock { $0 = revisions } }
    }

    /// Drops the revisions of sources that were not read to their end.
    func dropRevisions(of stages: Set<String>) {
        revisions.withLock { $0.removeAll { stages.contains($0.stage) } }
    }

    /// Deletes from the state what was about to become visible: every final name is what it was before, and no sink has
    /// committed.
    ///
    /// - Throws: `state.*`, `file.*`; then the next start completes the run.
    func withdraw() throws { try store.withdraw(identity) }

    /// Deletes the checkpoint from the state, so that the files that it lists can be removed.
    ///
    /// - Throws: `state.*`, `file.*`; then the next start needs those files.
    func dropCheckpoint() throws { try store.dropCheckpoint(of: identity.pipeline) }

    /// The present second, in milliseconds since 1970-01-01T00:00:00Z.
    var now: Int64 { clock.seconds * 1000 }
}
