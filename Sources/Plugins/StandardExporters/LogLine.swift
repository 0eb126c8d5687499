package import PluginKit

/// Writes the most important metrics to the log, in one line.
package struct LogLine: Exporter {
    package static let name = "log"
    package static let summary = "Writes the most important metrics in one line to standard error."
    package static let details = """
        A line is a note: `-q` omits it, and with `--json` it is an object. The exporter is meant for logs, such as \
        those of a scheduler; on a terminal, the progress line shows the same.
        """
    package static let example: String? = """
        [exporter.diary]
        use = "log"
        every = "1m"
        """

    private let stage: String
    private let log: StageLog

    package init(_ options: NoOptions, in context: StageContext) {
        stage = context.stage
        log = context.log
    }

    package func export(_ snapshot: MetricSnapshot, isFinal: Bool) {
        log.show(
            Diagnostic(
                "exporter.metrics",
                message: Self.line(snapshot),
                at: .stage(stage, at: nil),
                severity: .note
            )
        )
    }

    /// The line: `1200 read, 1100 written, 60 filtered, 40 rejected; 400 records/s; 31 MiB; 1.5 s of CPU in 3 s`.
    static func line(_ snapshot: MetricSnapshot) -> String {
        let total = { (name: String, kind: String) in
            Int(clamping: snapshot.total("sprocket_records_\(name)_total", labels: ["kind": kind]) ?? 0)
        }
        let all = { (name: String) in snapshot.total("sprocket_\(name)") ?? 0 }
        let records = [
            "\(total("read", "source")) read", "\(total("written", "sink")) written",
            "\(Int(clamping: all("records_filtered_total"))) filtered",
            "\(Int(clamping: all("records_rejected_total"))) rejected",
        ]
        let memory = Int(clamping: all("process_resident_memory_bytes")) / (1 << 20)
        let repeated = Int(clamping: all("retries_total"))
        return [
            records.joined(separator: ", "), "\(Int(clamping: all("run_records_per_second").rounded())) records/s",
            repeated > 0 ? "\(Int(repeated).counted("call")) repeated" : "", "\(memory) MiB",
            "\(tenths(all("process_cpu_seconds_total"))) s of CPU in \(tenths(all("run_duration_seconds"))) s",
        ].filter { !$0.isEmpty }.joined(separator: "; ")
    }

    private static func tenths(_ number: Double) -> String {
        let tenths = Int(clamping: (number * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
