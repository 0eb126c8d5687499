import Diagnostics
import Pipelines
import Testing

@testable import Command

/// What the variables of schedulers mean: nothing, unless somebody asks, and then all of them are looked at.
@Suite struct ArrayJobTests {
    /// Variables of a job, and what they say of its part.
    struct Job: Sendable, CustomTestStringConvertible {
        let variables: [String: String]
        /// Such as `2of3`; nil if `auto` refuses them.
        let part: String?
        let testDescription: String

        init(_ variables: String, _ part: String?) {
            let pairs = variables.split(separator: " ").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
            self.variables = Dictionary(uniqueKeysWithValues: pairs.map { ($0[0], $0.count > 1 ? $0[1] : "") })
            self.part = part
            testDescription = variables
        }
    }

    private static func slurm(_ id: Int, _ least: Int, _ greatest: Int, _ count: Int, step: Int = 1) -> String {
        """
        SLURM_ARRAY_TASK_ID=\(id) SLURM_ARRAY_TASK_MIN=\(least) SLURM_ARRAY_TASK_MAX=\(greatest) \
        SLURM_ARRAY_TASK_COUNT=\(count) SLURM_ARRAY_TASK_STEP=\(step)
        """
    }

    private static let arrays = [
        Job(slurm(1, 1, 4, 4), "1of4"),
        Job(slurm(3, 0, 3, 4), "4of4"),
        Job(slurm(6, 5, 7, 3), "2of3"),
        Job(slurm(5, 1, 7, 4, step: 2), "3of4"),
        Job("JOB_COMPLETION_INDEX=0 JOB_COMPLETIONS=3", "1of3"),
        Job("AWS_BATCH_JOB_ARRAY_INDEX=2 AWS_BATCH_JOB_ARRAY_SIZE=3", "3of3"),
        Job("CLOUD_RUN_TASK_INDEX=1 CLOUD_RUN_TASK_COUNT=2", "2of2"),
        Job("CI_NODE_INDEX=1 CI_NODE_TOTAL=2", "1of2"),
        Job("BATCH_TASK_INDEX=4 BATCH_TASK_COUNT=5", "5of5"),
        Job("SGE_TASK_ID=3 SGE_TASK_FIRST=1 SGE_TASK_LAST=5 SGE_TASK_STEPSIZE=2", "2of3"),
    ]

    private static let riddles = [
        // One index again, gaps, an index outside, a count that does not fit, a step that does not, nothing but an index.
        Job(slurm(3, 3, 3, 1), nil), Job(slurm(2, 0, 5, 3), nil), Job(slurm(5, 0, 5, 3), nil),
        Job(slurm(9, 1, 4, 4), nil), Job(slurm(0, 1, 4, 4), nil), Job(slurm(2, 1, 4, 3), nil),
        Job(slurm(2, 1, 7, 4, step: 2), nil), Job(slurm(1, 1, 4, 4, step: 0), nil),
        Job(slurm(1, 1, 6, 3, step: 2), nil),
        Job("SLURM_ARRAY_TASK_ID=2", nil),
        Job("SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=1", nil),
        Job("SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=4", nil),
        Job("JOB_COMPLETION_INDEX=2", nil), Job("JOB_COMPLETION_INDEX=2 JOB_COMPLETIONS=", nil),
        Job("JOB_COMPLETION_INDEX=3 JOB_COMPLETIONS=3", nil), Job("JOB_COMPLETION_INDEX=2 JOB_COMPLETIONS=1", nil),
        Job("AWS_BATCH_JOB_ARRAY_INDEX=-1 AWS_BATCH_JOB_ARRAY_SIZE=3", nil),
        Job("AWS_BATCH_JOB_ARRAY_INDEX=1", nil), Job("CLOUD_RUN_TASK_INDEX=1", nil), Job("CI_NODE_INDEX=2", nil),
        Job("CI_NODE_INDEX=0 CI_NODE_TOTAL=2", nil), Job("BATCH_TASK_INDEX=x BATCH_TASK_COUNT=5", nil),
        Job("SGE_TASK_ID=3 SGE_TASK_FIRST=3 SGE_TASK_LAST=3 SGE_TASK_STEPSIZE=1", nil),
        Job("SGE_TASK_ID=2 SGE_TASK_FIRST=1 SGE_TASK_LAST=5 SGE_TASK_STEPSIZE=2", nil), Job("SGE_TASK_ID=2", nil),
        Job("PBS_ARRAY_INDEX=2", nil), Job("PBS_ARRAYID=2", nil), Job("LSB_JOBINDEX=2 LSB_JOBINDEX_END=4", nil),
        // Two at once.
        Job("JOB_COMPLETION_INDEX=0 JOB_COMPLETIONS=3 CI_NODE_INDEX=1 CI_NODE_TOTAL=3", nil),
    ]

    private static let alone = [
        Job("CLOUD_RUN_TASK_INDEX=0 CLOUD_RUN_TASK_COUNT=1", "1of1"),
        Job("CI_NODE_INDEX=1 CI_NODE_TOTAL=1", "1of1"),
        Job("BATCH_TASK_INDEX=0 BATCH_TASK_COUNT=1", "1of1"),
        Job("SGE_TASK_ID=undefined SGE_TASK_FIRST=undefined SGE_TASK_LAST=undefined", nil),
        Job("LSB_JOBINDEX=0", nil), Job("CI_NODE_TOTAL=1", nil), Job("SLURM_ARRAY_TASK_ID=", nil),
        Job("SLURM_JOB_ID=7", nil), Job("", nil),
    ]

    private func arguments(_ words: [String]) throws -> Arguments {
        try Arguments(words, flags: RunVerb.flags + Flag.common, of: "run")
    }

    @Test(arguments: arrays + riddles + alone)
    func `auto takes the part from an array that is whole, and refuses every other`(job: Job) throws {
        do throws(Diagnostic) {
            let partition = try ArrayJob(job.variables).partition()
            #expect("\(partition.number)of\(partition.count)" == job.part)
        } catch {
            #expect(job.part == nil, "\(error.rendered())")
            #expect(error.code == "environment.partition")
            #expect(error.hint?.contains("--partition 3/4") == true, "\(error.rendered())")
            #expect(ExitCode(for: error) == .usage)
        }
    }

    @Test(arguments: arrays + riddles)
    func `a job of an array that nobody asks for a part is refused`(job: Job) throws {
        let error = try #require(throws: Diagnostic.self) { try arguments([]).scope(job.variables) }
        #expect(error.code == "environment.partition")
        #expect(ExitCode(for: error) == .usage)
        let hint = try #require(error.hint)
        #expect(hint.contains("--partition auto") && hint.contains("--partition 1/1"))
        #expect(try arguments(["--partition", "1/1"]).scope(job.variables).partition == nil)
        #expect(try arguments(["--partition", "2/3"]).scope(job.variables).partition?.number == 2)
    }

    @Test(arguments: alone)
    func `a job that is alone does all of the work`(job: Job) throws {
        #expect(try arguments([]).scope(job.variables).partition == nil)
    }
}
