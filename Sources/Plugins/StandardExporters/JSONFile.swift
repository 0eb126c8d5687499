package import PluginKit

/// Writes the metrics to a file as JSON.
package struct JSONFile: Exporter {
    package static let name = "json-file"
    package static let summary = "Writes the metrics as JSON: the latest to a file, or each export as a line."
    package static let details = """
        With `append = false` the file holds one object with the latest metrics, and is replaced as a whole. With \
        `append = true` every export adds a line.

        An object has `pipeline`, `run`, `startedAt` and `takenAt` (ISO 8601), `final`, and `families`: each with \
        `name`, `kind`, `unit`, `help` and `samples`. A sample has `labels` and a `value`; a histogram sample has \
        `count`, `sum`, `p50`, `p95`, `p99` and `max`, in seconds and exact to 0.8 %.
        """
    package static let example: String? = """
        [exporter.metrics]
        use = "json-file"
        path = "logs/{name}-metrics.jsonl"
        append = true
        every = "1m"
        """

    package struct Options: OptionGroup {
        @Option("The file.")
        package var path: OutputPath

        @Option("Whether every export adds a line; otherwise the file holds the latest metrics.")
        package var append = false

        package init() {}
    }

    package static let fileBeginnings = [#"{"pipeline":"#]

    private let path: String
    private let newest: SnapshotFile?
    /// When the metrics of the last line were taken; nil before the first.
    private let last = Locked<Int64?>(nil)

    package init(_ options: Options, in context: StageContext) {
        path = options.path.path(in: context.run)
        newest = options.append ? nil : SnapshotFile(path)
    }

    package func export(_ snapshot: MetricSnapshot, isFinal: Bool) async throws {
        let bytes = SnapshotJSON.bytes(snapshot, isFinal: isFinal) + [UInt8(ascii: "\n")]
        try await onOwnThread { [self] in
            if let newest { return try newest.replace(with: bytes, of: snapshot.takenAt) }
            try last.withLock { last throws(Diagnostic) in
                // Metrics taken at the same time are written once.
                if let last, snapshot.takenAt <= last { return }
                try append(bytes)
                last = snapshot.takenAt
            }
        }
    }

    private func append(_ bytes: [UInt8]) throws(Diagnostic) {
        try FileSystem.append(bytes.span, to: path)
    }
}
