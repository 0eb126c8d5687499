public import PluginKit

/// The transforms for records of any kind.
public enum TransformPlugins {
    /// All of them.
    public static let all: [any Plugin.Type] = [
        Join.self, Number.self, Unique.self, Route.self,
    ]
}
