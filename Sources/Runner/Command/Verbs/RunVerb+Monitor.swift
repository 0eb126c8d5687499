internal import Diagnostics
internal import Jobs
internal import Monitor
internal import Pipelines
internal import PluginKit

/// The flags and the section `[monitor]`, by which a run can be watched.
extension RunVerb {
    static let monitorFlags = [
        Flag(
            "monitor",
            value: "ADDRESS",
            help: "Serve metrics, progress and profiles at 127.0.0.1:6060 or another address."
        ),
        Flag("monitor-token-file", value: "FILE", help: "Only clients that know the token in this file may read them."),
    ]

    /// Starts the monitor that the command line or a pipeline asks for.
    ///
    /// - Parameters:
    ///   - job: The job, which has not begun.
    ///   - terminal: Where its address is reported; and why there is none, if only a pipeline asks for it.
    /// - Returns: The monitor; nil if there is none.
    /// - Throws: `monitor.*`; `server.listen` if the command line asks for it.
    func startMonitor(of job: JobRun, terminal: Terminal) throws(Diagnostic) -> MonitorServer? {
        let asked = try arguments["monitor"].map { text throws(Diagnostic) in try MonitorAddress(text) }
        let (settings, findings) = ReadJob(job.order, in: world).job.monitorSettings(environment: world.environment)
        guard let address = asked ?? settings?.listen else {
            guard arguments["monitor-token-file"] == nil else {
                throw Diagnostic(
                    "command.flag",
                    message: "--monitor-token-file needs a monitor",
                    category: .usage,
                    hint: "--monitor 127.0.0.1:6060"
                )
            }
            return nil
        }
        if asked == nil { terminal.report(findings) }
        let token = try MonitorToken.given(arguments["monitor-token-file"], environment: world.environment)
        do throws(Diagnostic) {
            let monitor = try MonitorServer(of: job, in: world, at: address, hosts: settings?.hosts ?? [], token: token)
            terminal.say("monitor: \(monitor.origin)/")
            return monitor
        } catch {
            guard asked == nil, error.code.name == "server.listen" else { throw error }
            var warning = error
            warning.severity = .warning
            warning.message = "the run cannot be watched: \(error.message)"
            terminal.report(warning)
            return nil
        }
    }
}
