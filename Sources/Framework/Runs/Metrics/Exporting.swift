internal import Diagnostics
internal import PluginKit
internal import Pipelines

/// Passes the metrics of a run to its exporters: at intervals while it works, and once when it has ended.
///
/// The run never waits for an exporter longer than its timeout, and never fails because of one: an error is reported
/// once.
struct Exporting: Sendable {
    /// The timeout of exporters after the run was stopped, because the user is waiting for the end.
    static let limitWhenStopped = Duration.milliseconds(150)

    private let context: RunContext
    private let control: RunControl
    private let exporters: [Exported]

    /// An exporter, its last export, and whether an error of it has been reported.
    private final class Exported: Sendable {
        let planned: PlannedExporter
        private let state = Locked(State())

        private struct State {
            var isBlamed = false
            /// The last export that was started.
            var last: Task<Void, Never>?
            var exports = 0
            var worked = Duration.zero
            var isAway = false
        }

        init(_ planned: PlannedExporter) { self.planned = planned }

        /// Whether an export has not returned, even if the run no longer waits for it.
        var isAway: Bool { state.withLock { $0.isAway } }

        /// Starts an export after the previous one.
        ///
        /// - Returns: The task. A caller that stops waiting for it cancels it.
        func begin(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
            state.withLock { state in
                let task = Task { [before = state.last] in
                    // A cancelled export may take some time to return.
                    await before?.value
                    await body()
                    self.state.withLock { $0.isAway = false }
                }
                state.isAway = true
                state.last = task
                return task
            }
        }

        /// Notes that an export has ended or was cancelled.
        func note(_ length: Duration) {
            state.withLock { state in
                state.exports += 1
                state.worked += length
            }
        }

        /// Advice on an export that exceeded its timeout, from the exporter if it has any.
        func advice(after limit: Duration) -> String {
            let workload = state.withLock { Workload(calls: $0.exports + 1, worked: $0.worked + limit) }
            return planned.exporter.advice(on: workload) ?? "raise 'time_limit' of the exporter"
        }

        /// Reports the first error.
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
                    message: "the metrics could not be exported: " + Self.words(cause),
                    category: cause.category,
                    at: .stage(planned.name, at: nil),
                    hint: cause.hint ?? "the run continues without it; this is reported only once",
                    severity: .warning,
                    cause: .diagnostic(cause)
                )
            )
        }

        /// The message with the file that it is about: the place of the warning is the exporter.
        private static func words(_ cause: Diagnostic) -> String {
            guard case .file(let path) = cause.place else { return cause.message }
            return "\(path): \(cause.message)"
        }
    }

    /// The exporters of a plan; no exporter in a dry run.
    init(_ context: RunContext, control: RunControl) {
        self.context = context
        self.control = control
        exporters = context.plan.scope.isDry ? [] : context.plan.exporters.map(Exported.init)
    }

    /// Executes `body`, and exports metrics meanwhile.
    func during<Output>(_ body: () async -> Output) async -> Output {
        await withTaskGroup(of: Void.self) { group in
            for exporter in exporters { group.addTask { await repeatedly(exporter) } }
            defer { group.cancelAll() }
            return await body()
        }
    }

    /// Exports the metrics of a run that has ended.
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
            // After a long export, the exports that were due meanwhile are skipped.
            next = max(next + exporter.planned.settings.every, time.now)
            guard (try? await time.sleep(until: next)) != nil, !Task.isCancelled else { return }
            // An export that exceeded its timeout has been reported. A second one would wait for the same resource, and
            // each may occupy a thread.
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
            // The run has ended meanwhile; its final metrics are exported separately.
        } catch {
            exporter.blame(error, log: context.plan.log)
        }
    }
}

/// Work with a timeout that holds even if the work ignores its cancellation.
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

    /// Performs the work, and stops waiting at the timeout, soon after the run was stopped, or when the task is
    /// cancelled.
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
        // These are not child tasks: this task would have to wait for a child that ignores its cancellation.
        let work = begin {
            do {
                // It may have been cancelled before it started.
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
            answer.give(.failure(tooLong(Exporting.limitWhenStopped, hint: "a stopped run does not wait longer")))
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
