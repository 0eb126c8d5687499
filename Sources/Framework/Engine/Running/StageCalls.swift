internal import Diagnostics
internal import PluginKit
internal import Records
internal import Synchronization

/// Calls stages through their layers, within the run's limits of time.
struct StageCalls: Sendable {
    private let attemptLimit: Duration?
    private let batchLimit: Duration?
    private let time: any TimeSource
    private let repeats = Repeats()

    /// Counts attempts after the first, by stage.
    private final class Repeats: Sendable {
        let counts = Guarded<[String: Int]>([:])
    }

    /// Counts the attempts at a call; a layer may make one after the call has been answered.
    private final class Attempts: Sendable {
        let count = Atomic<Int>(0)
    }

    init(settings: RunSettings, time: any TimeSource) {
        attemptLimit = settings.attemptTimeLimit
        batchLimit = settings.batchTimeLimit
        self.time = time
    }

    /// Whether a call is made as it is, with nothing round it.
    func areDirect(_ layers: MiddlewareStack) -> Bool { layers.isEmpty && attemptLimit == nil && batchLimit == nil }

    /// Makes a call.
    ///
    /// - Throws: what the stage or a layer throws; `run.batch-time-limit` and `run.attempt-time-limit`.
    func make<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        through layers: MiddlewareStack,
        _ operation: @escaping @Sendable (Input) async throws -> Output
    ) async throws -> Output {
        try await within(batchLimit, "batch") {
            let attempts = Attempts()
            return try await layers.run(call) { input in
                if attempts.count.add(1, ordering: .relaxed).oldValue > 0 {
                    repeats.counts.withLock { $0[call.stage, default: 0] += 1 }
                }
                return try await within(attemptLimit, "attempt") { try await operation(input) }
            }
        }
    }

    /// How often calls of a stage were repeated by a layer.
    func retries(of stage: String) -> Int { repeats.counts.withLock { $0[stage] ?? 0 } }

    /// Does something, and gives it up when it takes too long.
    private func within<Output: Sendable>(
        _ limit: Duration?,
        _ name: String,
        _ body: @escaping @Sendable () async throws -> Output
    ) async throws -> Output {
        guard let limit else { return try await body() }
        let deadline = time.now + limit
        return try await withThrowingTaskGroup(of: Output?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await time.sleep(until: deadline)
                return nil
            }
            defer { group.cancelAll() }
            if let output = try await group.next().flatMap({ $0 }) { return output }
            throw StageFailure.transient(
                Diagnostic(
                    Diagnostic.Code("run.\(name)-time-limit"),
                    "one \(name) has taken longer than \(limit.literal.filter { $0 != "\"" })",
                    hint: "run again to go on at the last checkpoint, or raise '\(name)_time_limit' under [run]"
                )
            )
        }
    }
}

extension Diagnostic {
    /// An error of a stage, at the stage and the place in its data.
    static func placing(_ error: any Error, _ stage: String, _ origin: String?) -> any Error {
        if error is CancellationError { return error }
        if case StageFailure.moved(let diagnostic) = error {
            return StageFailure.moved(diagnostic.placed(at: .stage(stage, at: nil)))
        }
        let origin = origin.flatMap { $0.isEmpty ? nil : "at \($0)" }
        return Diagnostic.wrapping(error, at: .stage(stage, at: origin))
    }
}
