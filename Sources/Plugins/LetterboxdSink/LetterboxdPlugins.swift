public import PluginKit

/// The plugins that write what Letterboxd imports.
public enum LetterboxdPlugins {
    /// All of them.
    public static let all: [any Plugin.Type] = [
        Letterboxd.self
    ]
}
