internal import PluginKit

/// What the engine itself reads of a section `[exporter.NAME]`.
package struct ExporterSettings: OptionGroup {
    @Option(
        "How often figures are handed on while the run goes on; at its end they are in any case.",
        in: .milliseconds(100) ... .seconds(86_400)
    )
    package var every = Duration.seconds(15)

    @Option(
        "How long handing them on may take; then the run goes on, or ends, without it.",
        in: .milliseconds(10) ... .seconds(60)
    )
    package var timeLimit = Duration.seconds(5)

    init() {}
}
