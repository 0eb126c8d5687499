internal import Diagnostics

/// What a command runs: a pipeline with what is set of its variables, or the steps of a chain.
public struct Job: Sendable {
    /// What the job is about.
    public enum Work: Sendable {
        /// A pipeline.
        case pipeline(PipelineFile, VariableSettings)
        /// Steps, each behind those that it needs.
        case chain([Step])
    }

    /// What the step is called, or the pipeline if it is none.
    public let name: String
    /// The pipelines that have to have run before, each once in a command, however often it is needed.
    public let needs: [Job]
    /// What is to be done.
    public let work: Work
    /// The file that it is from, and what is set of its variables: the same for jobs that do the same.
    public let key: Key
    /// How many steps and needs there are in it, each as often as it comes.
    var size = 1

    /// What tells a job from others.
    public struct Key: Hashable, Sendable {
        /// The file.
        public let path: String
        let variables: [String: String?]
    }

    /// A job of a chain.
    public struct Step: Sendable {
        /// What is to be done.
        public let job: Job
        /// The steps that must have done their work before, by their places in the chain.
        public let needs: [Int]
        /// What becomes of the chain if it fails.
        public let onFailure: FailureRule
    }

    /// Whether a command has one pipeline to run, and nothing else.
    public var isSingle: Bool {
        guard case .chain(let steps) = work, steps.count == 1, case .pipeline = steps[0].job.work else { return false }
        return steps[0].job.needs.isEmpty
    }

    /// The files of all pipelines of the job, each once.
    public var files: [PipelineFile] {
        var seen: Set<String> = []
        return pipelines.map(\.0).filter { seen.insert($0.source.name).inserted }
    }

    /// All pipelines of the job, each once with the same variables, those that are needed before those that need them.
    package var pipelines: [(PipelineFile, VariableSettings, Key)] {
        var found: [(PipelineFile, VariableSettings, Key)] = []
        var seen: Set<Key> = []
        collect(into: &found, seen: &seen)
        return found
    }

    private func collect(into found: inout [(PipelineFile, VariableSettings, Key)], seen: inout Set<Key>) {
        // What a command names has no file of its own.
        guard key.path.isEmpty || seen.insert(key).inserted else { return }
        for need in needs { need.collect(into: &found, seen: &seen) }
        switch work {
        case .pipeline(let file, let variables): found.append((file, variables, key))
        case .chain(let steps): for step in steps { step.job.collect(into: &found, seen: &seen) }
        }
    }
}
