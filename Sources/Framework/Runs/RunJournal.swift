public import Diagnostics
internal import Formats
internal import Glibc
public import PluginKit
internal import StateStore
public import Pipelines
internal import Pipelines

/// What a run writes down, so that the next one knows: that it is under way, how far it is, what it is about to publish,
/// how it ended.
///
/// While it lives, no other run of the pipeline begins in the same state folder.
public final class RunJournal: Sendable {
    /// The run that was cut off while it published, and whose files have their names now.
    public let recovered: String?
    /// Why an earlier run is not taken up, if there was one that could have been.
    public let givenUp: Diagnostic?

    /// The checkpoint that the run is taken up at; nil if it begins at the start.
    let resumption: Checkpoint?
    /// How often it was begun or taken up.
    let attempt: Int
    /// How far incremental sources had got when the run began.
    let bookmarks: [Bookmark]
    /// When a run of the pipeline last came to its end, in milliseconds since 1970-01-01T00:00:00Z; nil if none has.
    let lastSuccess: Int64?
    /// The name of that run.
    let lastComplete: String?
    /// When an earlier run set the bookmarks, in milliseconds since 1970-01-01T00:00:00Z; nil if none has, or the run was
    /// taken up.
    let bookmarked: Int64?
    /// When the run began, in milliseconds since 1970-01-01T00:00:00Z; of one that is resumed, when its first attempt did.
    let startedAt: Int64
    /// Whom the bookmarks belong to.
    let owners: BookmarkOwners

    /// The temporary files of the run.
    let files: TemporaryFiles
    /// Which of them stay when the run has ended, for the next attempt; nil as long as that is not known.
    private let keptFiles = Guarded<Set<String>?>(nil)

    private let store: RunStore
    private let lock: PipelineLock
    private let identity: RunIdentity
    private let folder: String
    private let isWhole: Bool
    private let edges = Guarded<[Bookmark]>([])
    private let revisions: Guarded<[SourceRevision]>
    private let describe: @Sendable (RunReport) -> String
    /// Whether it has been written down how the run ended.
    private let isWritten = Guarded(false)
    /// The report that could not be written down.
    private let unwritten = Guarded<RunReport?>(nil)

    /// Begins a run, or takes one up.
    ///
    /// The plan is made first, so that nothing is touched if it cannot be made. Then the pipeline's lock is taken, and
    /// what a run that was cut off had begun to publish is finished. If the last run did not come to its end and had the
    /// same configuration, it is taken up: its files are compared with what the checkpoint says of them, and cut to that
    /// size.
    ///
    /// - Parameters:
    ///   - folder: Where the state is.
    ///   - restarts: Whether the last run is given up, with what it has written or was publishing.
    ///   - describe: Makes the report for the history, as JSON.
    ///   - makePlan: Makes the plan, for a run that begins now or for one with the identity given.
    /// - Returns: The plan, and the journal for its run.
    /// - Throws: what `makePlan` throws; `environment.locked` if the pipeline runs already, naming the holder;
    ///   `pipeline.other-source`, `pipeline.moved` and the like if the bookmarks belong to something else;
    ///   `state.part` if a file is not as the last run left it; `pipeline.existing-file` if an output would replace a file
    ///   that the pipeline did not make; `state.*`, `file.*`.
    public static func begin(
        in folder: String,
        restarts: Bool = false,
        describe: @escaping @Sendable (RunReport) -> String,
        _ makePlan: (RunIdentity?) async throws -> Plan
    ) async throws -> (Plan, RunJournal) {
        let plan = try await makePlan(nil)
        try Task.checkCancellation()
        let key = plan.run.key
        let lock = try PipelineLock(key, in: folder)
        let store = try RunStores(in: folder).open(for: key)
        let existing = try ExistingFiles(plan, in: folder)
        let recovered = try finishLastPublication(of: plan, in: store, existing, restarts: restarts)
        let configuration = await plan.configurationWithFingerprints()
        let owners = await BookmarkOwners(plan, in: folder)
        // What a source could not be asked any more is no reason to give an earlier run up.
        try Task.checkCancellation()
        // Before an earlier run is given up.
        try owners.check(store, plan.log)
        let state = State(store: store, lock: lock, folder: folder, describe: describe, owners: owners)
        let left = try LeftFiles(in: store, folder, for: key, claiming: plan.claims)
        let last = recovered == nil ? try store.lastRun(of: key) : nil
        if let last, let checkpoint = last.checkpoint, last.run.status != .complete {
            let reason =
                restarts
                ? .restart
                : Refusal(last.run.configuration, configuration) ?? (owners.differ(from: checkpoint) ? .data : nil)
            guard let reason else {
                return try await takeUp(last.run, checkpoint, plan, state, left, makePlan)
            }
            try existing.check()
            let journal = try RunJournal(
                plan,
                state,
                configuration,
                left,
                giving: Set(checkpoint.parts.map { FileSystem.absoluteName($0.path) }),
                recovered: recovered,
                givenUp: reason.diagnostic(last.run.identity.id)
            )
            // Only now nobody will go on with them.
            let parts = checkpoint.parts.map { FileSystem.absoluteName($0.path) }
            let run = last.run.identity.id
            let own = left.paths(of: run).union(parts.filter(store.mayHaveMade))
            let files = TemporaryFiles(of: run, own: own) { _ in }
            for part in checkpoint.parts { files.remove(part.path) }
            await TemporaryFiles.$current.withValue(files) {
                await (try? makePlan(last.run.identity(of: plan)))?.abandon()
            }
            try journal.claim(plan, left, existing)
            return (plan, journal)
        }
        try existing.check()
        let journal = try RunJournal(plan, state, configuration, left, recovered: recovered, givenUp: nil)
        try journal.claim(plan, left, existing)
        return (plan, journal)
    }

    /// Removes what earlier runs have left, and claims the outputs.
    ///
    /// - Parameters:
    ///   - plan: The plan.
    ///   - left: What earlier runs have left.
    ///   - existing: What lies at the outputs, looked at once more: a run that held them may just have ended.
    /// - Throws: `file.claimed`, `file.foreign`, `pipeline.existing-file`; `state.*`, `file.*`.
    private func claim(_ plan: Plan, _ left: LeftFiles, _ existing: ExistingFiles? = nil) throws {
        do {
            let kept = try left.removeOrphans(except: resumption == nil ? nil : identity.id)
            try files.claim(plan.claims) { claim in
                try LeftFiles(in: store, folder, for: identity.pipeline).refuseNeeded([claim])
            }
            try existing?.check()
            if let note = StrayFiles.note(plan.claims, besides: left.paths.union(files.paths), kept) {
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

    /// The state of the pipeline, which is ours as long as the lock is.
    private struct State {
        let store: RunStore
        let lock: PipelineLock
        let folder: String
        let describe: @Sendable (RunReport) -> String
        let owners: BookmarkOwners

        /// The temporary files of a run that is stored.
        func files(of run: RunIdentity, own: Set<String> = []) -> TemporaryFiles {
            TemporaryFiles(
                of: run.id,
                own: own,
                record: { [store] in try store.record(temporaryFiles: $0, of: run) },
                describe: { PipelineLock.words(for: $0.openFiles) }
            )
        }
    }

    private static func takeUp(
        _ run: StoredRun,
        _ checkpoint: Checkpoint,
        _ plan: Plan,
        _ state: State,
        _ left: LeftFiles,
        _ makePlan: (RunIdentity?) async throws -> Plan
    ) async throws -> (Plan, RunJournal) {
        let again = try await makePlan(run.identity(of: plan))
        try ExistingFiles(again, in: state.folder).check()
        // An earlier version has written down only what stands in the checkpoint.
        let parts = checkpoint.parts.map { FileSystem.absoluteName($0.path) }
        let files = state.files(of: again.run.keyed, own: left.paths(of: run.identity.id).union(parts))
        try left.refuseNeeded(again.claims)
        try files.examine(again.claims)
        // Locked first: nobody else may be at them.
        try files.claim(again.claims, isExisting: true)
        for part in checkpoint.parts { try part.prepare(run: run.identity.id) }
        let journal = try RunJournal(again, state, files, resuming: checkpoint)
        try journal.claim(again, left)
        return (again, journal)
    }

    private init(
        _ plan: Plan,
        _ state: State,
        _ configuration: String,
        _ left: LeftFiles,
        giving given: Set<String> = [],
        recovered: String?,
        givenUp: Diagnostic?
    ) throws {
        store = state.store
        lock = state.lock
        folder = state.folder
        describe = state.describe
        owners = state.owners
        self.recovered = recovered
        self.givenUp = givenUp
        identity = plan.run.keyed
        isWhole = plan.scope.limit == nil
        let last = try Self.lastComplete(of: plan.run.key, in: state.store)
        (lastSuccess, lastComplete) = (last?.endedAt, last?.identity.id)
        resumption = nil
        revisions = Guarded([])
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

    private init(
        _ plan: Plan,
        _ state: State,
        _ files: TemporaryFiles,
        resuming checkpoint: Checkpoint
    ) throws {
        self.files = files
        store = state.store
        lock = state.lock
        folder = state.folder
        describe = state.describe
        owners = state.owners
        recovered = nil
        givenUp = nil
        identity = plan.run.keyed
        isWhole = plan.scope.limit == nil
        let last = try Self.lastComplete(of: plan.run.key, in: state.store)
        (lastSuccess, lastComplete) = (last?.endedAt, last?.identity.id)
        resumption = checkpoint
        revisions = Guarded(SourceRevision.all(in: checkpoint))
        bookmarks = []
        bookmarked = nil
        let run = try store.resume(identity)
        attempt = run.attempts
        startedAt = run.startedAt
    }

    private static func lastComplete(of pipeline: String, in store: RunStore) throws -> StoredRun? {
        try store.history(of: pipeline, limit: 100).first { $0.status == .complete }
    }

    /// Where the records of a lookup are written down.
    func logPath(of stage: String) -> String {
        "\(folder)/lookups/\(PipelineLock.fileName(of: "\(identity.pipeline) \(stage)"))"
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

    /// Writes down what is about to get its final name.
    ///
    /// Whoever comes after a power cut can finish it.
    func intend(_ files: [RunReport.File], _ report: RunReport, of plan: Plan) throws {
        guard !files.isEmpty else { return }
        let existing = try ExistingFiles(plan, in: folder)
        try store.publish(
            files.map { file in
                StateStore.Publication(
                    temporaryPath: file.temporaryPath,
                    path: file.path,
                    bytes: file.bytes,
                    crc32: file.crc32,
                    rule: file.path == report.rejectFile?.path ? .rejects : existing.rule(of: file.path)
                )
            },
            of: identity,
            report: describe(report)
        )
    }

    /// Refuses to publish over files that the pipeline did not make, as they are now.
    ///
    /// - Throws: `file.existing`; `state.*`.
    func refuseForeign(_ files: [RunReport.File], of plan: Plan) throws {
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

    /// Has the state forget that files were about to be published: every final name is what it was before.
    ///
    /// - Throws: `state.*`, `file.*`; then the next start publishes the files.
    func withdraw() throws { try store.withdraw(identity) }

    /// Has the state forget the checkpoint, so that the files that it tells of may go.
    ///
    /// - Throws: `state.*`, `file.*`; then the next start needs those files.
    func dropCheckpoint() throws { try store.dropCheckpoint(of: identity.pipeline) }

    /// Writes down how the run ended, and lets others begin.
    ///
    /// Where that cannot be written down, the next start of the pipeline finds the run cut off, and continues it.
    ///
    /// - Parameter report: How it ended.
    /// - Returns: The report as it is true now: of a run whose files are published, whether the state knows it.
    public func conclude(_ report: RunReport) -> RunReport {
        // In this order, or the next run of the pipeline could meet the claims of this one.
        defer {
            files.release()
            lock.release()
        }
        if isWritten.withLock({ $0 }) { return report }
        // Exporters have had their say since.
        guard var again = unwritten.withLock({ $0 }) else { return write(report) }
        again.findings = report.findings.filter { !RunReport.saysUnrecorded($0) }
        return write(again)
    }

    /// Shortens the waits for another program that holds the state of a run: this process is to end.
    public static func hurry() { EndingNote.hurry() }

    /// Makes ready what `note(signal:)` needs; before a handler of signals may call it.
    public static func prepareNotes() { EndingNote.prepare() }

    /// Notes for the history the signal that ends the process before the run at hand has recorded its end.
    ///
    /// A handler of signals may do so.
    public static func note(signal: Int32) { EndingNote.note(signal) }

    /// Writes down how the run ended, while it still hands on its figures; others do not begin yet.
    ///
    /// - Returns: The report as it is true then.
    func write(_ report: RunReport) -> RunReport {
        // The next start publishes the files, and has to find them listed.
        guard !report.isToBePublished else { return report }
        do {
            try store(report)
            isWritten.withLock { $0 = true }
            return report
        } catch {
            unwritten.withLock { $0 = report }
            return report.unrecorded(because: error, in: store.path)
        }
    }

    private func store(_ report: RunReport) throws {
        let json = describe(report)
        switch report.outcome {
        case .published:
            let files = report.files.map { SourceRevision.MadeFile(path: $0.path, bytes: $0.bytes) }
            let bookmarks =
                edges.withLock { $0 }.map { $0.owned(by: owners.owner(of: $0.stage)) }
                + revisions.withLock { $0 }.map { $0.bookmark(with: files) }
            try store.complete(
                identity,
                report: json,
                bookmarks: bookmarks,
                files: report.files.map { MadeFile($0, of: report.run.maker, run: identity.id) },
                keeping: keptFiles.withLock { $0 } ?? [],
                at: Self.now
            )
        case .nothingNew:
            try store.complete(identity, report: json, keeping: keptFiles.withLock { $0 } ?? [], at: Self.now)
        case .unrecorded, .stopped, .failed, .tooManyRejected, .sumsDisagree, .moved:
            let isStopped = if case .stopped = report.outcome { true } else { false }
            let kept = keptFiles.withLock { $0 }
            try store.end(
                identity,
                as: isStopped ? .stopped : .failed,
                report: json,
                keeping: kept,
                at: Self.now
            )
            if !report.canBeTakenUp { try store.dropCheckpoint(of: identity.pipeline) }
        }
    }

    private static var now: Int64 { Int64(time(nil)) * 1000 }

    private static func finishLastPublication(
        of plan: Plan,
        in store: RunStore,
        _ existing: ExistingFiles,
        restarts: Bool
    ) throws -> String? {
        let pipeline = plan.run.key
        guard let last = try store.lastRun(of: pipeline), last.run.status == .publishing else { return nil }
        do {
            try existing.refuse(last.publications, of: last.run.identity(of: plan))
            for file in last.publications { try file.finish(run: last.run.identity.id) }
            for file in last.publications { try FileSystem.syncFolder(of: file.path) }
        } catch {
            guard restarts else { throw error }
            // Those that have their names are the pipeline's own, whatever becomes of the run.
            try store.note(existing.made(last.publications.filter(existing.isComplete), run: last.run.identity.id))
            try store.end(last.run.identity, as: .failed, at: now)
            return nil
        }
        let published = Set(last.publications.map(\.temporaryPath))
        for part in last.checkpoint?.parts ?? [] where !published.contains(part.path) {
            store.removeOrphan(part.path)
        }
        let others = try store.temporaryFiles().filter { $0.pipeline == pipeline && $0.run == last.run.identity.id }
        let left = others.filter { store.removeOrphan($0.path) == .failed }.map(\.path)
        try FileSystem.syncFolders(of: others.map(\.path))
        let files = last.publications.map { SourceRevision.MadeFile(path: $0.path, bytes: $0.bytes) }
        let revisions = last.checkpoint.map(SourceRevision.all) ?? []
        do {
            try store.complete(
                last.run.identity,
                report: nil,
                bookmarks: (last.checkpoint.map(Bookmark.edges) ?? []) + revisions.map { $0.bookmark(with: files) },
                files: existing.made(last.publications, run: last.run.identity.id),
                keeping: Set(left),
                at: now
            )
        } catch {
            throw Diagnostic.unrecorded(
                run: last.run.identity.id,
                files: last.publications.map(\.path),
                in: store.path,
                because: error
            )
        }
        return last.run.identity.id
    }
}

/// Why an earlier run is not taken up.
private enum Refusal {
    case restart
    case configuration
    case data

    /// The reason; nil if there is none.
    init?(_ before: String, _ now: String) {
        if before == now { return nil }
        let isSameConfiguration = before.prefix { $0 != ":" } == now.prefix { $0 != ":" }
        self = isSameConfiguration ? .data : .configuration
    }

    func diagnostic(_ run: String) -> Diagnostic? {
        switch self {
        case .restart: nil
        case .configuration:
            Diagnostic(
                "run.not-taken-up",
                "the run '\(run)' did not come to its end, and the pipeline has changed since: this one begins anew",
                severity: .note
            )
        case .data:
            Diagnostic(
                "run.not-taken-up",
                "the run '\(run)' did not come to its end, and what it read has changed since: this one begins anew",
                severity: .note
            )
        }
    }
}

extension RunIdentity {
    /// The identity as the state has it.
    var keyed: RunIdentity { RunIdentity(pipeline: key, id: id, date: date, time: time) }
}

extension StoredRun {
    /// What the run was called, for a plan of the same pipeline.
    fileprivate func identity(of plan: Plan) -> RunIdentity {
        RunIdentity(
            pipeline: plan.pipeline,
            id: identity.id,
            date: identity.date,
            time: identity.time,
            partition: plan.run.partition,
            instance: plan.run.instance
        )
    }
}

extension Plan {
    /// Has the sinks throw away what an earlier run has begun behind its last checkpoint.
    fileprivate func abandon() async {
        for node in nodes { if case .sink(let sink) = node.stage { await sink.abandon() } }
    }

    /// The configuration with what the sources' data looks like from outside.
    func configurationWithFingerprints() async -> String {
        var text = configuration + ":"
        for node in nodes {
            guard case .source(let source) = node.stage else { continue }
            // A source whose data cannot be looked at says why when it is read.
            text += (try? await source.fingerprint).flatMap { $0 } ?? "-"
            text += ";"
        }
        return text
    }
}

extension Bookmark {
    /// How far the sources had got at a checkpoint.
    static func edges(_ checkpoint: Checkpoint) -> [Bookmark] {
        checkpoint.states.compactMap { name, bytes in
            guard name.hasPrefix(StateName.edgePrefix) else { return nil }
            let stage = String(name.dropFirst(StateName.edgePrefix.count))
            return edge(bytes, of: stage)?.owned(by: BookmarkOwners.owner(of: stage, in: checkpoint))
        }
    }

    /// The bookmark with an owner.
    func owned(by owner: BookmarkOwner?) -> Bookmark {
        var bookmark = self
        bookmark.owner = owner
        return bookmark
    }

    /// An edge as a bookmark; nil if nothing was read yet.
    static func edge(_ bytes: [UInt8], of stage: String) -> Bookmark? {
        var reader = StateReader(bytes)
        guard let edge = try? IncrementEdge(from: &reader), edge.greatest != nil || !edge.keys.isEmpty
        else { return nil }
        // Records without a value are known by their keys alone.
        return Bookmark(stage: stage, cursor: edge.greatest.map { "\($0)" } ?? "-", edge: bytes)
    }
}

extension PartFile {
    /// Makes a file what it was at the checkpoint.
    ///
    /// - Throws: `state.part` if it is not what it was: somebody has been at it.
    func prepare(run: String) throws {
        guard let size = FileSystem.size(of: path) else { throw differs(run, "is gone") }
        guard size >= bytes else { throw differs(run, "has \(size.counted("byte")), and had \(bytes)") }
        var audit = FileAudit(path, .opaque, countsRecords: false)
        try audit.extend(to: bytes)
        guard audit.crc32 == crc32 else { throw differs(run, "has changed in its first \(bytes) bytes") }
        guard size > bytes else { return }
        try FileSystem.truncate(path, to: bytes)
        try FileSystem.sync(path)
    }

    private func differs(_ run: String, _ what: String) -> Diagnostic {
        Diagnostic(
            "state.part",
            "the run '\(run)' was cut off and cannot be resumed, because this file, which it had begun, \(what)",
            category: .environment,
            at: .file(path),
            hint: "put the file back as it was, or begin the run anew: --restart"
        )
    }
}
