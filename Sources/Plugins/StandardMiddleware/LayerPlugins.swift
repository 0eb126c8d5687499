public import PluginKit

/// The layers that repeat, limit and time calls.
public enum LayerPlugins {
    /// All of them.
    public static let all: [any Plugin.Type] = [
        Retry.self, RateLimit.self, Pool.self, Timeout.self, Breaker.self, Metrics.self,
    ]
}
