public import PluginKit

/// The plugins that access Trakt or read its exports.
public enum TraktPlugins {
    /// All plugins of this module.
    public static let all: [any Plugin.Type] = [
        TraktAPISource.self, TraktExportSource.self, TraktAccount.self,
    ]
}
