internal import Pipelines

/// Runs the pipelines of a job in order, each after those that it needs.
///
/// It skips a pipeline if one that it needs did not complete.
struct JobRunner {
    /// What happened to each step, in the order in which it was decided.
    private(set) var results: [StepResult] = []

    /// How a job ended.
    private enum Ending {
        case complete
        case failed
        case stopped
    }

    private let run: JobRun
    private let pipelines: PipelineRunner
    /// Whether the job is a single pipeline.
    private let isAlone: Bool
    /// How the pipelines and chains ended that have run, by their files.
    private var ran: [String: Ending] = [:]
    /// How the pipelines ended that ran because others needed them: they do not run again.
    private var needed: [Job.Key: Ending] = [:]

    init(_ run: JobRun, pipelines: PipelineRunner, isAlone: Bool) {
        self.run = run
        self.pipelines = pipelines
        self.isAlone = isAlone
    }

    /// Runs the job of a command.
    mutating func carryOut(_ command: Job) async {
        guard case .chain(let steps) = command.work else { return }
        // Without this, the name of a chain that is the whole job would precede each of its steps.
        _ = await carryOut(steps, inside: "", areAlone: steps.count == 1)
    }

    /// Runs steps, except those whose needs are not complete.
    ///
    /// - Parameters:
    ///   - steps: The steps.
    ///   - chain: The names of the chains that they are in.
    ///   - areAlone: Whether the steps are called by their own names, without the chain's.
    /// - Returns: How the chain ended.
    private mutating func carryOut(_ steps: [Job.Step], inside chain: String, areAlone: Bool = false) async -> Ending {
        var endings: [Ending] = []
        for step in steps {
            let name = chain.isEmpty ? step.job.name : "\(chain) / \(step.job.name)"
            if let need = step.needs.first(where: { endings[$0] != .complete }) {
                endings.append(note(name, outcome: .skipped(blockedBy: steps[need].job.name)))
                continue
            }
            let ending = await carryOut(step.job, as: name, inside: areAlone ? "" : name)
            endings.append(ending)
            guard ending == .stopped || (ending == .failed && step.onFailure == .stop) else { continue }
            for rest in steps[endings.count...] {
                let name = chain.isEmpty ? rest.job.name : "\(chain) / \(rest.job.name)"
                _ = note(name, outcome: .notStarted(blockedBy: ending == .stopped ? nil : step.job.name))
            }
            return ending
        }
        return endings.contains(.failed) ? .failed : .complete
    }

    private mutating func carryOut(_ job: Job, as name: String, inside chain: String) async -> Ending {
        if let known = needed[job.key] { return known }
        for need in job.needs {
            switch await meet(need) {
            case .complete: continue
            case .failed: return note(name, outcome: .skipped(blockedBy: need.name))
            case .stopped: return note(name, outcome: .notStarted(blockedBy: nil))
            }
        }
        if run.isStopped { return note(name, outcome: .notStarted(blockedBy: nil)) }
        let ending: Ending
        switch job.work {
        case .pipeline(let file, let variables):
            run.emit(.stepBegins(step: name, pipeline: file.name, isAlone: isAlone))
            ending = note(name, outcome: await pipelines.run(file, variables: variables), of: file.name)
        case .chain(let steps):
            ending = await carryOut(steps, inside: chain)
        }
        ran[job.key.path] = ending
        return ending
    }

    /// Runs a needed job, unless it has already run.
    private mutating func meet(_ need: Job) async -> Ending {
        if let known = ran[need.key.path] { return known }
        let ending = await carryOut(need, as: need.name, inside: need.name)
        needed[need.key] = ending
        return ending
    }

    /// Records the outcome of a step.
    ///
    /// - Parameters:
    ///   - name: The step.
    ///   - outcome: Its outcome.
    ///   - pipeline: The pipeline that ran or was to run; nil if the step was not started.
    /// - Returns: The consequence for the following steps.
    private mutating func note(_ name: String, outcome: StepOutcome, of pipeline: String? = nil) -> Ending {
        let result = StepResult(name: name, pipeline: pipeline, outcome: outcome)
        results.append(result)
        run.emit(.stepEnds(result))
        return switch outcome {
        case .complete: .complete
        case .stopped, .notStarted(blockedBy: nil): .stopped
        case .failed, .refused, .skipped, .notStarted: .failed
        }
    }
}
