public import PluginKit

/// The layers that cache answers.
public enum CachePlugins {
    /// All layers of this module.
    public static let all: [any Plugin.Type] = [
        Cache.self
    ]
}
