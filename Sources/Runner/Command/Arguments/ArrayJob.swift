internal import Diagnostics
internal import Pipelines

/// Which part of the work a job of an array is, as its scheduler says it.
struct ArrayJob {
    private let environment: [String: String]

    /// The job that these variables are of, if of any.
    init(_ environment: [String: String]) { self.environment = environment }

    /// The schedulers whose arrays the job is one of.
    private var schedulers: [Scheduler] { Scheduler.all.filter { $0.isArray(environment) } }

    /// Refuses to do all of the work in each job of an array.
    ///
    /// - Throws: `environment.partition` if this is such a job.
    func refuseWithoutPart() throws(Diagnostic) {
        guard let scheduler = schedulers.first else { return }
        // Not every scheduler states how many jobs there are.
        let way =
            (try? partition()) == nil
            ? "name the part, such as --partition 3/4 (--partition auto needs to know the whole array)"
            : "--partition auto takes the part from \(scheduler.name)"
        throw Diagnostic(
            "environment.partition",
            message:
                "this is one of several jobs (\(scheduler.stated(in: environment))), and which part of the work it is to do "
                + "is not specified",
            category: .usage,
            hint: "\(way), --partition 1/1 does all of the work"
        )
    }

    /// The part that the job is.
    ///
    /// - Returns: The part, of all jobs of the array.
    /// - Throws: `environment.partition` if this is no job of an array, if the array is not known to be whole, or if two
    ///   schedulers say something.
    func partition() throws(Diagnostic) -> RunScope.Partition {
        let schedulers = schedulers
        guard let scheduler = schedulers.first else {
            // Cloud Run, GitLab and Google Batch count a job that is alone as one of one.
            if let alone = Scheduler.all.first(where: { $0.isAlone(environment) }), let whole = alone.whole {
                return whole
            }
            let variables = Scheduler.all.map(\.index).joined(separator: ", ")
            throw Diagnostic(
                "environment.partition",
                message: "--partition auto goes by the variables of an array job, and there are none",
                category: .usage,
                hint: "name the part, such as --partition 3/4; known are \(variables)"
            )
        }
        if schedulers.count > 1 {
            let all = schedulers.map { $0.stated(in: environment) }.joined(separator: " and ")
            throw Diagnostic(
                "environment.partition",
                message: "two schedulers number this job: \(all)",
                category: .usage,
                hint: "name the part, such as --partition 3/4"
            )
        }
        return try scheduler.partition(environment)
    }
}
