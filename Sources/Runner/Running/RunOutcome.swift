internal import Pipelines
internal import Formats
internal import PluginKit
internal import Runs

/// All that is to be told of a command `run` when it is over.
struct RunOutcome {
    private let job: Job
    private let results: [StepResult]
    private let scope: RunScope
    private let duration: Duration

    init(_ job: Job, _ results: [StepResult], _ scope: RunScope, took duration: Duration) {
        self.job = job
        self.results = results
        self.scope = scope
        self.duration = duration
    }

    var code: ExitCode { results.code }

    /// A line for each step; nil if there was one pipeline and nothing else, which has told about itself.
    var summary: String? {
        job.isSingle ? nil : StepSummary(job.name, results, isDry: scope.isDry, took: duration).text
    }

    /// The report of the one pipeline, or of all steps; nil if the one has left none.
    var json: [UInt8]? {
        guard job.isSingle else { return steps }
        guard case .ran(_, let ending) = results.first?.ending, let report = ending.report else { return nil }
        return ReportJSON.bytes(report, scope, exitCode: ending.code)
    }

    /// The report for `--report`: there is one whatever happened to the command.
    var report: [UInt8] {
        if let json { return json }
        guard case .ran(let pipeline, let ending) = results.first?.ending else {
            // A signal came before the run.
            return UnfinishedReportJSON.notBegun([job.name], [], code)
        }
        return UnfinishedReportJSON.notBegun([pipeline], ending.problems, code)
    }

    /// What lies on the disk, in words.
    var standing: String {
        let reports = results.compactMap { result in
            if case .ran(_, let ending) = result.ending { ending.report } else { nil }
        }
        if job.isSingle { return reports.first.map { $0.standing.words($0) } ?? "nothing was published" }
        let files = reports.reduce(0) { $0 + $1.files.count }
        return files == 0
            ? "no step has published a file"
            : "the steps have published \(files.counted("file"))"
    }

    private var steps: [UInt8] {
        let text = ReportEnvelope.text(isFine: code == .done) { json in
            json.member("exit", Int(code.rawValue))
            json.member("seconds", duration.seconds)
            json.key("steps")
            json.array { json in
                for result in results { json.object { json in write(result, to: &json) } }
            }
        }
        return Array(text.utf8)
    }

    private func write(_ result: StepResult, to json: inout JSONWriter) {
        json.member("step", result.name)
        switch result.ending {
        case .ran(let pipeline, let ending):
            json.member("pipeline", pipeline)
            json.member("ending", ending.code == .done ? "done" : ending.code.isOfSignal ? "stopped" : "failed")
            json.member("exit", Int(ending.code.rawValue))
            guard let report = ending.report else {
                json.key("findings")
                json.array { json in for problem in ending.problems { FindingJSON.write(problem, to: &json) } }
                return
            }
            json.key("report")
            ReportJSON.write(report, scope, exitCode: ending.code, to: &json)
        case .skipped(let needed):
            json.member("ending", "skipped")
            json.member("needed", needed)
        case .notBegun(let behind):
            json.member("ending", "not-begun")
            json.member("behind", behind)
        case .stopped:
            json.member("ending", "not-begun")
        }
    }
}
