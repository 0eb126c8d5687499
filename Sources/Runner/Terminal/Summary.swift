internal import Diagnostics
internal import Engine
internal import Formats
internal import PluginKit
internal import Records

/// The end of a run in words and numbers that a person likes to read.
struct Summary {
    private let report: RunReport

    init(_ report: RunReport) { self.report = report }

    /// The summary; what went wrong is told apart from it.
    var text: String {
        // A run that read nothing has no counts to tell: what is wrong follows.
        if case .failed = report.outcome, report.read == 0 { return headline }
        var lines = [headline, ""]
        lines += counts
        if !report.rejections.isEmpty { lines += [""] + rejections }
        if !report.files.isEmpty { lines += [""] + files }
        if let kept = report.rejectFile {
            lines += ["", "  \(kept.path): the rejected records, \(kept.records.grouped), to look at"]
        }
        lines += report.remarks.map { "  note: \($0)" }
        return lines.joined(separator: "\n")
    }

    private var headline: String {
        let duration = report.duration.shortText
        return switch report.outcome {
        case .published: "\(report.pipeline): done in \(duration)\(attempts)"
        case .failed: "\(report.pipeline): failed after \(duration); nothing was published\(wayOn)"
        case .tooManyRejected:
            "\(report.pipeline): too many records rejected, after \(duration); nothing was published\(wayOn)"
        case .sumsDisagree: "\(report.pipeline): the sums disagree, after \(duration); nothing was published"
        case .stopped: "\(report.pipeline): stopped after \(duration); nothing was published\(wayOn)"
        }
    }

    private var attempts: String {
        report.resumedFrom.map { " (taken up at checkpoint \($0), attempt \(report.attempt))" } ?? ""
    }

    /// What the next run does.
    private var wayOn: String { report.canBeTakenUp ? " yet; the next run goes on from here" : "" }

    private var counts: [String] {
        let isDone = if case .published = report.outcome { true } else { false }
        var rows: [(String, Int, String)] = [("read", report.read, stages(.source) { $0.received })]
        if report.copied > 0 { rows.append(("copied", report.copied, "to stages that read the same records")) }
        if report.added > 0 { rows.append(("added", report.added, "by transforms")) }
        // Before the end, sinks have taken records but not yet said what of them their destination has.
        if isDone { rows.append(("written", report.written, stages(.sink) { $0.sent })) }
        let filtered = report.filtered.filter { $0.count > 0 }.sorted { $0.count > $1.count }
        let isShort = filtered.count == 1
        rows.append(("filtered", filtered.reduce(0) { $0 + $1.count }, isShort ? filtered[0].reason : ""))
        rows.append(("rejected", report.rejected, ""))
        let width = rows.map { $0.1.grouped.count }.max() ?? 0
        return rows.flatMap { name, count, detail in
            let line = "  " + name.padded(to: 9) + count.grouped.indented(to: width)
            guard name == "filtered", !isShort else { return [detail.isEmpty ? line : line + "   " + detail] }
            return [line]
                + filtered.map {
                    String(repeating: " ", count: 11) + $0.count.grouped.indented(to: width) + "   " + $0.reason
                }
        }
    }

    private func stages(_ kind: Registry.Kind, _ count: (Tally) -> Int) -> String {
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
        return record.prefix(8).map { "\($0.name) \(shown($0.value))" }.joined(separator: ", ")
    }

    private static func shown(_ value: Value) -> String {
        switch value {
        case .null: "null"
        case .boolean(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .real(let value): "\(value)"
        case .text(let value): "'\(value.prefix(60))'"
        case .instant(let value): ISO8601.text(ofMilliseconds: value)
        }
    }

    private var files: [String] {
        let shown = report.files.count > 12 ? Array(report.files.prefix(10)) : report.files
        let names = shown.map(\.path.count).max() ?? 0
        let counts = shown.map(\.records.grouped.count).max() ?? 0
        var lines = shown.map { file in
            "  " + file.path.padded(to: names) + "   " + file.records.grouped.indented(to: counts) + " records   "
                + file.bytes.byteText
        }
        if report.files.count > shown.count {
            let rest = report.files.dropFirst(shown.count)
            lines.append("  and \(rest.count) more files, \(rest.reduce(0) { $0 + $1.records }.grouped) records")
        }
        return lines
    }
}
