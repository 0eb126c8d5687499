import Foundation
import PluginTestKit
import TestTags
import Testing

/// How much of a pipeline is done: `--limit`, `--dry-run`, `--partition`, and what array jobs say.
@Suite(.tags(.process)) struct ScopeTests {
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

    @Test(arguments: [
        (["--partition", "1/2"], "0338fde7fbcf07b48ea7cf70d21389a3"),
        (["--limit", "5"], "3868ba1e4c8346afff965a3a4b9a2c8c"),
        ([], "ff4eba3a3cc789ec2bd4e22156677212"),
    ])
    func `the digest of a run is that of versions with checkpoints of the same form`(
        scope: [String],
        digest: String
    ) throws {
        let text = """
            [[source]]
            use = "generate"
            rows = 40
            columns = ["id: sequence"]
            [[sink]]
            use = "null"

            """
        try work.folder.write(text, to: "p.toml")
        let outcome = try Program.run(Program.path, ["run", "p.toml", "--json"] + scope, in: work.folder.path)
        #expect(try outcome.result["configuration"] as? String == digest)
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

    /// Variables of array jobs, and the part that each is.
    struct Job: Sendable, CustomTestStringConvertible {
        let variables: [String: String]
        let part: String
        var testDescription: String { variables.keys.min() ?? "" }
    }

    @Test(arguments: [
        Job(
            variables: [
                "SLURM_ARRAY_TASK_ID": "6", "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_ARRAY_TASK_MIN": "5",
                "SLURM_ARRAY_TASK_MAX": "7", "SLURM_ARRAY_TASK_STEP": "1",
            ],
            part: "2of3"
        ),
        Job(variables: ["JOB_COMPLETION_INDEX": "0", "JOB_COMPLETIONS": "3"], part: "1of3"),
    ])
    func `a job of an array does its part, if it is asked to`(job: Job) throws {
        let outcome = try generate(["--partition", "auto"], environment: job.variables)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(work.files(in: "exports/demo") == ["films-\(job.part).csv"])
    }

    @Test func `what the command line says goes before what an array says`() throws {
        let job = ["JOB_COMPLETION_INDEX": "0", "JOB_COMPLETIONS": "3"]
        #expect(try generate(["--partition", "2/4"], environment: job).code == 0)
        #expect(try generate(["--partition", "1/1", "-D", "out=whole"], environment: job).code == 0)
        #expect(work.files(in: "exports/demo") == ["films-2of4.csv"])
        #expect(work.files(in: "whole") == ["films.csv"])
    }

    @Test(arguments: [
        ["JOB_COMPLETION_INDEX": "2"],
        ["SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_COUNT": "1", "SLURM_ARRAY_TASK_MIN": "3"],
    ])
    func `a job of an array that is not asked for its part does nothing`(variables: [String: String]) throws {
        for words in [[], ["--partition", "auto"]] {
            let outcome = try generate(words, environment: variables)
            #expect(outcome.code == 2)
            #expect(outcome.errors.hasPrefix("error[environment.partition]: "))
            #expect(outcome.errors.contains("\n  hint: "))
            #expect(work.files() == [])
        }
    }

    @Test func `a limit is about the whole, and parts would read more`() throws {
        let outcome = try generate(["--partition", "1/4", "--limit", "10"])
        #expect(outcome.code == 2)
        #expect(outcome.errors.hasPrefix("error[command.flag]: --limit cannot be combined with --partition"))
        #expect(try generate(["--partition", "1/1", "--limit", "10"]).code == 0)
        #expect(try ids("films.csv") == Array(1...10))
    }

    /// Pipelines that a part of the records would get wrong, and where `check` and `run` say so.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let pipeline: String
        let place: String
        let words: String

        init(_ name: String, _ pipeline: String, at place: String, _ words: String) {
            (testDescription, self.pipeline, self.place, self.words) = (name, pipeline, place, words)
        }
    }

    private static let source = "[[source]]\nuse = \"generate\"\ncolumns = [\"id: sequence\"]\nrows = 50\n"
    private static let sink = "[[sink]]\nuse = \"csv\"\npath = \"exports/out.csv\"\n"

    @Test(arguments: [
        Refusal(
            "unique",
            source + "[[transform]]\nuse = \"unique\"\nby = [\"id\"]\n" + sink,
            at: "p.toml:6:7",
            "the transform 'unique' cannot be run in parts: each part would keep a first record of each key"
        ),
        Refusal(
            "number",
            source + "[[transform]]\nuse = \"number\"\n" + sink,
            at: "p.toml:6:7",
            "the transform 'number' cannot be run in parts: each part would begin with the first number"
        ),
        Refusal(
            "since",
            source + "increment = \"id\"\nsince = \"last-run\"\n" + sink,
            at: "p.toml:6:9",
            "the source 'generate' is read incrementally, which parts cannot do"
        ),
        Refusal(
            "trakt-export",
            "[[source]]\nuse = \"trakt-export\"\npath = \"export.zip\"\ndata = \"history\"\n" + sink,
            at: "p.toml:2:7",
            "the source 'trakt-export' cannot be run in parts: only each page states where the next one begins"
        ),
        Refusal(
            "letterboxd",
            "[[source]]\nuse = \"generate\"\ncolumns = [\"tmdb: sequence\", \"rating: integer 1..10\"]\nrows = 50\n"
                + "[[sink]]\nuse = \"letterboxd\"\npath = \"exports/out.csv\"\ncontent = \"ratings\"\n",
            at: "p.toml:6:7",
            "the sink 'letterboxd' cannot be run in parts: what is a rewatch"
        ),
    ])
    func `what cannot be run in parts is refused before it is begun`(refusal: Refusal) throws {
        try work.folder.write(refusal.pipeline, to: "p.toml")
        for verb in ["check", "run"] {
            let outcome = try work.sprocket(verb, "p.toml", "--partition", "1/2")
            #expect(outcome.code == 2)
            #expect(outcome.errors.hasPrefix("\(refusal.place): error[pipeline.partition]: \(refusal.words)"))
            #expect(outcome.errors.contains("without --partition"))
            #expect(work.files() == [], "\(verb) \(outcome.errors)")
        }
        #expect(try work.sprocket("check", "p.toml", "--partition", "1/1").code == 0)
    }

    @Test(arguments: ["0/4", "5/4", "1", "1/0", "1/2/3", "a/b", "-1/4", "/"])
    func `a part that there is not is refused`(part: String) throws {
        let outcome = try generate(["--partition=\(part)"])
        #expect(outcome.code == 2)
        #expect(
            outcome.errors == """
                error[command.flag]: --partition must state a part and the number of parts, not '\(part)'
                  hint: --partition 1/4 to --partition 4/4, or --partition auto in an array job

                """
        )
    }
}
