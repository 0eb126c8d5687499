internal import Diagnostics
public import Formats
internal import Pipelines
internal import PluginKit

extension RunReport {
    /// The version of the form that reports have as JSON.
    ///
    /// Another number means that members have other names or meanings. Reports without one are older.
    public static let formatVersion = 1

    /// The report as one JSON object, as the history stores it.
    public var json: String {
        var json = JSONWriter()
        write(to: &json)
        return String(decoding: json.takeBytes(), as: UTF8.self)
    }

    /// Writes the report as an object.
    ///
    /// - Parameters:
    ///   - json: Where to.
    ///   - command: Writes what only the command knows that had the run done, such as its exit code.
    public func write(to json: inout JSONWriter, of command: (inout JSONWriter) -> Void = { _ in }) {
        json.object { json in
            json.member("sprocket", ProgramVersion.text)
            json.member("version", Self.formatVersion)
            command(&json)
            RunReportJSON.write(self, to: &json)
        }
    }
}

/// The members of a run's report.
private enum RunReportJSON {
    static func write(_ report: RunReport, to json: inout JSONWriter) {
        json.member("ok", report.outcome.isGood)
        json.member("pipeline", report.pipeline)
        json.member("run", report.run.id)
        json.member("configuration", report.configuration)
        json.member("configurationWithoutScope", report.configurationWithoutScope)
        json.member("dryRun", report.scope.isDry)
        if let limit = report.scope.limit { json.member("limit", limit) }
        if let part = report.scope.partition { json.member("partition", "\(part.number)/\(part.count)") }
        json.member("attempt", report.attempt)
        if let checkpoint = report.resumedFrom { json.member("resumedFrom", checkpoint) }
        json.member("checkpoints", report.checkpoints)
        json.member("canBeResumed", report.canBeResumed)
        json.member("outcome", report.outcome.name)
        json.key("seconds")
        json.write(report.duration.seconds)
        counts(report, &json)
        times(report, &json)
        stages(report, &json)
        rejections(report, &json)
        files(report, &json)
        json.key("findings")
        json.beginArray()
        for finding in report.findings + cause(report.outcome) { FindingJSON.write(finding, to: &json) }
        json.endArray()
        json.key("remarks")
        json.beginArray()
        for remark in report.remarks { json.write(remark) }
        json.endArray()
        if !report.earlierFiles.isEmpty {
            json.key("earlierFiles")
            json.array { json in
                for (stage, paths) in report.earlierFiles {
                    json.object { json in
                        json.member("stage", stage)
                        json.key("paths")
                        json.array { json in for path in paths { json.write(path) } }
                    }
                }
            }
        }
    }

    private static func cause(_ outcome: RunReport.Outcome) -> [Diagnostic] {
        switch outcome {
        case .unrecorded(let diagnostic), .failed(let diagnostic), .sumsDisagree(let diagnostic),
            .moved(let diagnostic), .refused(let diagnostic), .partly(let diagnostic):
            [diagnostic]
        default: []
        }
    }

    private static func counts(_ report: RunReport, _ json: inout JSONWriter) {
        json.member("read", report.read)
        json.member("copied", report.copied)
        json.member("made", report.made)
        json.member("written", report.written)
        json.member("lookedUp", report.lookedUp)
        json.member("combined", report.combined)
        json.member("filtered", report.filtered.reduce(0) { $0 + $1.count })
        json.member("rejected", report.rejected)
        json.member("balanced", report.isBalanced)
    }

    /// How fast it was, what its time was spent on, and what held it up.
    private static func times(_ report: RunReport, _ json: inout JSONWriter) {
        json.member("recordsPerSecond", report.recordsPerSecond)
        json.key("phases")
        json.array { json in
            for phase in report.phases {
                json.object { json in
                    json.member("phase", phase.phase)
                    if let stage = phase.stage { json.member("stage", stage) }
                    json.member("seconds", phase.time.seconds)
                }
            }
        }
        if let process = report.process {
            json.key("process")
            json.object { json in
                json.member("cpuUserSeconds", process.userSeconds)
                json.member("cpuSystemSeconds", process.systemSeconds)
                json.member("residentBytes", process.residentBytes)
                json.member("residentPeakBytes", process.residentPeakBytes)
                json.member("heapUsedBytes", process.heapUsedBytes)
                json.member("heapFreeBytes", process.heapFreeBytes)
                json.member("heapMappedBytes", process.heapMappedBytes)
            }
        }
        guard let bottleneck = report.bottleneck else { return }
        json.key("bottleneck")
        json.object { json in
            json.member("cause", bottleneck.cause)
            if let stage = bottleneck.stage { json.member("stage", stage) }
            if let layer = bottleneck.layer { json.member("layer", layer) }
            json.member("share", (bottleneck.share * 1000).rounded() / 1000)
            json.member("text", bottleneck.words)
            if let advice = bottleneck.advice { json.member("advice", advice) }
        }
    }

    private static func stages(_ report: RunReport, _ json: inout JSONWriter) {
        json.key("stages")
        json.beginArray()
        for stage in report.stages {
            json.beginObject()
            json.member("name", stage.name)
            json.member("plugin", stage.plugin)
            json.member("kind", stage.kind.rawValue)
            json.member("in", stage.tally.received)
            json.member("kept", stage.tally.kept)
            json.member("made", stage.tally.made + stage.tally.discarded)
            json.member("out", stage.tally.sent)
            json.member("lookedUp", stage.tally.lookedUp)
            json.member("combined", stage.tally.combined)
            json.member("rejected", stage.tally.rejected)
            json.member("retries", stage.retries)
            json.member("busySeconds", stage.busy.seconds)
            if let bytes = stage.bytesRead { json.member("bytesRead", bytes) }
            if let bytes = stage.bytesWritten { json.member("bytesWritten", bytes) }
            calls(stage.calls, &json)
            if !stage.figures.isEmpty { figures(stage.figures, as: "metrics", &json) }
            if !stage.layers.isEmpty { layers(stage.layers, &json) }
            if let cursor = stage.cursorBefore { json.member("cursorBefore", cursor) }
            if let cursor = stage.cursorAfter { json.member("cursorAfter", cursor) }
            json.key("filtered")
            json.beginObject()
            for reason in stage.tally.filtered { json.member(reason.reason, reason.count) }
            json.endObject()
            json.endObject()
        }
        json.endArray()
    }

    /// How often calls ended in which way, and how long those took that succeeded.
    private static func calls(_ calls: [RunReport.Calls], _ json: inout JSONWriter) {
        json.key("calls")
        json.array { json in
            for calls in calls {
                json.object { json in
                    json.member("kind", calls.kind.rawValue)
                    json.key("results")
                    json.object { json in
                        for result in CallResult.allCases { json.member(result.rawValue, calls.results[result] ?? 0) }
                    }
                    json.member("busySeconds", calls.busy.seconds)
                    json.member("p50Seconds", calls.times.quantile(0.5))
                    json.member("p95Seconds", calls.times.quantile(0.95))
                    json.member("p99Seconds", calls.times.quantile(0.99))
                    json.member("maxSeconds", Double(calls.times.longest) / 1e9)
                    if let bytes = calls.bytesReceived { json.member("receivedBytes", bytes) }
                }
            }
        }
    }

    private static func layers(_ layers: [(name: String, figures: [Figure])], _ json: inout JSONWriter) {
        json.key("layers")
        json.beginObject()
        for layer in layers { figures(layer.figures, as: layer.name, &json) }
        json.endObject()
    }

    private static func figures(_ figures: [Figure], as name: String, _ json: inout JSONWriter) {
        json.key(name)
        json.beginObject()
        for figure in figures {
            json.key(figure.unit.isEmpty ? figure.name : "\(figure.name) (\(figure.unit))")
            json.write(figure.value)
        }
        json.endObject()
    }

    private static func rejections(_ report: RunReport, _ json: inout JSONWriter) {
        json.key("rejections")
        json.beginArray()
        for group in report.rejections {
            json.beginObject()
            json.member("stage", group.stage)
            json.member("code", group.code)
            json.member("reason", group.reason)
            json.member("count", group.count)
            json.key("positions")
            json.beginArray()
            for example in group.examples { json.write(example.position) }
            json.endArray()
            json.endObject()
        }
        json.endArray()
    }

    private static func files(_ report: RunReport, _ json: inout JSONWriter) {
        json.key("files")
        json.beginArray()
        for file in report.files {
            json.beginObject()
            json.member("path", file.path)
            json.member("records", file.records)
            json.member("bytes", file.bytes)
            json.member("crc32", file.checksum)
            json.endObject()
        }
        json.endArray()
        if !report.commits.isEmpty {
            json.key("commits")
            json.array { json in
                for commit in report.commits {
                    json.object { json in
                        json.member("stage", commit.stage)
                        json.member("done", commit.isDone)
                    }
                }
            }
        }
        guard let kept = report.rejectFile else { return }
        json.key("rejectFile")
        json.beginObject()
        json.member("path", kept.path)
        json.member("records", kept.records)
        json.member("bytes", kept.bytes)
        json.endObject()
    }
}
