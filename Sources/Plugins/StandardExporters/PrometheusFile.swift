package import PluginKit

/// Writes the figures to a file that Prometheus' node exporter collects.
package struct PrometheusFile: Exporter {
    package static let name = "prometheus"
    package static let summary =
        "Writes the figures in Prometheus' text format to a file that the node exporter collects."
    package static let details = """
        The node exporter reads all files `….prom` in the folder that its `--collector.textfile.directory` names. The file \
        is replaced as a whole, so nobody reads half of it, and every user may read it; it stays when the run has ended, with the figures of its end, \
        and `sprocket_last_success_timestamp_seconds` says how old the last good run is. `docs/metrics.md` lists the \
        families.

        Give each pipeline a file of its own (`{name}`): families of the same name in two files are fine, as each value \
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
