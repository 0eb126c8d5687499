internal import Diagnostics
public import Formats
internal import Pipelines
internal import PluginKit

extension RunReport {
    /// The version of the JSON form of reports.
    ///
    /// A different version has members with other names or meanings. Reports without a version are older.
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
    ///   - json: The writer.
    ///   - command: Writes what only the caller of the run knows, such as the exit code.
    public func write(to json: inout JSONWriter, of command: (inout JSONWriter) -> Void = { _ in }) {
        json.object { json in
            json.member("sprocket", value: ProgramVersion.text)
            json.member("version", value: Self.formatVersion)
            command(&json)
            RunReportJSON.write(self, to: &json)
        }
    }
}

/// The members of a run's report.
private enum RunReportJSON {
    static func write(_ report: RunReport, to json: inout JSONWriter) {
        json.member("ok", value: report.outcome.isGood)
        json.member("pipeline", value: report.pipeline)
        json.member("run", value: report.run.id)
        json.member("configuration", value: report.configuration)
        json.member("configurationWithoutScope", value: report.configurationWithoutScope)
        json.member("dryRun", value: report.scope.isDry)
        if let limit = report.scope.limit { json.member("limit", value: limit) }
        if let part = report.scope.partition { json.member("partition", value: "\(part.number)/\(part.count)") }
        json.member("attempt", value: report.attempt)
        if let checkpoint = report.resumedFrom { json.member("resumedFrom", value: checkpoint) }
        json.member("checkpoints", value: report.checkpoints)
        json.member("canBeResumed", value: report.canBeResumed)
        json.member("outcome", value: report.outcome.name)
        json.key("seconds")
        json.write(report.duration.seconds)
        counts(report, to: &json)
        times(report, to: &json)
        stages(report, to: &json)
        rejections(report, to: &json)
        files(report, to: &json)
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
                        json.member("stage", value: stage)
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
            .sourceChanged(let diagnostic), .refused(let diagnostic), .partly(let diagnostic):
            [diagnostic]
        default: []
        }
    }

    private static func counts(_ report: RunReport, to json: inout JSONWriter) {
        json.member("read", value: report.read)
        json.member("copied", value: report.copied)
        json.member("made", value: report.made)
        json.member("written", value: report.written)
        json.member("lookedUp", value: report.lookedUp)
        json.member("combined", value: report.combined)
        json.member("filtered", value: report.filtered.reduce(0) { $0 + $1.count })
        json.member("rejected", value: report.rejected)
        json.member("balanced", value: report.isBalanced)
    }

    /// The speed of the run, what its time was spent on, and its bottleneck.
    private static func times(_ report: RunReport, to json: inout JSONWriter) {
        json.member("recordsPerSecond", value: report.recordsPerSecond)
        json.key("phases")
        json.array { json in
            for phase in report.phases {
                json.object { json in
                    json.member("phase", value: phase.phase)
                    if let stage = phase.stage { json.member("stage", value: stage) }
                    json.member("seconds", value: phase.time.seconds)
                }
            }
        }
        if let process = report.process {
            json.key("process")
            json.object { json in
                json.member("cpuUserSeconds", value: process.userSeconds)
                json.member("cpuSystemSeconds", value: process.systemSeconds)
                json.member("residentBytes", value: process.residentBytes)
                json.member("residentPeakBytes", value: process.residentPeakBytes)
                json.member("heapUsedBytes", value: process.heapUsedBytes)
                json.member("heapFreeBytes", value: process.heapFreeBytes)
                json.member("heapMappedBytes", value: process.heapMappedBytes)
            }
        }
        guard let bottleneck = report.bottleneck else { return }
        json.key("bottleneck")
        json.object { json in
            json.member("cause", value: bottleneck.cause)
            if let stage = bottleneck.stage { json.member("stage", value: stage) }
            if let layer = bottleneck.layer { json.member("layer", value: layer) }
            json.member("share", value: (bottleneck.share * 1000).rounded() / 1000)
            json.member("text", value: bottleneck.words)
            if let advice = bottleneck.advice { json.member("advice", value: advice) }
        }
    }

    private static func stages(_ report: RunReport, to json: inout JSONWriter) {
        json.key("stages")
        json.beginArray()
        for stage in report.stages {
            json.beginObject()
            json.member("name", value: stage.name)
            json.member("plugin", value: stage.plugin)
            json.member("kind", value: stage.kind.rawValue)
            json.member("in", value: stage.tally.received)
            json.member("kept", value: stage.tally.kept)
            json.member("made", value: stage.tally.made + stage.tally.discarded)
            json.member("out", value: stage.tally.sent)
            json.member("lookedUp", value: stage.tally.lookedUp)
            json.member("combined", value: stage.tally.combined)
            json.member("rejected", value: stage.tally.rejected)
            json.member("retries", value: stage.retries)
            json.member("busySeconds", value: stage.busy.seconds)
            if let bytes = stage.bytesRead { json.member("bytesRead", value: bytes) }
            if let bytes = stage.bytesWritten { json.member("bytesWritten", value: bytes) }
            calls(stage.calls, to: &json)
            if !stage.measurements.isEmpty { measurements(stage.measurements, as: "metrics", to: &json) }
            if !stage.layers.isEmpty { layers(stage.layers, to: &json) }
            if let cursor = stage.cursorBefore { json.member("cursorBefore", value: cursor) }
            if let cursor = stage.cursorAfter { json.member("cursorAfter", value: cursor) }
            json.key("filtered")
            json.beginObject()
            for reason in stage.tally.filtered { json.member(reason.reason, value: reason.count) }
            json.endObject()
            json.endObject()
        }
        json.endArray()
    }

    /// What a sink has published, for sources that read it.
    private static func write(_ output: RunReport.Output, to json: inout JSONWriter) {
        json.object { json in
            json.member("stage", value: output.stage)
            json.member("form", value: output.contents.form)
            json.key("columns")
            json.array { json in
                for column in output.contents.schema.columns {
                    json.object { json in
                        json.member("name", value: column.name)
                        json.member("kind", value: column.kind.rawValue)
                        if column.holdsJSON { json.member("holdsJSON", value: true) }
                    }
                }
            }
            json.key("reading")
            json.object { json in
                for (option, value) in output.contents.reading.sorted(by: { $0.key < $1.key }) {
                    json.member(option, value: value)
                }
            }
            json.key("paths")
            json.array { json in for path in output.paths { json.write(FileSystem.absoluteName(path)) } }
        }
    }

    /// How many calls ended with each result, and the durations of the successful ones.
    private static func calls(_ calls: [RunReport.Calls], to json: inout JSONWriter) {
        json.key("calls")
        json.array { json in
            for calls in calls {
                json.object { json in
                    json.member("kind", value: calls.kind.rawValue)
                    json.key("results")
                    json.object { json in
                        for result in CallResult.allCases {
                            json.member(result.rawValue, value: calls.results[result] ?? 0)
                        }
                    }
                    json.member("busySeconds", value: calls.busy.seconds)
                    json.member("p50Seconds", value: calls.times.quantile(0.5))
                    json.member("p95Seconds", value: calls.times.quantile(0.95))
                    json.member("p99Seconds", value: calls.times.quantile(0.99))
                    json.member("maxSeconds", value: Double(calls.times.longest) / 1e9)
                    if let bytes = calls.bytesReceived { json.member("receivedBytes", value: bytes) }
                }
            }
        }
    }

    private static func layers(
        _ layers: [(name: String, measurements: [Measurement])],
        to json: inout JSONWriter
    ) {
        json.key("layers")
        json.beginObject()
        for layer in layers { measurements(layer.measurements, as: layer.name, to: &json) }
        json.endObject()
    }

    private static func measurements(_ all: [Measurement], as name: String, to json: inout JSONWriter) {
        json.key(name)
        json.beginObject()
        for measurement in all {
            guard let name = measurement.name, let number = measurement.number else { continue }
            json.key(measurement.unit.isEmpty ? name : "\(name) (\(measurement.unit))")
            json.write(number)
        }
        json.endObject()
    }

    private static func rejections(_ report: RunReport, to json: inout JSONWriter) {
        json.key("rejections")
        json.beginArray()
        for group in report.rejections {
            json.beginObject()
            json.member("stage", value: group.stage)
            json.member("code", value: group.code)
            json.member("reason", value: group.reason)
            json.member("count", value: group.count)
            json.key("positions")
            json.beginArray()
            for example in group.examples { json.write(example.position) }
            json.endArray()
            json.endObject()
        }
        json.endArray()
    }

    private static func files(_ report: RunReport, to json: inout JSONWriter) {
        json.key("files")
        json.beginArray()
        for file in report.files {
            json.beginObject()
            json.member("path", value: file.path)
            json.member("records", value: file.records)
            json.member("bytes", value: file.bytes)
            json.member("crc32", value: file.checksum)
            json.endObject()
        }
        json.endArray()
        if !report.outputs.isEmpty {
            json.key("outputs")
            json.array { json in for output in report.outputs { write(output, to: &json) } }
        }
        if !report.commits.isEmpty {
            json.key("commits")
            json.array { json in
                for commit in report.commits {
                    json.object { json in
                        json.member("stage", value: commit.stage)
                        json.member("done", value: commit.isDone)
                    }
                }
            }
        }
        guard let kept = report.rejectFile else { return }
        json.key("rejectFile")
        json.beginObject()
        json.member("path", value: kept.path)
        json.member("records", value: kept.records)
        json.member("bytes", value: kept.bytes)
        json.endObject()
    }
}
