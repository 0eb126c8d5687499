internal import Diagnostics
internal import Glibc
internal import Pipelines
internal import PluginKit
internal import StateStore

/// What a run writes down, so that the next one knows: that it is under way, how far it is, what it is about to publish,
/// how it ended.
///
/// While it lives, no other run of the pipeline begins in the same state folder.
public final class RunJournal: Sendable {
    /// The checkpoint that the run is resumed at; nil if it begins at the start.
    let resumption: Checkpoint?
    /// How often it was begun or resumed.
    let attempt: Int
    /// How far incremental sources had got when the run began.
    let bookmarks: [Bookmark]
    /// When a run of the pipeline last came to its end, in milliseconds since 1970-01-01T00:00:00Z; nil if none has.
    let lastSuccess: Int64?
    /// The name of that run.
    let lastComplete: String?
    /// When an earlier run set the bookmarks, in milliseconds since 1970-01-01T00:00:00Z; nil if none has, or the run is
    /// resumed.
    let bookmarked: Int64?
    /// When the run began, in milliseconds since 1970-01-01T00:00:00Z; of one that is resumed, when its first attempt did.
    let startedAt: Int64
    /// Whom the bookmarks belong to.
    let owners: BookmarkOwners

    /// The temporary files of the run.
    let files: TemporaryFiles
    /// Which of them stay when the run has ended, for the next attempt; nil as long as that is not known.
    let keptFiles = Locked<Set<String>?>(nil)

    let store: RunStore
    let lock: PipelineLock
    let identity: RunIdentity
    private let folder: String
    private let isWhole: Bool
    let edges = Locked<[Bookmark]>([])
    let revisions: Locked<[SourceRevision]>
    /// Whether it has been written down how the run ended.
    let isWritten = Locked(false)
    /// The report that could not be written down.
    let unwritten = Locked<RunReport?>(nil)

    /// Removes what earlier runs have left, and claims the outputs.
    ///
    /// - Parameters:
    ///   - plan: The plan.
    ///   - left: What earlier runs have left.
    ///   - existing: What lies at the outputs, looked at once more: a run that held them may just have ended.
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
            // The run has not begun, for a reason that is told.
            giveUp()
            throw error
        }
    }

    /// Gives a run up that was begun and is not carried out; one that can be resumed stays so.
    package func giveUp() {
        let ending: RunStore.Ending = Task.isCancelled ? .stopped : .failed
        if resumption == nil { files.removeAll(except: []) }
        // What cannot be stored, the next start finds cut off.
        try? store.end(identity, as: ending, keeping: resumption == nil ? files.paths : nil, at: Self.now)
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
        // Before anything is given up: what has these names has to be this state's, and needed by no other run.
        try left.refuseNeeded(claims)
        try files.examine(claims, besides: left.paths.union(given))
        let paths = try claims.map { try TemporaryFiles.claimPath(of: $0.path) }
        startedAt = plan.clock.milliseconds
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
        startedAt = run.startedAt
    }

    private static func lastComplete(of pipeline: String, in store: RunStore) throws -> StoredRun? {
        try store.history(of: pipeline, limit: 100).first { $0.status == .complete }
    }

    /// Where the memories of the pipeline's stages have their files.
    ///
    /// As the state folder was named, so that a checkpoint still leads there when the folder has moved.
    private var spill: String { "\(folder)/spill/\(PipelineLock.fileName(of: identity.pipeline))" }

    /// Where a stage's memory and table have their files.
    func spillFolder(of stage: String) -> SpillFolder {
        SpillFolder(spill, prefix: PipelineLock.fileName(of: stage))
    }

    /// Removes files of memories that nothing refers to any more.
    ///
    /// - Parameter needed: Those that the run is resumed with; their names count.
    func removeSpill(except needed: [String] = []) {
        // What cannot be removed the next start removes.
        let kept = Set(needed.compactMap { $0.split(separator: "/").last.map(String.init) })
        for name in (try? FileSystem.names(in: spill)) ?? [] where !kept.contains(name) {
            FileSystem.remove("\(spill)/\(name)")
        }
    }

    /// Stores a checkpoint.
    ///
    /// The bytes that it tells of are on the disk.
    func save(_ checkpoint: Checkpoint) throws {
        var checkpoint = checkpoint
        for revision in revisions.withLock({ $0 }) { revision.keep(in: &checkpoint) }
        owners.keep(in: &checkpoint)
        try store.save(checkpoint, of: identity)
    }

    /// Writes down what is about to become visible, in one transaction: files, commits, report, bookmarks.
    ///
    /// From now on the run goes forward only: a start that finds it completes it.
    func intend(
        _ files: [StagedFile],
        commits: CommitSequence,
        report: RunReport,
        of plan: Plan
    ) throws {
        guard !files.isEmpty || !commits.items.isEmpty else { return }
        let existing = try ExistingFiles(plan, in: folder)
        let publications = files.map { file in
            StateStore.Publication(
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

    /// Writes down that the commit of a sink has returned.
    func note(commitOf stage: String) throws { try store.note(commitOf: stage, of: identity) }

    /// What is stored of the sources when the run is complete.
    func bookmarks(with files: [StagedFile]) -> [Bookmark] {
        let files = files.map { SourceRevision.MadeFile(path: $0.path, bytes: $0.bytes) }
        return edges.withLock { $0 }.map { $0.owned(by: owners.owner(of: $0.stage)) }
            + revisions.withLock { $0 }.map { $0.bookmark(with: files) }
    }

    /// Refuses to publish over files that the pipeline did not make, as they are now.
    ///
    /// - Throws: `file.existing`; `state.*`.
    func refuseForeign(_ files: [StagedFile], of plan: Plan) throws {
        try ExistingFiles(plan, in: folder).refuse(files.map(\.path))
    }

    /// Removes all temporary files of the run but some, when it has ended.
    func removeFiles(except kept: [String]) {
        files.removeAll(except: kept)
        keptFiles.withLock { $0 = files.paths }
    }

    /// Notes how far incremental sources have got; it is stored when the run is complete.
    func note(_ edges: [Bookmark]) {
        // A run that left out some records has not got as far as the last of them.
        if isWhole { self.edges.withLock { $0 = edges } }
    }

    /// Notes what sources said of their data before they were read; it is stored when the run is complete.
    func note(revisions: [SourceRevision]) {
        if isWhole { self.revisions.withLock { $0 = revisions } }
    }

    /// Has the state forget what was about to become visible: every final name is what it was before, and no sink has
    /// committed.
    ///
    /// - Throws: `state.*`, `file.*`; then the next start completes the run.
    func withdraw() throws { try store.withdraw(identity) }

    /// Has the state forget the checkpoint, so that the files that it tells of may go.
    ///
    /// - Throws: `state.*`, `file.*`; then the next start needs those files.
    func dropCheckpoint() throws { try store.dropCheckpoint(of: identity.pipeline) }

    static var now: Int64 { Int64(time(nil)) * 1000 }
}
