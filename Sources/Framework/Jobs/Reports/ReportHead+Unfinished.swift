package import Diagnostics
internal import Formats
internal import Glibc

extension ReportHead {
    /// The report of a command that is running, or was killed while it was.
    ///
    /// - Parameter pipelines: The pipelines that it runs.
    /// - Returns: A JSON object.
    func running(_ pipelines: [String]) -> [UInt8] {
        unfinished(pipelines, outcome: "running") { json in
            json.member("process", value: Int(getpid()))
            json.member("started", value: ISO8601.text(ofMilliseconds: SystemClock.seconds * 1000))
        }
    }

    /// The report of a command that ended before a run started: nothing was read, and nothing was published.
    ///
    /// - Parameters:
    ///   - pipelines: The pipelines that it was to run.
    ///   - findings: The reasons.
    /// - Returns: A JSON object.
    package func notStarted(_ pipelines: [String], because findings: [Diagnostic]) -> [UInt8] {
        unfinished(pipelines, outcome: "not-started") { json in
            json.key("findings")
            json.array { json in for finding in findings { FindingJSON.write(finding, to: &json) } }
        }
    }

    private func unfinished(
        _ pipelines: [String],
        outcome: String,
        body: (inout JSONWriter) -> Void
    ) -> [UInt8] {
        report(isGood: false) { json in
            json.member("outcome", value: outcome)
            json.key("pipelines")
            json.array { json in for pipeline in pipelines { json.write(pipeline) } }
            body(&json)
        }
    }
}
