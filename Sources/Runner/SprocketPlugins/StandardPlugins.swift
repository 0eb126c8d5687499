internal import LetterboxdSink
public import PluginKit
internal import StandardCache
internal import StandardExporters
internal import StandardFiles
internal import StandardMiddleware
internal import StandardTransforms
internal import Synthetic
internal import TraktSource

/// The standard plugins: those of the program `sprocket`, and of other programs that want them.
///
///     await Program(plugins: StandardPlugins.all + MyPlugins.all).run()
///
/// To add one, add a line here and a target in `Package.swift`.
public enum StandardPlugins {
    /// All of them, in the order of `sprocket describe`.
    public static let all: [any Plugin.Type] = [
        TraktPlugins.all,
        LetterboxdPlugins.all,
        FilePlugins.all,
        TransformPlugins.all,
        SyntheticPlugins.all,
        LayerPlugins.all,
        CachePlugins.all,
        ExporterPlugins.all,
    ].flatMap { $0 }
}
