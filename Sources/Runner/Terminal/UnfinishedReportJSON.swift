internal import Diagnostics
internal import Formats
internal import Glibc

/// The reports of commands that have none of a run: one that is still running, and one that did not begin.
enum UnfinishedReportJSON {
    /// The report of a command that runs, or was killed while it ran.
    static func running(_ pipelines: [String]) -> [UInt8] {
        text(pipelines, "running") { json in
            json.member("process", Int(getpid()))
            json.member("started", ISO8601.text(ofMilliseconds: Int64(time(nil)) * 1000))
        }
    }

    /// The report of a command that ended before a run began: nothing was read, and nothing was published.
    ///
    /// - Parameters:
    ///   - pipelines: What it was to run.
    ///   - findings: Why it did not.
    ///   - code: The exit code of the program.
    /// - Returns: A JSON object.
    static func notBegun(_ pipelines: [String], _ findings: [Diagnostic], _ code: ExitCode) -> [UInt8] {
        text(pipelines, "not-begun", exit: code) { json in
            json.key("findings")
            json.array { json in for finding in findings { FindingJSON.write(finding, to: &json) } }
        }
    }

    private static func text(
        _ pipelines: [String],
        _ outcome: String,
        exit: ExitCode? = nil,
        _ body: (inout JSONWriter) -> Void
    ) -> [UInt8] {
        let text = ReportEnvelope.text(isFine: false) { json in
            if let exit { json.member("exit", Int(exit.rawValue)) }
            json.member("outcome", outcome)
            json.key("pipelines")
            json.array { json in for pipeline in pipelines { json.write(pipeline) } }
            body(&json)
        }
        return Array(text.utf8)
    }
}
