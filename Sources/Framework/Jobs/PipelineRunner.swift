internal import Diagnostics
internal import Pipelines
internal import Runs
internal import PluginKit

/// Runs the pipelines of a job, and repeats a run whose data changes while it is read.
struct PipelineRunner: Sendable {
    private let order: JobOrder
    private let world: World
    /// Files of the command that no output may replace.
    private let reserved: [ReservedFile]
    /// The plans of the pipelines, by their files, as checked before the first of them runs.
    private let checked: [String: Plan]
    /// The job that the pipelines belong to.
    private let job: JobRun
    /// The objects that the stages of all pipelines share.
    private let shared: SharedObjects

    /// How often a run starts again because its input has changed during the run.
    private static let mostRestarts = 3

    init(_ order: JobOrder, in world: World, reserved: [ReservedFile], checked: [Plan], job: JobRun) {
        self.order = order
        self.world = world
        self.reserved = reserved
        self.checked = Dictionary(checked.map { ($0.file, $0) }) { first, _ in first }
        self.job = job
        shared = SharedObjects(within: world.shared)
    }

    /// Runs a pipeline, or resumes a run that did not complete.
    func run(_ file: PipelineFile, variables: VariableSettings) async -> StepOutcome {
        // Do not capture the runner: the shared objects hold the log, and would never be closed.
        let log = StageLog { [job] finding in job.emit(.finding(finding)) }
        do {
            return try await run(
                file,
                variables: variables,
                services: world.services(reserving: reserved, shared: shared, log: log)
            )
        } catch is CancellationError {
            return .stopped(nil)
        } catch {
            return .refused(error as? DiagnosticList ?? DiagnosticList([Self.diagnostic(error)]))
        }
    }

    private func run(
        _ file: PipelineFile,
        variables: VariableSettings,
        services: Services
    ) async throws -> StepOutcome {
        var restarts = 0
        while true {
            let control = job.beginAttempt()
            let (plan, journal, start) = try await control.unlessStopped { [restarts] in
                try await begin(file, variables: variables, services: services, restarts: restarts > 0)
            }
            job.allow(stopWithin: plan.stopWithin)
            job.emit(.findings(plan.findings))
            if let run = start?.recovered { job.emit(.recovered(run: run, pipeline: plan.pipeline)) }
            if let refusal = start?.refusal { job.emit(.finding(refusal)) }
            if case .abandoned(_, let reason?) = start?.earlier { job.emit(.finding(reason)) }
            var run = Run(plan, journal: journal, control: control, tick: job.interval) { [job] progress in
                job.emit(.progress(progress))
            }
            run.onBegin = { [job] run in job.begin(run) }
            let report = await run.execute()
            job.endRun()
            guard case .sourceChanged(let diagnostic) = report.outcome, restarts < Self.mostRestarts else {
                return StepOutcome(journal?.conclude(report) ?? report)
            }
            _ = journal?.conclude(report)
            restarts += 1
            job.emit(.restarts(pipeline: plan.pipeline, because: diagnostic))
        }
    }

    /// The plan, the journal, and the previous contents of the state; without the last two if nothing is to be written.
    private func begin(
        _ file: PipelineFile,
        variables: VariableSettings,
        services: Services,
        restarts: Bool
    ) async throws -> (Plan, RunJournal?, RunStart?) {
        func makePlan(recalls: Bool) async throws -> Plan {
            do {
                return try await Plan(
                    file,
                    services: services,
                    variables: variables,
                    scope: order.scope,
                    instance: order.instance,
                    recalls: recalls,
                    knowing: checked[file.source.name]
                )
            } catch {
                // A source that was stopped while it looked at its input has found no error.
                try Task.checkCancellation()
                throw error
            }
        }
        var plan = try await makePlan(recalls: !restarts && !order.restarts && !order.scope.isDry)
        if order.scope.isDry { return (plan, nil, nil) }
        let start = try await RunStart(plan, in: world.stateFolder, restarts: restarts || order.restarts)
        let journal: RunJournal
        if case .toResume = start.earlier {} else if plan.isForResumption { plan = try await makePlan(recalls: false) }
        switch start.earlier {
        case .none:
            journal = try await start.begin(plan)
        case .toResume(let run):
            plan = try plan.named(run)
            journal = try start.resume(plan)
        case .abandoned(let run, _):
            journal = try await start.begin(plan, abandoning: try? plan.named(run))
        }
        return (plan, journal, start)
    }

    private static func diagnostic(_ error: any Error) -> Diagnostic {
        error as? Diagnostic ?? Diagnostic("state.failed", message: "\(error)", category: .environment)
    }
}
