package import PluginKit

/// Where the run of a pipeline can be watched: the section `[monitor]`.
package struct MonitorSettings: OptionGroup {
    @Option(
        "The address at which metrics, progress and profiles are served; other addresses than loopback need a token."
    )
    package var listen: MonitorAddress

    @Option("Names of the machine, as a proxy or a browser asks for it; addresses and `localhost` are always allowed.")
    package var hosts: [String] = []

    package init() {}
}
