public import PluginKit

/// The plugins that make records up, or write none.
public enum SyntheticPlugins {
    /// All of them.
    public static let all: [any Plugin.Type] = [
        GenerateSource.self, NullSink.self,
    ]
}
