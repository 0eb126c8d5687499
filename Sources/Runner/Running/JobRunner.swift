internal import Pipelines

/// Has the pipelines of a job run, in order: what is needed first, and nothing whose needs did not do their work.
struct JobRunner {
    /// What became of each step, in the order in which it was decided.
    private(set) var results: [StepResult] = []

    /// How a job ended.
    private enum Ending {
        case done
        case failed
        case stopped
    }

    /// Runs a pipeline for a step of a name.
    typealias Body = (_ step: String, PipelineFile, VariableSettings) async -> PipelineRunner.Ending

    private let run: Body
    /// How the pipelines and chains ended that have run, by their files.
    private var ran: [String: Ending] = [:]
    /// How those ended that ran because others needed them: they do not run again.
    private var needed: [Job.Key: Ending] = [:]

    init(_ run: @escaping Body) { self.run = run }

    /// Carries out the job of a command.
    mutating func carryOut(_ command: Job) async {
        guard case .chain(let steps) = command.work else { return }
        // The name of a chain that is alone would stand before each of its steps.
        _ = await carryOut(steps, inside: "", areAlone: steps.count == 1)
    }

    /// Carries out steps, each unless what it needs did not do its work.
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
            if let need = step.needs.first(where: { endings[$0] != .done }) {
                endings.append(leave(name, .skipped(needed: steps[need].job.name)))
                continue
            }
            let ending = await carryOut(step.job, as: name, inside: areAlone ? "" : name)
            endings.append(ending)
            guard ending == .stopped || (ending == .failed && step.onFailure == .stop) else { continue }
            for rest in steps[endings.count...] {
                let name = chain.isEmpty ? rest.job.name : "\(chain) / \(rest.job.name)"
                _ = leave(name, ending == .stopped ? .stopped : .notBegun(behind: step.job.name))
            }
            return ending
        }
        return endings.contains(.failed) ? .failed : .done
    }

    private mutating func carryOut(_ job: Job, as name: String, inside chain: String) async -> Ending {
        if let known = needed[job.key] { return known }
        for need in job.needs {
            switch await meet(need) {
            case .done: continue
            case .failed: return leave(name, .skipped(needed: need.name))
            case .stopped: return leave(name, .stopped)
            }
        }
        if Interruption.isStopped { return leave(name, .stopped) }
        let ending: Ending
        switch job.work {
        case .pipeline(let file, let variables):
            let result = await run(name, file, variables)
            results.append(StepResult(name: name, ending: .ran(pipeline: file.name, result)))
            ending = result.code == .done ? .done : result.code.isOfSignal ? .stopped : .failed
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

    /// Notes that a step is not begun.
    private mutating func leave(_ name: String, _ ending: StepResult.Ending) -> Ending {
        results.append(StepResult(name: name, ending: ending))
        if case .stopped = ending { return .stopped }
        return .failed
    }
}
