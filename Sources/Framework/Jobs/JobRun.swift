internal import Diagnostics
package import Pipelines
internal import Runs
internal import PluginKit

/// A job: pipelines and chains that run with a control and a progress of their own.
///
///     let job = JobRun(JobOrder(["films"]), in: world)
///     let outcome = await job.run()
///
/// Several may run at the same time; of jobs that run the same pipeline and instance, the state admits one.
public final class JobRun: Sendable {
    /// The pipelines to run.
    public let order: JobOrder
    private let world: World
    private let control: RunControl
    private let tick: Duration?
    private let onEvent: (@Sendable (JobEvent) -> Void)?
    private let state = Locked(State())

    private struct State {
        var progress = JobProgress()
        var watchers: [AsyncStream<JobProgress>.Continuation] = []
        /// The control and the drain limit of the current run.
        var attempt: RunControl?
        var stopWithin = Duration.zero
        /// The current run.
        var live: LiveRun?
        var startedAt: Int64?
        var isMonitored = false
        /// The last metrics of runs that have ended.
        var ended: [MetricSnapshot] = []
    }

    /// The most runs whose last metrics are kept.
    private static let mostEnded = 100

    /// Creates a job that has not started.
    ///
    /// - Parameters:
    ///   - order: The pipelines to run.
    ///   - world: The environment that they run in.
    ///   - tick: How often progress is reported while nothing happens; nil for never.
    ///   - onEvent: Called for every event, in order for each step; it must return quickly.
    public init(
        _ order: JobOrder,
        in world: World,
        tick: Duration? = nil,
        onEvent: (@Sendable (JobEvent) -> Void)? = nil
    ) {
        self.order = order
        self.world = world
        self.tick = tick
        self.onEvent = onEvent
        control = RunControl(within: world.interruption)
    }

    /// Stops this job only: the running pipeline stops reading, delivers what it has read to its sinks and stores a
    /// checkpoint; no other pipeline is started.
    ///
    /// `run()` returns when that is done. A later run of an equal job resumes at the checkpoint.
    public func stop() { control.stop() }

    /// Whether the job was stopped.
    public var isStopped: Bool { control.isStopped }

    /// The current progress of the job.
    public var progress: JobProgress { state.withLock { $0.progress } }

    /// The progress of the job, repeatedly until it has ended; a slow reader misses values in between.
    ///
    /// The stream ends with the job, so the stream of a job that is never run does not end.
    public var updates: AsyncStream<JobProgress> {
        let (stream, continuation) = AsyncStream.makeStream(of: JobProgress.self, bufferingPolicy: .bufferingNewest(1))
        state.withLock { state in
            // Within the lock, or it could replace a later value that has not been read yet.
            continuation.yield(state.progress)
            if state.progress.hasEnded { continuation.finish() } else { state.watchers.append(continuation) }
        }
        return stream
    }

    /// The phase of the current run, for code that ends the process when the run does not stop by itself.
    package var phase: RunControl.Phase { state.withLock { $0.attempt }?.phase ?? .ending }

    /// How long the current run may take to deliver what it has read to its sinks.
    package var stopWithin: Duration { state.withLock { $0.stopWithin } }

    /// Keeps the last metrics of runs that have ended, for monitors; to be called before `run()`.
    package func keepMetrics() { state.withLock { $0.isMonitored = true } }

    /// The job as it is now.
    package var snapshot: JobSnapshot {
        let isStopped = isStopped
        return state.withLock { state in
            JobSnapshot(
                names: order.names,
                startedAt: state.startedAt,
                step: state.progress.step,
                run: state.live,
                ended: state.ended,
                steps: state.progress.steps,
                isStopped: isStopped,
                hasEnded: state.progress.hasEnded
            )
        }
    }

    /// Runs the job; to be called once.
    ///
    /// All pipelines are checked before the first of them runs. Errors are part of the outcome.
    ///
    /// - Returns: How the job ended.
    @concurrent
    public func run() async -> JobOutcome {
        state.withLock { $0.startedAt = SystemClock.nanoseconds / 1_000_000 }
        let outcome = await RunControl.$current.withValue(control) { await carryOut() }
        update { $0.hasEnded = true }
        for watcher in state.withLock({ $0.watchers }) { watcher.finish() }
        return outcome
    }

    private func carryOut() async -> JobOutcome {
        let read = ReadJob(order, in: world)
        let job = read.job
        var findings = read.problems
        var namesakes = NamesakeSearch()
        findings.append(contentsOf: namesakes.findings(job.files))
        // A pipeline that runs by itself is checked when it does.
        var plans: [Plan] = []
        if !job.isSingle || findings.hasErrors {
            let examination = await read.examine()
            findings.append(contentsOf: examination.findings)
            plans = examination.plans
        }
        let start = world.time.now
        var jobs = JobRunner(
            self,
            pipelines: PipelineRunner(order, in: world, reserved: read.reserved, checked: plans, job: self),
            isAlone: job.isSingle
        )
        if !findings.hasErrors {
            emit(.findings(read.problems))
            await jobs.carryOut(job)
        }
        return JobOutcome(
            names: order.names,
            isSingle: job.isSingle,
            steps: jobs.results,
            refusal: findings.hasErrors ? findings.inOrderOfFiles : DiagnosticList(),
            scope: order.scope,
            duration: world.time.now - start
        )
    }
}

extension JobRun {
    /// Returns a control for one attempt to run a pipeline, since a timeout stops only that attempt.
    func beginAttempt() -> RunControl {
        let attempt = RunControl(within: control)
        state.withLock { ($0.attempt, $0.stopWithin) = (attempt, .zero) }
        return attempt
    }

    /// Sets how long the current run may take to deliver what it has read to its sinks.
    func allow(stopWithin limit: Duration) { state.withLock { $0.stopWithin = limit } }

    /// Notes the run that begins.
    func begin(_ run: LiveRun) { state.withLock { $0.live = run } }

    /// Notes that the run has ended.
    ///
    /// It is released: it holds everything that its stages hold.
    func endRun() {
        let (run, isMonitored) = state.withLock { ($0.live, $0.isMonitored) }
        // Before the run is taken away: a client that asks meanwhile sees one or the other.
        let metrics = isMonitored ? run?.metrics : nil
        state.withLock { state in
            state.live = nil
            guard let metrics else { return }
            state.ended.removeAll { $0.run.key == metrics.run.key }
            state.ended = state.ended.suffix(Self.mostEnded - 1) + [metrics]
        }
    }

    /// How often progress is reported while nothing happens; nil for never.
    var interval: Duration? { tick }

    /// Reports an event.
    func emit(_ event: JobEvent) {
        switch event {
        case .stepBegins(let step, _, _): update { ($0.step, $0.run) = (step, nil) }
        case .progress(let run): update { $0.run = run }
        case .stepEnds(let result):
            update { progress in
                (progress.step, progress.run) = (nil, nil)
                progress.steps.append(result)
            }
        case .findings, .finding, .recovered, .restarts: break
        }
        onEvent?(event)
    }

    private func update(_ change: (inout JobProgress) -> Void) {
        state.withLock { state in
            change(&state.progress)
            for watcher in state.watchers { watcher.yield(state.progress) }
        }
    }
}
