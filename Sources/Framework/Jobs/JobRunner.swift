internal import Pipelines

/// Has the pipelines of a job run, in order: what is needed first, and nothing whose needs are not complete.
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
    /// Whether the job is one pipeline and nothing else.
    private let isAlone: Bool
    /// How the pipelines and chains ended that have run, by their files.
    private var ran: [String: Ending] = [:]
    /// How those ended that ran because others needed them: they do not run again.
    private var needed: [Job.Key: Ending] = [:]

    init(_ run: JobRun, pipelines: PipelineRunner, isAlone: Bool) {
        self.run = run
        self.pipelines = pipelines
        self.isAlone = isAlone
    }

    /// Carries out the job of a command.
    mutating func carryOut(_ command: Job) async {
        guard case .chain(let steps) = command.work else { return }
        // The name of a chain that is alone would stand before each of its steps.
        _ = await carryOut(steps, inside: "", areAlone: steps.count == 1)
    }

    /// Carries out steps, each unless what it needs is not complete.
    ///
    /// - Parameters:
    ///   - steps: The steps.
    ///   - chain: The names of the chains that they are in.
    ///   - areAlone: Whether their own steps are called by their names alone.
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

    /// Has what is needed run, unless it has.
    private mutating func meet(_ need: Job) async -> Ending {
        if let known = ran[need.key.path] { return known }
        let ending = await carryOut(need, as: need.name, inside: need.name)
        needed[need.key] = ending
        return ending
    }

    /// Notes the outcome of a step.
    ///
    /// - Parameters:
    ///   - name: The step.
    ///   - outcome: Its outcome.
    ///   - pipeline: The pipeline that ran or was to; nil if the step was not begun.
    /// - Returns: What that means for the steps after it.
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
