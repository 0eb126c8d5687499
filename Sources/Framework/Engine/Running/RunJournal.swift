public import Diagnostics
internal import Formats
internal import Glibc
public import PluginKit
internal import StateStore

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
    /// When an earlier run set the bookmarks, in milliseconds since 1970-01-01T00:00:00Z; nil if none has, or the run was
    /// taken up.
    let bookmarked: Int64?

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
    ///   `state.part` if a file is not as the last run left it; `pipeline.existing-file` if an output would replace a file
    ///   that the pipeline did not make; `state.*`, `file.*`.
    public static func begin(
        in folder: String,
        restarts: Bool = false,
        describe: @escaping @Sendable (RunReport) -> String,
        _ makePlan: (RunIdentity?) async throws -> Plan
    ) async throws -> (Plan, RunJournal) {
        let plan = try await makePlan(nil)
        let key = plan.run.key
        let lock = try PipelineLock(key, in: folder)
        let store = try RunStore(in: folder)
        let existing = ExistingFiles(plan, store)
        let recovered = try finishLastPublication(of: key, in: store, existing, restarts: restarts)
        let configuration = await plan.configurationWithFingerprints()
        let state = State(store: store, lock: lock, folder: folder, describe: describe)
        let last = recovered == nil ? try store.lastRun(of: key) : nil
        if let last, let checkpoint = last.checkpoint, last.run.status != .complete {
            let reason = restarts ? .restart : Refusal(last.run.configuration, configuration)
            guard let reason else {
                return try await takeUp(last.run, checkpoint, plan, state, makePlan)
            }
            try existing.check()
            let journal = try RunJournal(
                plan,
                state,
                configuration,
                recovered: recovered,
                givenUp: reason.diagnostic(last.run.identity.id)
            )
            // Only now nobody will go on with them.
            for part in checkpoint.parts { FileSystem.remove(part.path) }
            await (try? makePlan(last.run.identity(of: plan)))?.abandon()
            return (plan, journal)
        }
        try existing.check()
        return (plan, try RunJournal(plan, state, configuration, recovered: recovered, givenUp: nil))
    }

    /// The state of the pipeline, which is ours as long as the lock is.
    private struct State {
        let store: RunStore
        let lock: PipelineLock
        let folder: String
        let describe: @Sendable (RunReport) -> String
    }

    private static func takeUp(
        _ run: StoredRun,
        _ checkpoint: Checkpoint,
        _ plan: Plan,
        _ state: State,
        _ makePlan: (RunIdentity?) async throws -> Plan
    ) async throws -> (Plan, RunJournal) {
        for part in checkpoint.parts { try part.prepare(run: run.identity.id) }
        let again = try await makePlan(run.identity(of: plan))
        try ExistingFiles(again, state.store).check()
        return (again, try RunJournal(again, state, resuming: checkpoint))
    }

    private init(
        _ plan: Plan,
        _ state: State,
        _ configuration: String,
        recovered: String?,
        givenUp: Diagnostic?
    ) throws {
        store = state.store
        lock = state.lock
        folder = state.folder
        describe = state.describe
        self.recovered = recovered
        self.givenUp = givenUp
        identity = plan.run.keyed
        isWhole = plan.scope.limit == nil
        lastSuccess = try Self.lastSuccess(of: plan.run.key, in: state.store)
        resumption = nil
        revisions = Guarded([])
        attempt = 1
        let stored = try store.bookmarks(of: identity.pipeline)
        bookmarks = stored.map(\.bookmark)
        bookmarked = stored.map(\.changedAt).max()
        try store.begin(identity, configuration: configuration, at: Self.now)
    }

    private init(
        _ plan: Plan,
        _ state: State,
        resuming checkpoint: Checkpoint
    ) throws {
        store = state.store
        lock = state.lock
        folder = state.folder
        describe = state.describe
        recovered = nil
        givenUp = nil
        identity = plan.run.keyed
        isWhole = plan.scope.limit == nil
        lastSuccess = try Self.lastSuccess(of: plan.run.key, in: state.store)
        resumption = checkpoint
        revisions = Guarded(SourceRevision.all(in: checkpoint))
        bookmarks = []
        bookmarked = nil
        attempt = try store.resume(identity).attempts
    }

    private static func lastSuccess(of pipeline: String, in store: RunStore) throws -> Int64? {
        try store.history(of: pipeline, limit: 100).first { $0.status == .complete }?.endedAt
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
        try store.save(checkpoint, of: identity)
    }

    /// Writes down what is about to get its final name.
    ///
    /// Whoever comes after a power cut can finish it.
    func intend(_ files: [RunReport.File], _ report: RunReport) throws {
        guard !files.isEmpty else { return }
        try store.publish(
            files.map { file in
                StateStore.Publication(
                    temporaryPath: file.temporaryPath,
                    path: file.path,
                    bytes: file.bytes,
                    crc32: file.crc32
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
        try ExistingFiles(plan, store).refuse(files.map(\.path))
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

    /// Writes down how the run ended, and lets others begin.
    ///
    /// - Parameter report: How it ended.
    /// - Throws: `state.*`, `file.*`; then the next run of the pipeline finds this one cut off.
    public func conclude(_ report: RunReport) throws {
        if !isWritten.withLock({ $0 }) { try store(report) }
        lock.release()
    }

    /// Writes down how the run ended, while it still hands on its figures; others do not begin yet.
    func write(_ report: RunReport) {
        do {
            try store(report)
            isWritten.withLock { $0 = true }
        } catch {
            // `conclude` tries again, and says what is wrong.
        }
    }

    private func store(_ report: RunReport) throws {
        let json = describe(report)
        switch report.outcome {
        case .published:
            let files = report.files.map { SourceRevision.MadeFile(path: $0.path, bytes: $0.bytes) }
            let bookmarks = edges.withLock { $0 } + revisions.withLock { $0 }.map { $0.bookmark(with: files) }
            try store.complete(
                identity,
                report: json,
                bookmarks: bookmarks,
                files: report.files.map { MadeFile($0, of: report.pipeline, run: identity.id) },
                at: Self.now
            )
        case .nothingNew:
            try store.complete(identity, report: json, at: Self.now)
        case .stopped, .failed, .tooManyRejected, .sumsDisagree, .moved:
            let isStopped = if case .stopped = report.outcome { true } else { false }
            try store.end(identity, as: isStopped ? .stopped : .failed, report: json, at: Self.now)
            if !report.canBeTakenUp { try store.dropCheckpoint(of: identity.pipeline) }
        }
    }

    private static var now: Int64 { Int64(time(nil)) * 1000 }

    private static func finishLastPublication(
        of pipeline: String,
        in store: RunStore,
        _ existing: ExistingFiles,
        restarts: Bool
    ) throws -> String? {
        guard let last = try store.lastRun(of: pipeline), last.run.status == .publishing else { return nil }
        do {
            try existing.refuse(last.publications)
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
        for part in last.checkpoint?.parts ?? [] where !published.contains(part.path) { FileSystem.remove(part.path) }
        let files = last.publications.map { SourceRevision.MadeFile(path: $0.path, bytes: $0.bytes) }
        let revisions = last.checkpoint.map(SourceRevision.all) ?? []
        try store.complete(
            last.run.identity,
            report: nil,
            bookmarks: (last.checkpoint.map(Bookmark.edges) ?? []) + revisions.map { $0.bookmark(with: files) },
            files: existing.made(last.publications, run: last.run.identity.id),
            at: now
        )
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
    /// What the state calls the pipeline: each partition has a state of its own.
    var key: String { partition.map { "\(pipeline) \($0)" } ?? pipeline }

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
            partition: plan.run.partition
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
            return edge(bytes, of: String(name.dropFirst(StateName.edgePrefix.count)))
        }
    }

    /// An edge as a bookmark; nil if nothing was read yet.
    static func edge(_ bytes: [UInt8], of stage: String) -> Bookmark? {
        var reader = StateReader(bytes)
        guard let edge = try? IncrementEdge(from: &reader), let greatest = edge.greatest else { return nil }
        return Bookmark(stage: stage, cursor: "\(greatest)", edge: bytes)
    }
}

extension PartFile {
    /// Makes a file what it was at the checkpoint.
    ///
    /// - Throws: `state.part` if it is not what it was: somebody has been at it.
    func prepare(run: String) throws {
        guard let size = FileSystem.size(of: path) else { throw differs(run, "is gone") }
        guard size >= bytes else { throw differs(run, "has \(size) bytes, and had \(bytes)") }
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
            "the run '\(run)' was cut off and cannot go on, because this file, which it had begun, \(what)",
            at: .file(path),
            hint: "put the file back as it was, or begin the run anew: --restart"
        )
    }
}
