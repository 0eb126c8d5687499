public import PluginKit

/// The layers that retry, limit and measure calls.
public enum LayerPlugins {
    /// All layers of this module.
    public static let all: [any Plugin.Type] = [
        Retry.self, RateLimit.self, Pool.self, Timeout.self, Breaker.self, Metrics.self,
    ]
}
