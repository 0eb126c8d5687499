public import PluginKit

/// The layers that measure calls.
public enum MetricsPlugins {
    /// All of them.
    public static let all: [any Plugin.Type] = [
        Metrics.self
    ]
}
