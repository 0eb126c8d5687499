internal import Formats
internal import PluginKit
internal import Runs

/// A run that is working, as members of a JSON object.
enum LiveRunJSON {
    /// Writes the members.
    static func write(
        _ run: LiveRun,
        activity: RunActivity,
        holdings: [MemoryHolding],
        to json: inout JSONWriter
    ) {
        json.member("run", value: run.identity.id)
        json.member("pipeline", value: run.pipeline)
        if let instance = run.identity.instance { json.member("instance", value: instance) }
        if let partition = run.identity.partition { json.member("partition", value: partition) }
        json.member("live", value: true)
        json.member("state", value: run.state)
        json.member("startedAt", value: ISO8601.text(ofMilliseconds: run.startedAt))
        json.member("seconds", value: run.duration.seconds)
        json.member("checkpoints", value: run.checkpoints)
        write(run.stages, to: &json)
        write(activity, to: &json)
        json.key("memory")
        json.array { json in
            for holding in holdings {
                json.object { json in
                    json.member("kind", value: holding.kind.rawValue)
                    json.member("owner", value: holding.owner)
                    json.member("bytes", value: holding.bytes)
                    json.member("count", value: holding.count)
                }
            }
        }
    }

    private static func write(_ stages: [LiveRun.Stage], to json: inout JSONWriter) {
        json.key("stages")
        json.array { json in
            for stage in stages {
                json.object { json in
                    json.member("stage", value: stage.name)
                    json.member("kind", value: stage.kind)
                    json.member("plugin", value: stage.plugin)
                    json.member("read", value: stage.read)
                    json.member("written", value: stage.written)
                    json.member("filtered", value: stage.filtered)
                    json.member("rejected", value: stage.rejected)
                    json.member("busySeconds", value: stage.busy.seconds)
                }
            }
        }
    }

    private static func write(_ activity: RunActivity, to json: inout JSONWriter) {
        json.key("phase")
        json.object { json in
            json.member("phase", value: activity.phase.name)
            if let stage = activity.phase.stage { json.member("stage", value: stage) }
            json.member("seconds", value: activity.phase.time.seconds)
        }
        json.key("pages")
        json.object { json in
            if let limit = activity.pageLimit { json.member("limit", value: limit) }
            json.key("inFlight")
            json.array { json in
                for page in activity.pages {
                    json.object { json in
                        json.member("page", value: page.number)
                        json.member("source", value: page.source)
                        json.member("state", value: page.state.rawValue)
                        if let stage = page.stage { json.member("stage", value: stage) }
                        json.member("seconds", value: page.time.seconds)
                        json.member("bytes", value: page.bytes)
                    }
                }
            }
        }
        json.key("sinks")
        json.array { json in
            for sink in activity.sinks {
                json.object { json in
                    json.member("stage", value: sink.stage)
                    json.member("writing", value: sink.isWriting)
                    json.member("seconds", value: sink.time.seconds)
                    json.member("queued", value: sink.queued)
                    json.member("limit", value: sink.limit)
                    json.member("bytes", value: sink.queuedBytes + sink.writingBytes)
                }
            }
        }
        json.key("calls")
        json.array { json in
            for calls in activity.calls {
                json.object { json in
                    json.member("stage", value: calls.stage)
                    json.member("kind", value: calls.kind)
                    json.member("inFlight", value: calls.inFlight)
                }
            }
        }
        json.key("waits")
        json.array { json in
            for wait in activity.waits {
                json.object { json in
                    json.member("reason", value: wait.reason)
                    json.member("limit", value: wait.isLimit)
                    if let left = wait.left { json.member("secondsLeft", value: left.seconds) }
                }
            }
        }
    }
}
