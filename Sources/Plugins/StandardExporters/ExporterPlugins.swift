public import PluginKit

/// The exporters of a run's metrics.
public enum ExporterPlugins {
    /// All exporters of this module.
    public static let all: [any Plugin.Type] = [
        PrometheusFile.self, JSONFile.self, LogLine.self, StatsD.self, OTLP.self,
    ]
}
