public import PluginKit

/// The plugins that write files.
public enum FilePlugins {
    /// All of them.
    public static let all: [any Plugin.Type] = [
        CSVSink.self, JSONLinesSink.self,
    ]
}
