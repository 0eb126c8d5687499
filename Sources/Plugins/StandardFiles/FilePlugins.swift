public import PluginKit

/// The plugins that write files.
public enum FilePlugins {
    /// All plugins of this module.
    public static let all: [any Plugin.Type] = [
        CSVSink.self, JSONLinesSink.self, JSONSink.self,
    ]
}
