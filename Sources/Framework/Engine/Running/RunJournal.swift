internal import Diagnostics
internal import Glibc
internal import PluginKit
internal import StateStore

/// What a run writes down, so that the next one knows: that it is under way, what it is about to publish, how it ended.
///
/// While it lives, no other run of the pipeline begins in the same state folder.
public final class RunJournal: Sendable {
    /// The run that was cut off while it published, and whose files have their names now.
    public let recovered: String?

    private let store: RunStore
    private let lock: PipelineLock
    private let identity: RunIdentity

    /// Begins a run: takes the pipeline's lock, and finishes what a run that was cut off had begun to publish.
    ///
    /// - Parameters:
    ///   - plan: What will be run.
    ///   - folder: Where the state is.
    ///   - restarts: Whether a publication that cannot be finished is given up.
    /// - Throws: `environment.locked` if the pipeline runs already, naming the holder; `state.*`, `file.*`.
    public init(_ plan: Plan, in folder: String, restarts: Bool = false) throws {
        lock = try PipelineLock(plan.pipeline, in: folder)
        store = try RunStore(in: folder)
        identity = plan.run
        recovered = try Self.finishLastPublication(of: plan.pipeline, in: store, restarts: restarts)
        try store.begin(identity, configuration: plan.configuration, at: Self.now)
    }

    /// Writes down what is about to get its final name.
    ///
    /// Whoever comes after a power cut can finish it.
    func intend(_ files: [PendingFile]) throws {
        guard !files.isEmpty else { return }
        try store.publish(try files.map { try StateStore.Publication($0) }, of: identity)
    }

    /// Writes down how the run ended.
    ///
    /// - Parameters:
    ///   - report: How it ended.
    ///   - json: The report for the history.
    /// - Throws: `state.*`, `file.*`; then the next run of the pipeline finds this one cut off.
    public func conclude(_ report: RunReport, json: String) throws {
        switch report.outcome {
        case .published: try store.complete(identity, report: json, at: Self.now)
        case .stopped: try store.end(identity, as: .stopped, report: json, at: Self.now)
        case .failed, .tooManyRejected, .sumsDisagree:
            try store.end(identity, as: .failed, report: json, at: Self.now)
        }
        lock.release()
    }

    private static var now: Int64 { Int64(time(nil)) * 1000 }

    private static func finishLastPublication(
        of pipeline: String,
        in store: RunStore,
        restarts: Bool
    ) throws -> String? {
        guard let last = try store.lastRun(of: pipeline), last.run.status == .publishing else { return nil }
        do {
            for file in last.publications { try file.finish(run: last.run.identity.id) }
            for file in last.publications { try FileSystem.syncFolder(of: file.path) }
        } catch {
            guard restarts else { throw error }
            try store.end(last.run.identity, as: .failed, at: now)
            return nil
        }
        try store.complete(last.run.identity, report: "{\"outcome\":\"published\",\"recovered\":true}", at: now)
        return last.run.identity.id
    }
}
