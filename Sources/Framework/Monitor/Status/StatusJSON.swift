internal import Formats
internal import Jobs
internal import PluginKit

/// The JSON forms of `/api/runs`, `/api/runs/ID` and `/api/events`.
///
/// `docs/monitor.md` describes them.
struct StatusJSON {
    /// The version of the forms: a different version has members with other names or meanings.
    static let version = 1

    /// The job.
    let job: JobSnapshot
    /// The time, in milliseconds since 1970-01-01T00:00:00Z.
    let time: Int64

    /// The job, its run, and past runs.
    func runs(_ history: [RunHistory.Entry]) -> [UInt8] {
        object { json in
            write(job, to: &json)
            json.key("runs")
            json.array { json in
                for entry in history { write(entry, to: &json) }
            }
        }
    }

    /// A run that is working; nil if it is not that of the job.
    func run(_ id: String) -> [UInt8]? {
        guard let run = job.run, run.identity.id == id else { return nil }
        return object { json in
            LiveRunJSON.write(run, activity: run.activity, holdings: run.holdings, to: &json)
        }
    }

    /// The job and its run, at one moment.
    var event: [UInt8] {
        object { json in
            write(job, to: &json)
            json.key("run")
            guard let run = job.run else { return json.writeNull() }
            json.object { json in
                LiveRunJSON.write(run, activity: run.activity, holdings: run.holdings, to: &json)
            }
        }
    }

    /// Why there is no answer.
    static func problem(_ words: String) -> [UInt8] {
        var json = JSONWriter()
        json.object { $0.member("error", value: words) }
        json.endLine()
        return json.takeBytes()
    }

    private func object(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("sprocket", value: ProgramVersion.text)
            json.member("version", value: Self.version)
            json.member("time", value: ISO8601.text(ofMilliseconds: time))
            body(&json)
        }
        return json.takeBytes()
    }

    private func write(_ job: JobSnapshot, to json: inout JSONWriter) {
        json.key("job")
        json.object { json in
            json.key("pipelines")
            json.array { json in for name in job.names { json.write(name) } }
            if let start = job.startedAt { json.member("startedAt", value: ISO8601.text(ofMilliseconds: start)) }
            json.member("stopped", value: job.isStopped)
            json.member("ended", value: job.hasEnded)
            if let step = job.step { json.member("step", value: step) }
            if let run = job.run { json.member("run", value: run.identity.id) }
            json.key("steps")
            json.array { json in
                for step in job.steps {
                    json.object { json in
                        json.member("step", value: step.name)
                        if let pipeline = step.pipeline { json.member("pipeline", value: pipeline) }
                        json.member("outcome", value: step.outcome.name)
                        if let run = step.outcome.report?.run.id { json.member("run", value: run) }
                    }
                }
            }
        }
    }

    private func write(_ entry: RunHistory.Entry, to json: inout JSONWriter) {
        json.object { json in
            json.member("run", value: entry.id)
            json.member("pipeline", value: entry.pipeline)
            json.member("status", value: entry.status)
            json.member("startedAt", value: ISO8601.text(ofMilliseconds: entry.startedAt))
            if let end = entry.endedAt { json.member("endedAt", value: ISO8601.text(ofMilliseconds: end)) }
            json.member("live", value: job.run?.identity.id == entry.id)
        }
    }
}
