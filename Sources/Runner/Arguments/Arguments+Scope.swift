internal import Diagnostics
internal import Engine
internal import PluginKit

extension Arguments {
    /// How much of a pipeline is to be done: `--limit`, `--dry-run` and `--partition`, or what an array job says.
    ///
    /// - Parameter environment: The environment's variables.
    /// - Returns: What is to be done; everything if nobody says otherwise.
    /// - Throws: `command.flag` and `environment.partition` for what makes no sense.
    func scope(_ environment: [String: String]) throws(Diagnostic) -> RunScope {
        RunScope(limit: try limit, isDry: has("dry-run"), partition: try partition(environment))
    }

    /// What a use of a pipeline is called: `--as`; nil for the usual one.
    ///
    /// - Throws: `command.flag` for what makes no name.
    func instance() throws(Diagnostic) -> String? {
        guard let name = self["as"] else { return nil }
        let isName = 1...64 ~= name.utf8.count && name.allSatisfy { $0.isLetter || $0.isNumber || "-_.".contains($0) }
        if isName { return name }
        throw Diagnostic(
            "command.flag",
            "--as is a name, not '\(name.prefix(80))'",
            hint: "up to 64 letters, digits, '-', '_' and '.', such as --as anna"
        )
    }

    private var limit: Int? {
        get throws(Diagnostic) {
            guard let text = self["limit"] else { return nil }
            if let limit = Int(text), limit >= 0 { return limit }
            throw Diagnostic("command.flag", "--limit is a number of records, not '\(text)'", hint: "--limit 100")
        }
    }

    private func partition(_ environment: [String: String]) throws(Diagnostic) -> RunScope.Partition? {
        guard let text = self["partition"] else { return try ArrayJob.partition(environment) }
        let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        if numbers.count == 2, let number = numbers[0], let count = numbers[1],
            let partition = RunScope.Partition(number, of: count)
        {
            return partition
        }
        throw Diagnostic(
            "command.flag",
            "--partition is a part and how many parts there are, not '\(text)'",
            hint: "--partition 1/4 to --partition 4/4"
        )
    }
}

/// Which part of the work a job of an array is, as the scheduler says it.
enum ArrayJob {
    /// The partition; nil outside of an array.
    ///
    /// - Throws: `environment.partition` if the variables contradict each other.
    static func partition(_ environment: [String: String]) throws(Diagnostic) -> RunScope.Partition? {
        for scheduler in schedulers {
            guard let index = environment[scheduler.index], let count = environment[scheduler.count], !index.isEmpty,
                !count.isEmpty
            else { continue }
            if let partition = try scheduler.partition(index, of: count, environment) { return partition }
            throw Diagnostic(
                "environment.partition",
                "\(scheduler.index) is \(index) and \(scheduler.count) is \(count), which is no part of the work",
                hint: "indices must follow one another; or say it with --partition I/N"
            )
        }
        return nil
    }

    private struct Scheduler {
        let index: String
        let count: String
        /// The variable with the least index; nil if indices begin with 0.
        let first: String?

        /// The part with this index; nil if there is none.
        ///
        /// - Throws: `environment.partition` if a variable holds no number: the work is not done as a whole then, as it
        ///   would be outside of an array.
        func partition(
            _ index: String,
            of count: String,
            _ environment: [String: String]
        ) throws(Diagnostic) -> RunScope.Partition? {
            let index = try Self.number(index, self.index)
            let count = try Self.number(count, self.count)
            var least = 0
            if let first {
                least = 1
                if let text = environment[first] { least = try Self.number(text, first) }
            }
            return RunScope.Partition(index.subtracting(clamped: least).adding(clamped: 1), of: count)
        }

        private static func number(_ text: String, _ variable: String) throws(Diagnostic) -> Int {
            if let number = Int(text) { return number }
            throw Diagnostic(
                "environment.partition",
                "\(variable) is '\(text.prefix(40))', which is not a number",
                hint: "say the part with --partition I/N; 1/1 is all of the work"
            )
        }
    }

    /// The schedulers that are known, and the variables that they set.
    ///
    /// Slurm: sbatch(1), "output environment variables". Kubernetes: the completion index of an indexed Job, its number
    /// handed over by the manifest. AWS Batch: "array job environment variables".
    private static let schedulers = [
        Scheduler(index: "SLURM_ARRAY_TASK_ID", count: "SLURM_ARRAY_TASK_COUNT", first: "SLURM_ARRAY_TASK_MIN"),
        Scheduler(index: "JOB_COMPLETION_INDEX", count: "JOB_COMPLETIONS", first: nil),
        Scheduler(index: "AWS_BATCH_JOB_ARRAY_INDEX", count: "AWS_BATCH_JOB_ARRAY_SIZE", first: nil),
    ]
}
