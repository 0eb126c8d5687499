package import Diagnostics
internal import PluginKit
internal import TOML

extension Job {
    /// The `[monitor]` of the pipelines of a job, all of which share one server.
    ///
    /// Errors in such a section are found when its pipeline is planned.
    ///
    /// - Parameter environment: The environment's variables.
    /// - Returns: The first section, nil if there is none; and a warning for each that asks for another address.
    package func monitorSettings(
        environment: [String: String]
    ) -> (settings: MonitorSettings?, findings: DiagnosticList) {
        var first: MonitorSettings?
        var findings = DiagnosticList()
        for (file, variables, _) in pipelines where file.monitor.exists {
            guard let settings = file.monitorSettings(variables: variables, environment: environment) else { continue }
            guard let shared = first else {
                first = settings
                continue
            }
            guard settings.listen != shared.listen else { continue }
            findings.append(
                Diagnostic(
                    "monitor.several",
                    message: "the pipelines of a command share one monitor, which listens at \(shared.listen)",
                    at: .text(file.monitor["listen"].range),
                    hint: "state the same address in all of them, or give one with --monitor",
                    severity: .warning
                )
            )
        }
        return (first, findings)
    }
}

extension PipelineFile {
    fileprivate func monitorSettings(
        variables: VariableSettings,
        environment: [String: String]
    ) -> MonitorSettings? {
        var problems = DiagnosticList()
        let values = declared.values(
            given: variables,
            environment: environment,
            isRehearsal: false,
            problems: &problems
        )
        return try? MonitorSettings.bind(
            monitor,
            interpolation: values.interpolation,
            subject: "[monitor]",
            warnings: &problems
        )
    }
}
