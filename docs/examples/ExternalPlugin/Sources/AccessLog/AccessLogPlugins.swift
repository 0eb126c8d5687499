public import PluginKit

/// The plugins of this package, for the list of a program.
public enum AccessLogPlugins {
    /// All of them.
    public static let all: [any Plugin.Type] = [AccessLog.self, MaskAddress.self, MarkdownTable.self]
}
