public import Diagnostics
internal import Formats
public import Pipelines
public import Platform
internal import PluginKit
internal import StateStore

/// Reads the state of a pipeline before a run: what an earlier run has left to do.
///
///     let start = try await RunStart(plan, in: ".sprocket")
///     switch start.earlier {
///     case .none: journal = try await start.begin(plan)
///     case .toResume(let run): journal = try start.resume(plan = try plan.named(run))
///     case .abandoned(let run, _): journal = try await start.begin(plan, abandoning: try? plan.named(run))
///     }
///
/// It holds the lock of the pipeline, which goes to the journal.
public struct RunStart: Sendable {
    /// What an earlier run of the pipeline has left to do.
    public enum Earlier: Sendable {
        /// Nothing: the run begins at the start.
        case none
        /// The earlier run is unfinished and is resumed: the plan has to be renamed to it (`Plan.named(_:)`).
        case toResume(RunIdentity)
        /// The earlier run is unfinished, and the run begins at the start nevertheless, for the given reason; nil if
        /// the caller asked for it.
        case abandoned(RunIdentity, because: Diagnostic?)
    }

    /// What an earlier run has left to do.
    public let earlier: Earlier
    /// The run that was interrupted while it published, and is now complete; nil if there was none.
    public let recovered: String?
    /// Why a run that was interrupted while it published is abandoned: a destination has refused its commit, and
    /// nothing is visible.
    public let refusal: Diagnostic?

    private let state: PipelineState
    private let configuration: String
    private let existing: ExistingFiles
    private let left: LeftFiles
    /// The checkpoint of the run that is resumed or abandoned.
    private let checkpoint: Checkpoint?

    /// Takes the pipeline's lock, and completes a run that was interrupted while it published.
    ///
    /// The plan is made before, so that nothing is touched if it cannot be made. If the last run is unfinished and had
    /// the same configuration, it is to be resumed, unless its checkpoint has a form that this version does not know.
    ///
    /// - Parameters:
    ///   - plan: The plan of a run that begins now.
    ///   - folder: Where the state is.
    ///   - restarts: Whether the last run is abandoned, with what it has written or was publishing.
    /// - Throws: `environment.locked` if the pipeline is running already, naming the holder; `pipeline.other-source`,
    ///   `pipeline.moved` and the like if the bookmarks belong to something else; `state.*`, `file.*`;
    ///   `CancellationError`.
    public init(_ plan: Plan, in folder: String, restarts: Bool = false) async throws {
        try Task.checkCancellation()
        let key = plan.run.key
        let lock = try PipelineLock(key, in: folder)
        let store = try RunStores(in: folder).open(for: key)
        existing = try ExistingFiles(plan, in: folder)
        switch try await Self.completeLastRun(of: plan, in: store, existing: existing, restarts: restarts) {
        case .none: (recovered, refusal) = (nil, nil)
        case .complete(let run): (recovered, refusal) = (run, nil)
        case .refused(let reason): (recovered, refusal) = (nil, reason)
        }
        configuration = await plan.configurationWithFingerprints()
        let owners = await BookmarkOwners(plan, in: folder)
        // A source that could not be asked because of the cancellation is no reason to abandon an earlier run.
        try Task.checkCancellation()
        // Before an earlier run is abandoned.
        try owners.check(store, log: plan.log)
        state = PipelineState(store: store, lock: lock, folder: folder, owners: owners)
        left = try LeftFiles(in: store, folder: folder, for: key, claiming: plan.claims)
        let last = recovered == nil ? try store.lastRun(of: key) : nil
        guard let last, let checkpoint = last.checkpoint, last.run.status != .complete else {
            (earlier, self.checkpoint) = (.none, nil)
            return
        }
        self.checkpoint = checkpoint
        let run = last.run.identity(of: plan)
        let reason = AbandonReason(
            last.run,
            at: checkpoint,
            now: configuration,
            hasOtherOwners: owners.differ(from: checkpoint),
            restarts: restarts
        )
        earlier = reason.map { .abandoned(run, because: $0.diagnostic(run.id)) } ?? .toResume(run)
    }

    /// Resumes the earlier run: its files are compared with what the checkpoint states, and cut to that size.
    ///
    /// - Precondition: `earlier` is `toResume`.
    /// - Parameter plan: The plan, for the identity of that run.
    /// - Returns: The journal of the run.
    /// - Throws: `state.part` if a file is not as the last run left it; `pipeline.existing-file` if an output would
    ///   replace a file that the pipeline did not make; `state.*`, `file.*`.
    public func resume(_ plan: Plan) throws -> RunJournal {
        guard case .toResume(let run) = earlier, let checkpoint else {
            preconditionFailure("there is no run to resume")
        }
        try ExistingFiles(plan, in: state.folder).check()
        // An earlier version has recorded only the files in the checkpoint.
        let parts = checkpoint.parts.map { FileSystem.absoluteName($0.path) }
        // The files of memories are removed separately, when no checkpoint names them.
        let spill = FileSystem.absoluteName("\(state.folder)/spill") + "/"
        let own = parts.filter { !$0.hasPrefix(spill) }
        let files = state.files(of: plan.run.keyed, own: left.paths(of: run.id).union(own))
        try left.refuseNeeded(plan.claims)
        try files.examine(plan.claims)
        // They are locked first, so that no other run changes them.
        try files.claim(plan.claims, isExisting: true)
        for part in checkpoint.parts { try part.prepare(run: run.id) }
        let journal = try RunJournal(plan, state: state, files: files, resuming: checkpoint)
        try journal.claim(plan, left: left)
        return journal
    }

    /// Begins a run at the start.
    ///
    /// - Parameters:
    ///   - plan: The plan.
    ///   - abandoned: The plan for the identity of the earlier run, whose sinks discard what they have written; nil if
    ///     there is none, or no plan can be made for it.
    /// - Returns: The journal of the run.
    /// - Throws: `pipeline.existing-file` if an output would replace a file that the pipeline did not make; `state.*`,
    ///   `file.*`.
    public func begin(_ plan: Plan, abandoning abandoned: Plan? = nil) async throws -> RunJournal {
        try existing.check()
        guard case .abandoned(let run, _) = earlier, let checkpoint else {
            let journal = try RunJournal(plan, state: state, configuration: configuration, left: left)
            try journal.claim(plan, left: left, existing: existing)
            return journal
        }
        let parts = checkpoint.parts.map { FileSystem.absoluteName($0.path) }
        let journal = try RunJournal(plan, state: state, configuration: configuration, left: left, giving: Set(parts))
        // Only now is it certain that no run will continue with them.
        let own = left.paths(of: run.id).union(parts.filter(state.store.mayHaveMade))
        let files = TemporaryFiles(of: run.id, own: own) { _ in }
        for part in checkpoint.parts { files.remove(part.path) }
        if let abandoned {
            await TemporaryFiles.$current.withValue(files) { await abandoned.abandon(at: checkpoint.marks) }
        }
        try journal.claim(plan, left: left, existing: existing)
        return journal
    }
}
