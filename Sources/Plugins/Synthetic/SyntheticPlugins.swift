public import PluginKit

/// The plugins that generate records, or discard them.
public enum SyntheticPlugins {
    /// All plugins of this module.
    public static let all: [any Plugin.Type] = [
        GenerateSource.self, NullSink.self,
    ]
}
