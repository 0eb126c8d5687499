internal import Diagnostics
internal import Formats
internal import PluginKit

/// A stored report as text.
///
/// It is made from the JSON alone, so that it also shows reports that earlier versions wrote.
struct ReportText {
    private let report: JSONValue

    /// The text of a report.
    init(_ report: JSONValue) { self.report = report }

    var text: String {
        let sections = [
            head, stages, filtered, sources, rejections, files,
            list("findings", values: report["findings"], lines: Self.finding),
            list("remarks", values: report["remarks"]) { [$0.string ?? ""] },
        ]
        return sections.filter { !$0.isEmpty }.map { VisibleText.lines($0) }.joined(separator: "\n\n")
    }

    private var head: [String] {
        let outcome = report["outcome"]?.string ?? "unknown"
        let pipeline = report["pipeline"]?.string.map { "\($0): " } ?? ""
        var table = TextTable()
        for (key, label) in [("run", "run"), ("configuration", "configuration")] {
            if let text = report[key]?.string { table.append(label, text) }
        }
        if let scope {
            // For a run without a scope, both have the same value.
            if let text = report["configurationWithoutScope"]?.string { table.append("without scope", text) }
            table.append("scope", scope)
        }
        let attempt = report["attempt"]?.integer ?? 1
        let checkpoint = report["resumedFrom"]?.integer.map { ", resumed at checkpoint \($0)" } ?? ""
        if report["attempt"] != nil { table.append("attempt", "\(attempt)\(checkpoint)") }
        if let count = report["checkpoints"]?.integer {
            table.append("checkpoints", "\(count)" + (attempt > 1 ? " in this attempt" : ""))
        }
        if let seconds = report["seconds"]?.real {
            table.append("took", Duration(clampingSeconds: seconds).shortText + (attempt > 1 ? " in this attempt" : ""))
        }
        if let code = exitCode { table.append("exit code", "\(code)") }
        if let rate = report["recordsPerSecond"]?.real, rate > 0 {
            table.append("speed", "\(Int(clamping: rate).grouped) records/s")
        }
        if let process = report["process"] {
            let user = process["cpuUserSeconds"]?.real ?? 0
            let system = process["cpuSystemSeconds"]?.real ?? 0
            let peak = Int(process["residentPeakBytes"]?.integer ?? 0).byteText
            let time = Duration(clampingSeconds: user + system).shortText
            table.append("used", "\(time) of CPU, \(peak) of memory at most")
        }
        if let verdict = report["bottleneck"] ?? report["verdict"] {
            table.append("held up", (verdict["text"] ?? verdict["words"])?.string ?? "")
            if let advice = verdict["advice"]?.string { table.append("", advice) }
        }
        if (report["canBeResumed"] ?? report["canBeTakenUp"])?.bool == true {
            table.append("left", "a checkpoint for the next run")
        }
        return [pipeline + outcome.replacing("-", with: " ")] + table.lines(indent: 2)
    }

    /// The exit code of the command that ran it; nil if a signal ended it, which reports do not name.
    ///
    /// Reports of earlier versions contain it. Since then it follows from the outcome.
    private var exitCode: Int64? {
        if let code = report["exit"]?.integer { return code }
        let code: ExitCode? =
            switch report["outcome"]?.string {
            case "published", "nothing-new": .done
            case "published-not-recorded": .environment
            case "too-many-rejected", "sums-disagree": .rejected
            case "failed", "source-changed", "moved", "refused", "partly":
                report["findings"]?.array?.last { $0["severity"]?.string == "error" }?["category"]?.string
                    .flatMap(Diagnostic.Category.init(rawValue:)).map(ExitCode.init(for:))
            default: nil
            }
        return code.map { Int64($0.rawValue) }
    }

    private var scope: String? {
        var words: [String] = []
        if report["dryRun"]?.bool == true { words.append("dry run, nothing was written") }
        if let limit = report["limit"]?.integer {
            words.append("at most \(Int(limit).counted("record")) of each source")
        }
        if let partition = report["partition"]?.string { words.append("part \(partition)") }
        return words.isEmpty ? nil : words.joined(separator: "; ")
    }

    /// The counts of each stage: what went in and was made equals what went out, was looked up in, combined, filtered
    /// or rejected.
    private var stages: [String] {
        guard let stages = report["stages"]?.array, !stages.isEmpty else { return [] }
        var table = TextTable(numbers: [2, 3, 4, 5, 6, 7, 8, 9, 10])
        // Few pipelines use lookups or stateful transforms.
        let optional = [("lookedUp", "looked up"), ("combined", "combined")].filter { member, _ in
            stages.contains { $0[member]?.integer ?? 0 > 0 }
        }
        table.append(
            ["stage", "plugin", "in", "made", "out"] + optional.map(\.1) + ["filtered", "rejected", "retries", "busy"]
        )
        for stage in stages {
            let reasons = stage["filtered"]?.object ?? []
            let filtered = reasons.reduce(0 as Int64) { $0.adding(clamped: $1.value.integer ?? 0) }
            table.append(
                [
                    stage["name"]?.string ?? "", stage["plugin"]?.string ?? "", Self.count(stage["in"]),
                    Self.count(stage["made"] ?? stage["added"]), Self.count(stage["out"]),
                ] + optional.map { Self.count(stage[$0.0]) } + [
                    Int(filtered).grouped, Self.count(stage["rejected"]), Self.count(stage["retries"]),
                    stage["busySeconds"]?.real.map { Duration(clampingSeconds: $0).shortText } ?? "",
                ]
            )
        }
        return table.lines(indent: 2)
    }

    private var filtered: [String] {
        var table = TextTable(numbers: [1])
        for stage in report["stages"]?.array ?? [] {
            for reason in stage["filtered"]?.object ?? [] where reason.value.integer != 0 {
                table.append(stage["name"]?.string ?? "", Self.count(reason.value), reason.key)
            }
        }
        return Self.section("filtered", table: table)
    }

    private var sources: [String] {
        var table = TextTable()
        for stage in report["stages"]?.array ?? [] where stage["kind"]?.string == "source" {
            let name = stage["name"]?.string ?? ""
            table.append(name, "before", SourcePlace.words(stage["cursorBefore"]?.string))
            table.append("", "after", SourcePlace.words(stage["cursorAfter"]?.string))
        }
        return Self.section("sources", table: table)
    }

    private var rejections: [String] {
        var lines = list("rejected", values: report["rejections"]) { group in
            let places = (group["positions"]?.array ?? []).compactMap(\.string)
            let rest = Int(group["count"]?.integer ?? 0).subtracting(clamped: places.count)
            return [
                "by '\(group["stage"]?.string ?? "")': \(Self.count(group["count"])) × \(group["reason"]?.string ?? "") "
                    + "[\(group["code"]?.string ?? "")]"
            ] + places.map { "  " + $0 } + (rest > 0 ? ["  and \(rest.grouped) more"] : [])
        }
        if let kept = report["rejectFile"] {
            lines.append("  kept in \(kept["path"]?.string ?? "")")
        }
        return lines
    }

    private var files: [String] {
        var table = TextTable(numbers: [1, 2])
        for file in report["files"]?.array ?? [] {
            table.append(
                file["path"]?.string ?? "",
                Int(file["records"]?.integer ?? 0).counted("record"),
                Int(file["bytes"]?.integer ?? 0).byteText,
                "CRC-32 \(file["crc32"]?.string ?? "")"
            )
        }
        var commits = TextTable()
        for commit in report["commits"]?.array ?? [] {
            commits.append(commit["stage"]?.string ?? "", commit["done"]?.bool == true ? "committed" : "not committed")
        }
        return Self.section("files", table: table) + Self.section("commits", table: commits)
    }

    private static func finding(_ finding: JSONValue) -> [String] {
        var place = finding["file"]?.string ?? finding["stage"]?.string ?? ""
        for part in [finding["line"], finding["column"]] {
            if let number = part?.integer { place += ":\(number)" }
        }
        if let position = finding["position"]?.string { place += ", \(position)" }
        let head = "\(finding["severity"]?.string ?? "")[\(finding["code"]?.string ?? "")]"
        return ["\(place.isEmpty ? "" : place + ": ")\(head): \(finding["message"]?.string ?? "")"]
            + causes(of: finding) + (finding["hint"]?.string.map { ["  hint: \($0)"] } ?? [])
    }

    /// The causes of a finding, without those that it quotes itself.
    private static func causes(of finding: JSONValue) -> [String] {
        guard let cause = finding["cause"], let message = cause["message"]?.string else { return [] }
        let isQuoted = [finding["message"], finding["hint"]].contains { $0?.string?.contains(message) ?? false }
        let code = cause["code"]?.string.map { " [\($0)]" } ?? ""
        return (isQuoted ? [] : ["  cause: \(message)\(code)"]) + causes(of: cause)
    }

    private func list(_ title: String, values: JSONValue?, lines: (JSONValue) -> [String]) -> [String] {
        guard let values = values?.array, !values.isEmpty else { return [] }
        return ["  " + title] + values.flatMap(lines).map { "    " + $0 }
    }

    private static func section(_ title: String, table: TextTable) -> [String] {
        let lines = table.lines(indent: 4)
        return lines.isEmpty ? [] : ["  " + title] + lines
    }

    private static func count(_ value: JSONValue?) -> String { Int(value?.integer ?? 0).grouped }
}
