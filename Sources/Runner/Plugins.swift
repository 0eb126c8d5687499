internal import LetterboxdSink
internal import PluginKit
internal import StandardCache
internal import StandardFiles
internal import StandardExporters
internal import StandardMiddleware
internal import StandardTransforms
internal import Synthetic
internal import TraktSource

extension Registry {
    /// The plugins of this program.
    ///
    /// A new one is a line here, and a target in `Package.swift`.
    static let all = Registry([
        // Sources
        TraktAPISource.self,
        TraktExportSource.self,
        GenerateSource.self,
        // Transforms
        Join.self,
        Number.self,
        Unique.self,
        Route.self,
        // Sinks
        Letterboxd.self,
        CSVSink.self,
        JSONLinesSink.self,
        NullSink.self,
        // Middleware
        Metrics.self,
        Retry.self,
        RateLimit.self,
        Pool.self,
        Timeout.self,
        Breaker.self,
        Cache.self,
        // Exporters
        PrometheusFile.self,
        JSONFile.self,
        LogLine.self,
        StatsD.self,
        OTLP.self,
        // Accounts
        TraktAccount.self,
    ])
}
