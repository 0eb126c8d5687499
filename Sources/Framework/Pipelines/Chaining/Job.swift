internal import Diagnostics

/// The work of a command: a pipeline with the values of its variables, or the steps of a chain.
public struct Job: Sendable {
    /// The kind of work.
    public enum Work: Sendable {
        /// A pipeline, with the values of its variables.
        case pipeline(PipelineFile, VariableSettings)
        /// Steps, each after those that it needs.
        case chain([Step])
    }

    /// The name of the step, or of the pipeline if it is not a step.
    public let name: String
    /// The pipelines that have to run before it; each runs once in a command, however often it is needed.
    public let needs: [Job]
    /// The pipeline or the steps to run.
    public let work: Work
    /// The file and the values of its variables: equal for jobs that do the same.
    public let key: Key
    /// The number of steps and needs in it, each counted as often as it occurs.
    var size = 1

    /// Identifies the work of a job.
    public struct Key: Hashable, Sendable {
        /// The path of the file.
        public let path: String
        let variables: [String: String?]
    }

    /// A step of a chain.
    public struct Step: Sendable {
        /// The work of the step.
        public let job: Job
        /// The steps that have to complete before, by their indices in the chain.
        public let needs: [Int]
        /// What happens to the chain if the step fails.
        public let onFailure: FailureRule
    }

    /// Whether the command runs a single pipeline.
    public var isSingle: Bool {
        guard case .chain(let steps) = work, steps.count == 1, case .pipeline = steps[0].job.work else { return false }
        return steps[0].job.needs.isEmpty
    }

    /// The files of all pipelines of the job, each once.
    public var files: [PipelineFile] {
        var seen: Set<String> = []
        return pipelines.map(\.0).filter { seen.insert($0.source.name).inserted }
    }

    /// All pipelines of the job, each once per set of values, needed pipelines before those that need them.
    package var pipelines: [(PipelineFile, VariableSettings, Key)] {
        var found: [(PipelineFile, VariableSettings, Key)] = []
        var seen: Set<Key> = []
        collect(into: &found, seen: &seen)
        return found
    }

    private func collect(into found: inout [(PipelineFile, VariableSettings, Key)], seen: inout Set<Key>) {
        // The job of a command has no file of its own.
        guard key.path.isEmpty || seen.insert(key).inserted else { return }
        for need in needs { need.collect(into: &found, seen: &seen) }
        switch work {
        case .pipeline(let file, let variables): found.append((file, variables, key))
        case .chain(let steps): for step in steps { step.job.collect(into: &found, seen: &seen) }
        }
    }
}
