public import PluginKit

/// The plugins that talk to Trakt or read what it exports.
public enum TraktPlugins {
    /// All of them.
    public static let all: [any Plugin.Type] = [
        TraktAPISource.self, TraktExportSource.self, TraktAccount.self,
    ]
}
