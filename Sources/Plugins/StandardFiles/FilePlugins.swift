public import PluginKit

/// The plugins that read and write files.
public enum FilePlugins {
    /// All plugins of this module.
    public static let all: [any Plugin.Type] = [
        CSVSource.self, CSVSink.self, JSONLinesSource.self, JSONLinesSink.self, JSONSource.self, JSONSink.self,
        OutputSource.self,
    ]
}
