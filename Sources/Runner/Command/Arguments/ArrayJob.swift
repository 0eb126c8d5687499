internal import Diagnostics
internal import Pipelines

/// The part of the work that a job of an array does, as its scheduler states it.
struct ArrayJob {
    private let environment: [String: String]

    /// The job that these variables describe, if any.
    init(_ environment: [String: String]) { self.environment = environment }

    /// The schedulers whose variables describe the job as one of an array.
    private var schedulers: [Scheduler] { Scheduler.all.filter { $0.isArray(environment) } }

    /// Refuses to do all of the work in every job of an array.
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
                "this is one of several jobs (\(scheduler.stated(in: environment))), and it is not specified "
                + "which part of the work it does",
            category: .usage,
            hint: "\(way), --partition 1/1 does all of the work"
        )
    }

    /// The part of the work that this job does.
    ///
    /// - Returns: The part, of all jobs of the array.
    /// - Throws: `environment.partition` if this is not a job of an array, if the array may be incomplete, or if the
    ///   variables of two schedulers are set.
    func partition() throws(Diagnostic) -> RunScope.Partition {
        let schedulers = schedulers
        guard let scheduler = schedulers.first else {
            // Cloud Run, GitLab and Google Batch number a single job as one of one.
            if let alone = Scheduler.all.first(where: { $0.isAlone(environment) }), let whole = alone.whole {
                return whole
            }
            let variables = Scheduler.all.map(\.index).joined(separator: ", ")
            throw Diagnostic(
                "environment.partition",
                message: "--partition auto reads the variables of an array job, and none is set",
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
