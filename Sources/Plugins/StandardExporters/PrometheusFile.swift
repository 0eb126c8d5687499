package import PluginKit

/// Writes the metrics to a file that the node exporter of Prometheus collects.
package struct PrometheusFile: Exporter {
    package static let name = "prometheus"
    package static let summary =
        "Writes the metrics in Prometheus' text format to a file that the node exporter collects."
    package static let details = """
        The node exporter reads all files `….prom` in the folder given by its `--collector.textfile.directory`. The \
        file is replaced as a whole, so readers never see half of it, and every user may read it. It remains when the \
        run has ended, with the final metrics, and `sprocket_last_success_timestamp_seconds` shows how old the last \
        successful run is. `docs/metrics.md` lists the families.

        Give each pipeline its own file (`{name}`). Families of the same name may be in two files, since each value \
        has the label `pipeline`.
        """
    package static let example: String? = """
        [exporter.node]
        use = "prometheus"
        path = "/var/lib/prometheus/node-exporter/sprocket-{name}.prom"
        """

    package struct Options: OptionGroup {
        @Option("The file; its name must end in `.prom` for the node exporter to see it.")
        package var path: OutputPath

        package init() {}
    }

    /// An empty snapshot makes an empty file.
    package static let fileBeginnings = ["# HELP ", "# TYPE "]

    private let file: SnapshotFile

    package init(_ options: Options, in context: StageContext) {
        file = SnapshotFile(options.path.path(in: context.run))
    }

    package func export(_ snapshot: MetricSnapshot, isFinal: Bool) async throws {
        let text = Array(PrometheusText(snapshot).text.utf8)
        try await onOwnThread { [file] in try file.replace(with: text, of: snapshot.takenAt) }
    }
}
