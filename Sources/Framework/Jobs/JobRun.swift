internal import Diagnostics
package import Pipelines
internal import Runs
internal import PluginKit

/// A job that runs: pipelines and chains, with a control and a progress of their own.
///
///     let job = JobRun(JobOrder(["films"]), in: world)
///     let outcome = await job.run()
///
/// Several may run at the same time; where they are pipelines of one name and one instance, the state admits one of them.
public final class JobRun: Sendable {
    /// What is run.
    public let order: JobOrder
    private let world: World
    private let control: RunControl
    private let tick: Duration?
    private let onEvent: (@Sendable (JobEvent) -> Void)?
    private let state = Locked(State())

    private struct State {
        var progress = JobProgress()
        var watchers: [AsyncStream<JobProgress>.Continuation] = []
        /// What the run at hand watches, and how long it may take to stop.
        var attempt: RunControl?
        var stopWithin = Duration.zero
    }

    /// A job that has not begun.
    ///
    /// - Parameters:
    ///   - order: What is to be run.
    ///   - world: What it needs from outside.
    ///   - tick: How often progress is reported while nothing happens; nil for never.
    ///   - onEvent: Called with all that happens, in order for each step; it must return quickly.
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

    /// Stops this job, and no other: the pipeline that runs reads no more, brings what it has read to its sinks and stores
    /// a checkpoint; no other is begun.
    ///
    /// `run()` returns when that is done. An equal job that runs later resumes at the checkpoint.
    public func stop() { control.stop() }

    /// Whether the job was stopped.
    public var isStopped: Bool { control.isStopped }

    /// How far the job is now.
    public var progress: JobProgress { state.withLock { $0.progress } }

    /// How far the job is, again and again until it has ended; a reader that is slow misses what is in between.
    ///
    /// It ends with the job, so that of a job that is never run does not end.
    public var updates: AsyncStream<JobProgress> {
        let (stream, continuation) = AsyncStream.makeStream(of: JobProgress.self, bufferingPolicy: .bufferingNewest(1))
        state.withLock { state in
            // Within the lock, or it could replace a later value that has not been read yet.
            continuation.yield(state.progress)
            if state.progress.hasEnded { continuation.finish() } else { state.watchers.append(continuation) }
        }
        return stream
    }

    /// How far the run at hand is, for what ends the process when it does not stop by itself.
    package var phase: RunControl.Phase { state.withLock { $0.attempt }?.phase ?? .ending }

    /// How long the run at hand may take to bring what it has read to its sinks.
    package var stopWithin: Duration { state.withLock { $0.stopWithin } }

    /// Runs the job; to be called once.
    ///
    /// All pipelines are checked before the first of them runs. What goes wrong is in the outcome.
    ///
    /// - Returns: How it ended.
    @concurrent
    public func run() async -> JobOutcome {
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
    /// A control for one attempt to run a pipeline, since a timeout stops only that.
    func beginAttempt() -> RunControl {
        let attempt = RunControl(within: control)
        state.withLock { ($0.attempt, $0.stopWithin) = (attempt, .zero) }
        return attempt
    }

    /// States how long the run at hand may take to bring what it has read to its sinks.
    func allow(stopWithin limit: Duration) { state.withLock { $0.stopWithin = limit } }

    /// How often progress is reported while nothing happens; nil for never.
    var interval: Duration? { tick }

    /// Reports something that happens.
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
