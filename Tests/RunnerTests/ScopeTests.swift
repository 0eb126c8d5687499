import Foundation
import PluginTestKit
import Testing

/// How much of a pipeline is done: `--limit`, `--dry-run`, `--partition`, and what array jobs say.
@Suite struct ScopeTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    private func generate(_ more: [String], environment: [String: String] = [:]) throws -> Program.Outcome {
        try Program.run(
            Program.path,
            ["run", "generate-to-csv", "-D", "rows=2500"] + more,
            in: work.folder.path,
            environment: environment
        )
    }

    private func ids(_ file: String) throws -> [Int] {
        try work.csv("exports/demo/" + file).compactMap { $0["id"].flatMap { Int($0) } }
    }

    @Test(arguments: [0, 1, 999, 1000, 1001, 5000])
    func `a limit is the most that is read of each source`(limit: Int) throws {
        #expect(try generate(["--limit", "\(limit)"]).code == 0)
        #expect(try ids("films.csv") == Array((1...2500).prefix(limit)))
    }

    @Test func `a dry run reads and counts, and leaves nothing`() throws {
        let before = work.folder.files
        let outcome = try generate(["--dry-run", "--json"])
        #expect(outcome.code == 0)
        #expect(work.folder.files == before)
        let report = try outcome.result
        #expect(report["dryRun"] as? Bool == true)
        #expect(report["read"] as? Int == 2500)
        let words = try generate(["--dry-run"]).errors
        #expect(words.hasPrefix("generate-to-csv: dry run: done in "))
        #expect(words.contains("; nothing was written\n"))
        #expect(words.contains("\n  to write 2,500   csv 2,500\n"))
        #expect(!words.contains("written  "))
    }

    @Test func `the partitions together are the whole, and no record is in two`() throws {
        for part in 1...4 {
            let outcome = try generate(["--partition", "\(part)/4", "--report", "report-\(part).json"])
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(try work.folder.text(of: "report-\(part).json").contains("\"partition\":\"\(part)/4\""))
        }
        let names = (1...4).map { "films-\($0)of4.csv" }
        #expect(work.files(in: "exports/demo") == names)
        #expect(try names.flatMap(ids).sorted() == Array(1...2500))
        let states = try work.sprocket("state", "show", "generate-to-csv").output
        for part in 1...4 { #expect(states.contains("generate-to-csv \(part)of4\n")) }
    }

    struct Job: Sendable, CustomTestStringConvertible {
        let variables: [String: String]
        let part: String
        var testDescription: String { variables.keys.min() ?? "" }
    }

    @Test(arguments: [
        Job(
            variables: ["SLURM_ARRAY_TASK_ID": "6", "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_ARRAY_TASK_MIN": "5"],
            part: "2of3"
        ),
        Job(variables: ["JOB_COMPLETION_INDEX": "0", "JOB_COMPLETIONS": "3"], part: "1of3"),
        Job(variables: ["AWS_BATCH_JOB_ARRAY_INDEX": "2", "AWS_BATCH_JOB_ARRAY_SIZE": "3"], part: "3of3"),
    ])
    func `a job of an array does its part`(job: Job) throws {
        let outcome = try generate([], environment: job.variables)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(work.files(in: "exports/demo") == ["films-\(job.part).csv"])
    }

    @Test func `what the command line says goes before what an array says`() throws {
        let job = ["JOB_COMPLETION_INDEX": "0", "JOB_COMPLETIONS": "3"]
        #expect(try generate(["--partition", "2/4"], environment: job).code == 0)
        #expect(work.files(in: "exports/demo") == ["films-2of4.csv"])
    }

    @Test(arguments: [
        ["SLURM_ARRAY_TASK_ID": "9", "SLURM_ARRAY_TASK_COUNT": "4", "SLURM_ARRAY_TASK_MIN": "1"],
        ["JOB_COMPLETION_INDEX": "3", "JOB_COMPLETIONS": "3"],
        ["AWS_BATCH_JOB_ARRAY_INDEX": "-1", "AWS_BATCH_JOB_ARRAY_SIZE": "3"],
    ])
    func `an array that contradicts itself is refused`(variables: [String: String]) throws {
        let outcome = try generate([], environment: variables)
        #expect(outcome.code == 3)
        #expect(outcome.errors.hasPrefix("error[environment.partition]: "))
        #expect(outcome.errors.contains("which is no part of the work\n  hint: "))
        #expect(work.files() == [])
    }

    @Test(arguments: ["0/4", "5/4", "1", "1/0", "1/2/3", "a/b", "-1/4", "/"])
    func `a part that there is not is refused`(part: String) throws {
        let outcome = try generate(["--partition=\(part)"])
        #expect(outcome.code == 2)
        #expect(
            outcome.errors == """
                error[command.flag]: --partition is a part and how many parts there are, not '\(part)'
                  hint: --partition 1/4 to --partition 4/4

                """
        )
    }
}
