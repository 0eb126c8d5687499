public import PluginKit

/// The layers that keep answers.
public enum CachePlugins {
    /// All of them.
    public static let all: [any Plugin.Type] = [
        Cache.self
    ]
}
