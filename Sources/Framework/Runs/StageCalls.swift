internal import Diagnostics
internal import PluginKit
internal import Records
internal import Synchronization
internal import Pipelines

/// Calls stages through their layers, with the timeouts of the run.
final class StageCalls: Sendable {
    private let attemptLimit: TimeLimit?
    private let batchLimit: TimeLimit?
    private let time: any TimeSource
    private let repeats = Repeats()

    /// Counts attempts after the first, by stage.
    private final class Repeats: Sendable {
        let counts = Locked<[String: Int]>([:])
    }

    /// Counts the attempts at a call.
    ///
    /// A layer may start an attempt after the call has returned.
    private final class Attempts: Sendable {
        let count = Atomic<Int>(0)
    }

    init(settings: RunSettings, time: any TimeSource) {
        attemptLimit = settings.attemptTimeLimit.map { TimeLimit($0, time: time) }
        batchLimit = settings.batchTimeLimit.map { TimeLimit($0, time: time) }
        self.time = time
    }

    /// Whether a call is made directly: without layers and timeouts.
    func areDirect(_ layers: MiddlewareStack) -> Bool { layers.isEmpty && attemptLimit == nil && batchLimit == nil }

    /// Makes a call, and measures each attempt at it.
    ///
    /// - Throws: what the stage or a layer throws; `run.batch-time-limit` and `run.attempt-time-limit`.
    func make<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        through layers: MiddlewareStack,
        meter: CallMeter,
        operation: @escaping @Sendable (Input) async throws -> Output
    ) async throws -> Output {
        let attempts = Attempts()
        // Two attempts at a write must not overlap, nor two calls with one memory.
        let waits = call.kind == .write || !call.isRepeatable
        let attempt: @Sendable (Input) async throws -> Output = { [self] input in
            if attempts.count.add(1, ordering: .relaxed).oldValue > 0 {
                guard call.isRepeatable else { throw Self.cannotBeRepeated(call.stage) }
                repeats.counts.withLock { $0[call.stage, default: 0] += 1 }
            }
            return try await meter.measuring(time) {
                guard let attemptLimit else { return try await operation(input) }
                return try await within(attemptLimit, name: "attempt", waits: waits) { try await operation(input) }
            }
        }
        guard let batchLimit else { return try await layers.run(call, operation: attempt) }
        return try await within(batchLimit, name: "batch", waits: waits) {
            try await layers.run(call, operation: attempt)
        }
    }

    private static func cannotBeRepeated(_ stage: String) -> Diagnostic {
        Diagnostic(
            "plugin.repeated",
            message: "a layer has repeated a call that cannot be repeated: the memory of the stage has changed",
            category: .defect,
            at: .stage(stage, at: nil),
            hint: "this is a mistake of the layer, which has to check Call.isRepeatable; please report it"
        )
    }

    /// How often layers have repeated calls of a stage.
    func retries(of stage: String) -> Int { repeats.counts.withLock { $0[stage] ?? 0 } }

    /// Performs an operation with a timeout.
    private func within<Output: Sendable>(
        _ limit: TimeLimit,
        name: String,
        waits: Bool,
        body: @escaping @Sendable () async throws -> Output
    ) async throws -> Output {
        do {
            return try await limit.within(waits: waits, body: body)
        } catch is TimeLimit.Exceeded {
            throw StageFailure.transient(
                Diagnostic(
                    Diagnostic.Code("run.\(name)-time-limit"),
                    message: "one \(name) has taken longer than \(limit.limit.literal.filter { $0 != "\"" })",
                    hint: "run again to resume from the last checkpoint, or raise '\(name)_time_limit' under [run]"
                )
            )
        }
    }
}

extension Diagnostic {
    /// Records have reached a stage that has already ended.
    ///
    /// Dropping them would lose them silently.
    static var stageHasEnded: Diagnostic {
        Diagnostic("run.stage-gone", message: "records have come to a stage that had ended", category: .defect)
    }

    /// An error of a stage, as a diagnostic at the stage and the place in its data.
    static func placing(_ error: any Error, at stage: String, origin: String?) -> any Error {
        if error is CancellationError { return error }
        if case StageFailure.sourceChanged(let diagnostic) = error {
            return StageFailure.sourceChanged(diagnostic.placed(at: .stage(stage, at: nil)))
        }
        let origin = origin.flatMap { $0.isEmpty ? nil : "at \($0)" }
        return Diagnostic.wrapping(error, at: .stage(stage, at: origin))
    }
}
