import Diagnostics
import Pipelines
import Runs
import Formats
import PluginTestKit
import Testing

@testable import Command

/// Numbers from the command line, from schedulers and from stored reports: any of them is used, or refused in words.
@Suite struct ExtremeTextTests {
    private static let schedulers = [
        [
            "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_MAX",
            "SLURM_ARRAY_TASK_STEP",
        ],
        ["JOB_COMPLETION_INDEX", "JOB_COMPLETIONS"], ["AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE"],
        ["CLOUD_RUN_TASK_INDEX", "CLOUD_RUN_TASK_COUNT"], ["CI_NODE_INDEX", "CI_NODE_TOTAL"],
        ["BATCH_TASK_INDEX", "BATCH_TASK_COUNT"], ["PBS_ARRAY_INDEX"], ["PBS_ARRAYID"], ["LSB_JOBINDEX"],
        ["SGE_TASK_ID", "SGE_TASK_LAST", "SGE_TASK_FIRST", "SGE_TASK_STEPSIZE"],
    ]

    @Test(arguments: schedulers, Extremes.texts)
    func `a job of an array does its part, or nothing`(variables: [String], text: String) {
        let others = ["1", "4", "0", "3", "1"]
        for changed in 1..<(1 << variables.count) {
            var environment: [String: String] = [:]
            for (index, variable) in variables.enumerated() {
                environment[variable] = changed >> index & 1 == 1 ? text : others[index]
            }
            do throws(Diagnostic) {
                let partition = try ArrayJob(environment).partition()
                #expect(1...partition.count ~= partition.number)
                // It does the work of all only where the scheduler says that it is the only one.
                if partition.count == 1 { #expect(variables.count == 2 && Int(environment[variables[1]] ?? "") == 1) }
            } catch {
                #expect(error.code == "environment.partition")
            }
        }
    }

    @Test(arguments: Extremes.texts)
    func `flags with numbers are read, or refused`(text: String) throws {
        for words in [
            ["--limit", text], ["--partition", text], ["--partition", "1/\(text)"], ["--partition", "\(text)/4"],
            ["--partition", "\(text)/\(text)"],
        ] {
            do throws(Diagnostic) {
                let arguments = try Arguments(words, flags: RunVerb.flags + Flag.common, of: "run")
                let scope = try arguments.scope([:])
                #expect(scope.limit ?? 0 >= 0)
            } catch {
                #expect(error.code == "command.flag", "\(words)")
            }
        }
    }

    @Test(arguments: Extremes.integers)
    func `whole numbers have words`(number: Int64) {
        let number = Int(number)
        #expect(number.grouped.filter { $0 != "," && $0 != "-" } == "\(number.magnitude)")
        #expect(!number.byteText.isEmpty)
        for length in [Duration.seconds(number), .milliseconds(number), .seconds(number) + .seconds(number)] {
            #expect(!length.shortText.isEmpty)
        }
    }

    @Test(arguments: Extremes.reals)
    func `real numbers have words`(number: Double) {
        #expect(!number.oneDecimal.isEmpty)
    }

    /// A report with every number that one has, each of them `§`.
    private static let report = """
        {"pipeline":"p","outcome":"published","exit":§,"attempt":§,"resumedFrom":§,"checkpoints":§,"seconds":§,\
        "recordsPerSecond":§,"read":§,"written":§,"limit":§,"process":{"cpuUserSeconds":§,"cpuSystemSeconds":§,\
        "residentPeakBytes":§},"stages":[{"name":"a","kind":"source","plugin":"x","in":§,"made":§,"out":§,"rejected":§,\
        "retries":§,"busySeconds":§,"filtered":{"b":§,"c":§,"d":§},"cursorBefore":"{\\"number\\":§,\\"read\\":§}"}],\
        "rejections":[{"stage":"a","code":"c","reason":"r","count":§,"positions":["1","2"]}],\
        "files":[{"path":"f","records":§,"bytes":§}],"findings":[{"line":§,"column":§,"message":"m"}]}
        """

    @Test(arguments: Extremes.texts)
    func `a stored report may hold any numbers`(text: String) throws {
        for number in [text, "-\(text)", "\(text).5", "\(text)e300"] {
            let bytes = Array(Self.report.replacing("§", with: number).utf8)
            guard let report = try? JSONValue(parsing: bytes, name: "report") else { continue }
            #expect(ReportText(report).text.hasPrefix("p: published"))
        }
    }
}
