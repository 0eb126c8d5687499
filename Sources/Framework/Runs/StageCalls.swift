internal import Diagnostics
internal import PluginKit
internal import Records
internal import Synchronization
internal import Pipelines

/// Calls stages through their layers, within the run's limits of time.
final class StageCalls: Sendable {
    private let attemptLimit: TimeLimit?
    private let batchLimit: TimeLimit?
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
        attemptLimit = settings.attemptTimeLimit.map { TimeLimit($0, time: time) }
        batchLimit = settings.batchTimeLimit.map { TimeLimit($0, time: time) }
        self.time = time
    }

    /// Whether a call is made as it is, with nothing round it.
    func areDirect(_ layers: MiddlewareStack) -> Bool { layers.isEmpty && attemptLimit == nil && batchLimit == nil }

    /// Makes a call, and measures each attempt at it.
    ///
    /// - Throws: what the stage or a layer throws; `run.batch-time-limit` and `run.attempt-time-limit`.
    func make<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        through layers: MiddlewareStack,
        _ meter: CallMeter,
        _ operation: @escaping @Sendable (Input) async throws -> Output
    ) async throws -> Output {
        let attempts = layers.repeatsCalls ? Attempts() : nil
        let attempt: @Sendable (Input) async throws -> Output = { [self] input in
            if let attempts, attempts.count.add(1, ordering: .relaxed).oldValue > 0 {
                repeats.counts.withLock { $0[call.stage, default: 0] += 1 }
            }
            return try await meter.measuring(time) {
                guard let attemptLimit else { return try await operation(input) }
                return try await within(attemptLimit, "attempt", call.kind) { try await operation(input) }
            }
        }
        guard let batchLimit else { return try await layers.run(call, attempt) }
        return try await within(batchLimit, "batch", call.kind) { try await layers.run(call, attempt) }
    }

    /// Makes a call that changes what it is made with.
    ///
    /// - Parameters:
    ///   - kind: What the call does.
    ///   - node: The stage that calls.
    ///   - cargo: What it is made with. Afterwards it is what became of it, or what a failed attempt has left, or nothing.
    ///   - layers: The layers round it.
    ///   - meter: What measures each attempt.
    ///   - operation: Changes it, and says what else there is to say.
    /// - Returns: What else there is to say.
    /// - Throws: as `make`.
    func change<Answer: Sendable>(
        _ kind: CallKind,
        _ node: Plan.Node,
        _ cargo: inout Cargo,
        through layers: MiddlewareStack,
        _ meter: CallMeter,
        _ operation: @escaping @Sendable (inout Cargo) async throws -> Answer
    ) async throws -> Answer {
        let parcel = Parcel(exchange(&cargo, with: .none), isKept: layers.repeatsCalls)
        do {
            let call = Call<Parcel, Changed<Answer>>(kind, stage: node.name, input: parcel)
            let changed = try await make(call, through: layers, meter) { parcel in
                var cargo = try parcel.take()
                do {
                    let answer = try await operation(&cargo)
                    return Changed(cargo: cargo, answer: answer)
                } catch {
                    parcel.giveBack(cargo)
                    throw error
                }
            }
            cargo = changed.cargo
            return changed.answer
        } catch {
            if let rest = parcel.takeRest() { cargo = rest }
            throw error
        }
    }

    private struct Changed<Answer: Sendable>: Sendable {
        let cargo: Cargo
        let answer: Answer
    }

    /// How often calls of a stage were repeated by a layer.
    func retries(of stage: String) -> Int { repeats.counts.withLock { $0[stage] ?? 0 } }

    /// Does something, and gives it up when it takes too long.
    private func within<Output: Sendable>(
        _ limit: TimeLimit,
        _ name: String,
        _ kind: CallKind,
        _ body: @escaping @Sendable () async throws -> Output
    ) async throws -> Output {
        do {
            // Two attempts at a write must not overlap.
            return try await limit.within(waits: kind == .write, body)
        } catch is TimeLimit.Exceeded {
            throw StageFailure.transient(
                Diagnostic(
                    Diagnostic.Code("run.\(name)-time-limit"),
                    "one \(name) has taken longer than \(limit.limit.literal.filter { $0 != "\"" })",
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
