internal import Diagnostics
internal import PluginKit
internal import Pipelines

/// Hands the figures of a run to its exporters: now and then while it goes on, and once when it has ended.
///
/// Whatever an exporter does, the run neither waits for it longer than its limit nor fails: what goes wrong is said
/// once.
struct Exporting: Sendable {
    /// How long exporters may take once somebody has stopped the run: whoever did waits.
    static let limitWhenStopped = Duration.milliseconds(150)

    private let context: RunContext
    private let control: RunControl
    private let exporters: [Exported]

    /// An exporter, what it is doing, and whether it has been complained of.
    private final class Exported: Sendable {
        let planned: PlannedExporter
        private let state = Locked(State())

        private struct State {
            var isBlamed = false
            /// The last export that was begun.
            var last: Task<Void, Never>?
            var exports = 0
            var worked = Duration.zero
            var isAway = false
        }

        init(_ planned: PlannedExporter) { self.planned = planned }

        /// Whether an export has not returned, be it that the run has given it up.
        var isAway: Bool { state.withLock { $0.isAway } }

        /// Begins an export behind the one before.
        ///
        /// - Returns: The task; whoever gives it up cancels it.
        func begin(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
            state.withLock { state in
                let task = Task { [before = state.last] in
                    // One that was called off may take a moment to notice.
                    await before?.value
                    await body()
                    self.state.withLock { $0.isAway = false }
                }
                state.isAway = true
                state.last = task
                return task
            }
        }

        /// Notes that an export has ended, or was given up.
        func note(_ length: Duration) {
            state.withLock { state in
                state.exports += 1
                state.worked += length
            }
        }

        /// What to do about an export that took longer than a limit; the exporter knows best.
        func advice(after limit: Duration) -> String {
            let workload = state.withLock { Workload(calls: $0.exports + 1, worked: $0.worked + limit) }
            return planned.exporter.advice(on: workload) ?? "raise 'time_limit' of the exporter"
        }

        /// Says what went wrong, the first time.
        func blame(_ error: any Error, log: StageLog) {
            let isFirst = state.withLock { state in
                defer { state.isBlamed = true }
                return !state.isBlamed
            }
            guard isFirst else { return }
            let cause = Diagnostic.wrapping(error, at: .stage(planned.name, at: nil))
            log.sayOncePerPlace(
                Diagnostic(
                    "exporter.failed",
                    message: "the figures could not be handed on: " + Self.words(cause),
                    category: cause.category,
                    at: .stage(planned.name, at: nil),
                    hint: cause.hint ?? "the run goes on without it, and says so only once",
                    severity: .warning,
                    cause: .diagnostic(cause)
                )
            )
        }

        /// What is wrong, and with which file: the warning's own place is the exporter.
        private static func words(_ cause: Diagnostic) -> String {
            guard case .file(let path) = cause.place else { return cause.message }
            return "\(path): \(cause.message)"
        }
    }

    /// The exporters of a plan; none if nothing is written at all.
    init(_ context: RunContext, control: RunControl) {
        self.context = context
        self.control = control
        exporters = context.plan.scope.isDry ? [] : context.plan.exporters.map(Exported.init)
    }

    /// Does something, and hands figures on meanwhile.
    func during<Output>(_ body: () async -> Output) async -> Output {
        await withTaskGroup(of: Void.self) { group in
            for exporter in exporters { group.addTask { await repeatedly(exporter) } }
            defer { group.cancelAll() }
            return await body()
        }
    }

    /// Hands on the figures of a run that has ended.
    func finish() async {
        guard !exporters.isEmpty else { return }
        let snapshot = context.snapshot()
        await withTaskGroup(of: Void.self) { group in
            for exporter in exporters { group.addTask { await hand(snapshot, to: exporter, isFinal: true) } }
        }
    }

    private func repeatedly(_ exporter: Exported) async {
        let time = context.plan.time
        var next = time.now
        while true {
            // A long export leaves moments out; it does not have them follow each other at once.
            next = max(next + exporter.planned.settings.every, time.now)
            guard (try? await time.sleep(until: next)) != nil, !Task.isCancelled else { return }
            // One that did not return in its time has been blamed. Another beside it would wait for the same thing, and
            // each may hold a thread.
            guard !exporter.isAway else { continue }
            await hand(context.snapshot(), to: exporter, isFinal: false)
        }
    }

    private func hand(_ snapshot: MetricSnapshot, to exporter: Exported, isFinal: Bool) async {
        let planned = exporter.planned
        let time = context.plan.time
        let start = time.now
        do {
            defer { exporter.note(time.now - start) }
            let limit = planned.settings.timeLimit
            try await Bounded.run(
                within: limit,
                control: control,
                time: time,
                begin: exporter.begin,
                advice: exporter.advice(after:)
            ) {
                try await planned.exporter.export(snapshot, isFinal: isFinal)
            }
        } catch is CancellationError {
            // The run has ended meanwhile; the last figures are handed on by themselves.
        } catch {
            exporter.blame(error, log: context.plan.log)
        }
    }
}

/// Work that nobody waits for longer than its limit, even if it does not notice that it is called off.
private enum Bounded {
    private final class Answer: Sendable {
        private let state = Locked<(result: Result<Void, any Error>?, waiter: CheckedContinuation<Void, any Error>?)>(
            (nil, nil)
        )

        func give(_ result: Result<Void, any Error>) {
            let waiter = state.withLock { state -> CheckedContinuation<Void, any Error>? in
                guard state.result == nil else { return nil }
                state.result = result
                return state.waiter.take()
            }
            waiter?.resume(with: result)
        }

        func wait() async throws {
            try await withCheckedThrowingContinuation { waiter in
                let result = state.withLock { state -> Result<Void, any Error>? in
                    if state.result == nil { state.waiter = waiter }
                    return state.result
                }
                if let result { waiter.resume(with: result) }
            }
        }
    }

    /// Does it, and gives it up at the limit, soon after the run was stopped, or when the task is cancelled.
    static func run(
        within limit: Duration,
        control: RunControl,
        time: any TimeSource,
        begin: (@escaping @Sendable () async -> Void) -> Task<Void, Never>,
        advice: @escaping @Sendable (Duration) -> String,
        body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let answer = Answer()
        let deadline = time.now + limit
        // None is a child of this task: it would have to wait for one that does not let go.
        let work = begin {
            do {
                // It may have been given up before its turn came.
                try Task.checkCancellation()
                try await body()
                answer.give(.success(()))
            } catch {
                answer.give(.failure(error))
            }
        }
        let alarm = Task {
            guard (try? await time.sleep(until: deadline)) != nil else { return }
            answer.give(.failure(tooLong(limit, hint: advice(limit))))
        }
        let hurry = Task {
            await control.stopped()
            guard control.isAskedToStop, !Task.isCancelled,
                (try? await time.sleep(until: time.now + Exporting.limitWhenStopped)) != nil
            else { return }
            answer.give(.failure(tooLong(Exporting.limitWhenStopped, hint: "a run that is stopped waits no longer")))
        }
        defer {
            work.cancel()
            alarm.cancel()
            hurry.cancel()
        }
        try await withTaskCancellationHandler {
            try await answer.wait()
        } onCancel: {
            answer.give(.failure(CancellationError()))
        }
    }

    private static func tooLong(_ limit: Duration, hint: String) -> Diagnostic {
        Diagnostic(
            "exporter.time-limit",
            message: "it took longer than \(limit.literal.filter { $0 != "\"" })",
            category: .transient,
            hint: hint
        )
    }
}
