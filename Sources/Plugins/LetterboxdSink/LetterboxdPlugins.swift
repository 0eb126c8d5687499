public import PluginKit

/// The plugins that write files for Letterboxd.
public enum LetterboxdPlugins {
    /// All plugins of this module.
    public static let all: [any Plugin.Type] = [
        Letterboxd.self
    ]
}
