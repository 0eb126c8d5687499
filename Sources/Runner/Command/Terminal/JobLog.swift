internal import Formats
internal import Jobs
internal import Records
internal import Runs

/// The events of a job as lines of JSON.
enum JobLog {
    /// A step begins.
    static func begin(_ step: String, pipeline: String) -> LogLine {
        LogLine("step", message: step == pipeline ? "step '\(step)'" : "step '\(step)' runs '\(pipeline)'") { json in
            json.member("step", value: step)
            json.member("pipeline", value: pipeline)
        }
    }

    /// A run of a step has ended; its errors have lines of their own.
    static func summary(_ report: RunReport, step: String) -> LogLine {
        LogLine("summary", level: report.outcome.isGood ? .info : .error, message: Summary(report).headline) { json in
            json.member("step", value: step)
            json.member("pipeline", value: report.pipeline)
            json.member("run", value: report.run.id)
            json.member("ok", value: report.outcome.isGood)
            json.member("outcome", value: report.outcome.name)
            json.member("read", value: report.read)
            json.member("written", value: report.written)
            json.member("filtered", value: report.filtered.reduce(0) { $0 + $1.count })
            json.member("rejected", value: report.rejected)
            json.member("seconds", value: report.duration.seconds)
        }
    }

    /// The job has ended.
    static func end(_ outcome: JobOutcome, code: ExitCode) -> LogLine {
        LogLine("end", level: code == .done ? .info : .error, message: StepSummary(outcome).headline) { json in
            json.member("outcome", value: outcome.ending.rawValue)
            json.member("exit", value: Int(code.rawValue))
            json.member("seconds", value: outcome.duration.seconds)
        }
    }
}
