internal import Diagnostics
internal import Pipelines
internal import Runs
internal import PluginKit

extension ArrayJob {
    /// A scheduler, and the variables that it sets for each job of an array.
    struct Scheduler: Sendable {
        /// Its usual name.
        let name: String
        /// The variable that holds the job's index.
        let index: String
        /// How to find the number of jobs.
        let extent: Extent
        /// The value of the index outside of an array, if the scheduler sets it there.
        var outside: String?

        /// How to find the number of jobs.
        enum Extent: Sendable {
            /// A variable holds it; indices begin at `first`. `isAlwaysSet`: it is also set, to 1, for a job that is
            /// not in an array.
            case count(String, first: Int, isAlwaysSet: Bool)
            /// Variables hold the lowest and the highest index and the step between two; also the number of jobs, if
            /// the scheduler states it.
            case range(least: String, greatest: String, step: String, count: String?)
            /// The scheduler does not state it.
            case unknown
        }

        /// The schedulers that are supported.
        ///
        /// Slurm: sbatch(1), "output environment variables". Kubernetes: the completion index of an indexed Job; the
        /// manifest has to add the number of jobs. AWS Batch: "array job environment variables". Cloud Run jobs:
        /// "container runtime contract". GitLab: "predefined variables", of `parallel`. Google Batch: "predefined
        /// environment variables". Grid Engine: qsub(1), "-t". PBS and Torque state no number; LSF states the highest
        /// index, but neither the lowest nor gaps.
        static let all = [
            Scheduler(
                name: "Slurm",
                index: "SLURM_ARRAY_TASK_ID",
                extent: .range(
                    least: "SLURM_ARRAY_TASK_MIN",
                    greatest: "SLURM_ARRAY_TASK_MAX",
                    step: "SLURM_ARRAY_TASK_STEP",
                    count: "SLURM_ARRAY_TASK_COUNT"
                )
            ),
            Scheduler(
                name: "Kubernetes",
                index: "JOB_COMPLETION_INDEX",
                extent: .count("JOB_COMPLETIONS", first: 0, isAlwaysSet: false)
            ),
            Scheduler(
                name: "AWS Batch",
                index: "AWS_BATCH_JOB_ARRAY_INDEX",
                extent: .count("AWS_BATCH_JOB_ARRAY_SIZE", first: 0, isAlwaysSet: false)
            ),
            Scheduler(
                name: "Cloud Run",
                index: "CLOUD_RUN_TASK_INDEX",
                extent: .count("CLOUD_RUN_TASK_COUNT", first: 0, isAlwaysSet: true)
            ),
            Scheduler(
                name: "GitLab",
                index: "CI_NODE_INDEX",
                extent: .count("CI_NODE_TOTAL", first: 1, isAlwaysSet: true)
            ),
            Scheduler(
                name: "Google Batch",
                index: "BATCH_TASK_INDEX",
                extent: .count("BATCH_TASK_COUNT", first: 0, isAlwaysSet: true)
            ),
            Scheduler(
                name: "Grid Engine",
                index: "SGE_TASK_ID",
                extent: .range(
                    least: "SGE_TASK_FIRST",
                    greatest: "SGE_TASK_LAST",
                    step: "SGE_TASK_STEPSIZE",
                    count: nil
                ),
                outside: "undefined"
            ),
            Scheduler(name: "PBS", index: "PBS_ARRAY_INDEX", extent: .unknown),
            Scheduler(name: "Torque", index: "PBS_ARRAYID", extent: .unknown),
            Scheduler(name: "LSF", index: "LSB_JOBINDEX", extent: .unknown, outside: "0"),
        ]

        /// Whether the variables describe a job of an array.
        func isArray(_ environment: [String: String]) -> Bool {
            isSet(environment) && !isAlone(environment)
        }

        /// Whether the variables describe a job that its scheduler numbers although it is the only one.
        func isAlone(_ environment: [String: String]) -> Bool {
            guard isSet(environment), case .count(let count, _, true) = extent else { return false }
            return environment[count] == "1"
        }

        /// All of the work.
        var whole: RunScope.Partition? { RunScope.Partition(1, of: 1) }

        private func isSet(_ environment: [String: String]) -> Bool {
            guard let index = environment[index], !index.isEmpty else { return false }
            return index != outside
        }

        /// The scheduler's variables, for messages: `SLURM_ARRAY_TASK_ID = 3`.
        func stated(in environment: [String: String]) -> String {
            let variables: [String] =
                switch extent {
                case .count(let count, _, _): [index, count]
                case .range(let least, let greatest, let step, let count):
                    [index, least, greatest, step] + (count.map { [$0] } ?? [])
                case .unknown: [index]
                }
            return variables.compactMap { name in environment[name].map { "\(name) = \($0.prefix(40))" } }
                .joined(separator: ", ")
        }

        /// The part of the work that this job does.
        ///
        /// - Throws: `environment.partition` unless the variables show that the array has a job for every part.
        func partition(_ environment: [String: String]) throws(Diagnostic) -> RunScope.Partition {
            let index = try number(self.index, in: environment)
            switch extent {
            case .count(let name, let first, _):
                let count = try number(name, in: environment)
                let number = index.subtracting(clamped: first).adding(clamped: 1)
                if let partition = RunScope.Partition(number, of: count) { return partition }
                throw refusal("which is not a part of the work: indices begin at \(first)", in: environment)
            case .range(let least, let greatest, let step, let count):
                let least = try number(least, in: environment)
                let greatest = try number(greatest, in: environment)
                let step = environment[step] == nil ? 1 : try number(step, in: environment)
                let stated = try count.map { name throws(Diagnostic) in try number(name, in: environment) }
                return try partition(
                    index,
                    least: least,
                    greatest: greatest,
                    step: step,
                    stated: stated,
                    in: environment
                )
            case .unknown:
                throw refusal("but not the number of jobs", in: environment)
            }
        }

        private func partition(
            _ index: Int,
            least: Int,
            greatest: Int,
            step: Int,
            stated: Int?,
            in environment: [String: String]
        ) throws(Diagnostic) -> RunScope.Partition {
            guard least >= 0, step >= 1, least <= greatest, least...greatest ~= index else {
                throw refusal("which is not a part of the work", in: environment)
            }
            if least == greatest || stated == 1 {
                throw refusal(
                    "a single index: it may belong to an array that is run again",
                    in: environment
                )
            }
            let count = ((greatest - least) / step).adding(clamped: 1)
            guard (greatest - least) % step == 0, (index - least) % step == 0, stated ?? count == count,
                let partition = RunScope.Partition(((index - least) / step).adding(clamped: 1), of: count)
            else { throw refusal("so some indices are missing", in: environment) }
            return partition
        }

        private func number(_ variable: String, in environment: [String: String]) throws(Diagnostic) -> Int {
            guard let text = environment[variable], !text.isEmpty else {
                throw refusal("and \(variable) is not set", in: environment)
            }
            if let number = Int(text) { return number }
            throw Diagnostic(
                "environment.partition",
                message: "\(variable) is '\(text.prefix(40))', which is not a number",
                category: .usage,
                hint: "name the part, such as --partition 3/4; 1/1 is all of the work"
            )
        }

        private func refusal(_ reason: String, in environment: [String: String]) -> Diagnostic {
            Diagnostic(
                "environment.partition",
                message: "\(name) states \(stated(in: environment)), \(reason)",
                category: .usage,
                hint: "name the part, such as --partition 3/4; 1/1 is all of the work"
            )
        }
    }
}
