internal import Diagnostics
internal import Pipelines
internal import Runs
internal import Formats
internal import PluginKit
internal import Records
internal import Pipelines

/// The summary of a run as text.
struct Summary {
    private let report: RunReport
    private var isDry: Bool { report.scope.isDry }

    /// The summary of a run.
    ///
    /// - Parameter report: The report of the run.
    init(_ report: RunReport) { self.report = report }

    /// The summary, without the errors, which are printed separately.
    var text: String {
        // A run that read nothing has no counts; its error follows.
        switch report.outcome {
        case .failed where report.read == 0, .sourceChanged where report.read == 0, .nothingNew:
            return VisibleText.line(headline)
        default: break
        }
        var lines = [headline, ""]
        lines += counts
        if !report.rejections.isEmpty { lines += [""] + rejections }
        if !report.files.isEmpty { lines += [""] + files }
        if let kept = report.rejectFile {
            lines += ["", "  \(kept.path): the rejected records, \(kept.records.grouped), to look at"]
        }
        lines += report.remarks.map { "  note: \($0)" }
        lines += report.earlierFiles.map { "  note: \($0.stage): \(Self.words(forEarlier: $0.paths))" }
        if let verdict, report.duration >= .seconds(2) { lines += [""] + verdict }
        if case .stopped = report.outcome { lines += [""] + places }
        return VisibleText.lines(lines)
    }

    /// The bottleneck of the run; a run of less than a second needs no advice.
    private var verdict: [String]? {
        report.bottleneck.map { verdict in
            ["  held up: \(verdict.words)"] + (verdict.advice.map { ["  " + $0] } ?? [])
        }
    }

    /// The most files that are named; the report lists all of them.
    private static let mostFiles = 20

    private static func words(forEarlier paths: [String]) -> String {
        let names = paths.prefix(mostFiles).joined(separator: ", ")
        let rest = paths.count > mostFiles ? " and \((paths.count - mostFiles).grouped) more" : ""
        let count =
            paths.count.counted("file of an earlier run is", plural: "files of earlier runs are")
        return
            "\(count) still there: \(names)\(rest); \(paths.count == 1 ? "it does" : "they do") not belong to the files of this run"
    }

    /// How the run ended, in one line.
    var headline: String {
        let duration = report.duration.shortText
        let name = isDry ? "\(report.pipeline): dry run" : report.pipeline
        return switch report.outcome {
        case .published where isDry: "\(name): done in \(duration); nothing was written"
        case .published: "\(name): done in \(duration)\(attempts)"
        case .unrecorded: "\(name): done in \(duration)\(attempts); \(report.standing.words(report))"
        case .failed: "\(name): failed after \(duration); \(report.standing.words(report))"
        case .sourceChanged:
            "\(name): abandoned after \(duration), because its input changed; \(report.standing.words(report))"
        case .nothingNew(let since):
            "\(name): nothing new since \(ISO8601.text(ofMilliseconds: since).prefix(16).replacing("T", with: " ")) UTC"
        case .tooManyRejected:
            "\(name): too many records rejected, after \(duration); \(report.standing.words(report))"
        case .refused: "\(name): refused after \(duration); \(report.standing.words(report))"
        case .partly: "\(name): published in part after \(duration); \(report.standing.words(report))"
        case .sumsDisagree: "\(name): the sums disagree, after \(duration); \(report.standing.words(report))"
        case .stopped:
            // The checkpoint follows below.
            "\(name): stopped after \(duration)\(checkpoint); nothing was published\(report.canBeResumed ? " yet" : "")"
        }
    }

    private var attempts: String {
        report.resumedFrom.map { " (resumed at checkpoint \($0), attempt \(report.attempt))" } ?? ""
    }

    /// The checkpoint at which a run ended.
    private var checkpoint: String {
        report.canBeResumed ? " at checkpoint \((report.resumedFrom ?? 0) + report.checkpoints)" : ""
    }

    /// The progress of a run that was stopped, and how to resume it.
    private var places: [String] {
        var table = TextTable()
        for stage in report.stages where stage.kind == .source {
            table.append(stage.name, SourcePlace.words(stage.cursorAfter))
        }
        let way =
            report.canBeResumed
            ? "to resume, run the same command again; to start over, add --restart" : "the next run starts again"
        return table.lines(indent: 2) + ["  " + way]
    }

    private var counts: [String] {
        let isDone = report.standing == .everything || report.standing == .unrecorded
        var rows: [(String, Int, String)] = [("read", report.read, stages(.source) { $0.received })]
        if report.copied > 0 { rows.append(("copied", report.copied, "to stages that read the same records")) }
        if report.made > 0 { rows.append(("made", report.made, "by transforms")) }
        // Before the end, sinks have received records but not yet reported how many of them were written.
        if isDone { rows.append((isDry ? "to write" : "written", report.written, stages(.sink) { $0.sent })) }
        if report.lookedUp > 0 {
            let users = report.stages.filter { $0.tally.lookedUp > 0 }
                .map { "\($0.name) \($0.tally.lookedUp.grouped)" }
            rows.append(("looked up", report.lookedUp, "in tables of \(users.joined(separator: "; "))"))
        }
        if report.combined > 0 {
            let users = report.stages.filter { $0.tally.combined > 0 }
                .map { "\($0.name) \($0.tally.combined.grouped)" }
            rows.append(("combined", report.combined, "by \(users.joined(separator: "; "))"))
        }
        let filtered = report.filtered.filter { $0.count > 0 }.sorted { $0.count > $1.count }
        let isShort = filtered.count == 1
        rows.append(("filtered", filtered.reduce(0) { $0 + $1.count }, isShort ? filtered[0].reason : ""))
        rows.append(("rejected", report.rejected, ""))
        let width = rows.map { $0.1.grouped.count }.max() ?? 0
        let names = rows.map { $0.0.count + 1 }.max() ?? 0
        return rows.flatMap { name, count, detail in
            let line = "  " + name.padded(to: names) + count.grouped.indented(to: width)
            guard name == "filtered", !isShort else { return [detail.isEmpty ? line : line + "   " + detail] }
            return [line]
                + filtered.map {
                    String(repeating: " ", count: names + 2) + $0.count.grouped.indented(to: width) + "   " + $0.reason
                }
        }
    }

    private func stages(_ kind: Registry.Kind, count: (Tally) -> Int) -> String {
        report.stages.filter { $0.kind == kind }
            .map { "\($0.name) \(count($0.tally).grouped)" }
            .joined(separator: "; ")
    }

    private var rejections: [String] {
        report.rejections.flatMap { group -> [String] in
            ["  rejected by '\(group.stage)': \(group.count.grouped) × \(group.reason) [\(group.code)]"]
                + group.examples.map { "    \($0.position): \(Self.shown($0.record))" }
                + (group.count > group.examples.count
                    ? ["    and \((group.count - group.examples.count).grouped) more"] : [])
        }
    }

    private static func shown(_ record: [Rejection.Item]) -> String {
        guard !record.isEmpty else { return "an empty record" }
        let items = record.prefix(8).map { "\(VisibleText.line($0.name, atMost: 60)) \(shown($0.value))" }
        return items.joined(separator: ", ")
    }

    private static func shown(_ value: Value) -> String {
        switch value {
        case .null: "null"
        case .text(let value): "'\(VisibleText.line(value, atMost: 60))'"
        default: VisibleText.line(value.plainText, atMost: 60)
        }
    }

    private var files: [String] {
        let shown = report.files.count > 12 ? Array(report.files.prefix(10)) : report.files
        let names = shown.map(\.path.count).max() ?? 0
        let counts = shown.map(\.records.grouped.count).max() ?? 0
        var lines = shown.map { file in
            "  " + file.path.padded(to: names) + "   " + file.records.grouped.indented(to: counts)
                + (file.records == 1 ? " record    " : " records   ")
                + file.bytes.byteText
        }
        if report.files.count > shown.count {
            let rest = report.files.dropFirst(shown.count)
            lines.append(
                "  and \(rest.count.counted("more file", plural: "more files")), \(rest.reduce(0) { $0 + $1.records }.counted("record"))"
            )
        }
        return lines
    }
}
