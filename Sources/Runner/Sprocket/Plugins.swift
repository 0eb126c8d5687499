internal import LetterboxdSink
internal import PluginKit
internal import StandardCache
internal import StandardExporters
internal import StandardFiles
internal import StandardMiddleware
internal import StandardTransforms
internal import Synthetic
internal import TraktSource

/// The plugins of this program.
///
/// A new one is a line here, and a target in `Package.swift`.
enum Plugins {
    static let all: [any Plugin.Type] = [
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
