internal import PluginKit

/// The keys of a section `[exporter.NAME]` that the engine reads.
package struct ExporterSettings: OptionGroup {
    @Option(
        "How often metrics are exported during the run; they are always exported at its end.",
        in: .milliseconds(100) ... .seconds(86_400)
    )
    package var every = Duration.seconds(15)

    @Option(
        "The timeout of one export; after it, the run continues or ends without that export.",
        in: .milliseconds(10) ... .seconds(60)
    )
    package var timeLimit = Duration.seconds(5)

    init() {}
}
