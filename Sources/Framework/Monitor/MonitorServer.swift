package import Diagnostics
internal import HTTP
package import Jobs
package import Pipelines
internal import PluginKit
internal import Sockets

/// Serves what a job is doing over HTTP: metrics, probes, progress and profiles.
///
///     let monitor = try MonitorServer(of: job, in: world, at: address)
///     let outcome = await job.run()
///     await monitor.stop()
///
/// It has a thread of its own for its connections and one for its answers, so neither waits for a busy run, nor a run
/// for them. While no client asks, it costs a few additions for each batch.
package final class MonitorServer: Sendable {
    /// How long open requests may take after the end of the job, before they are cut off.
    private static let mostEnding = Duration.seconds(2)

    private let server: HTTPServer
    private let service: MonitorService

    /// Starts to serve.
    ///
    /// - Parameters:
    ///   - job: The job; it should not have begun, or metrics of its first steps may be missing.
    ///   - world: Where the history of runs is.
    ///   - address: Where to listen.
    ///   - hosts: Names of the machine that clients may use, in addition to addresses and `localhost`.
    ///   - token: What clients have to know; it may be nil only if only this machine can reach the address.
    /// - Throws: `monitor.token` if a token is missing; `server.listen`, with the operating system's reason.
    package init(
        of job: JobRun,
        in world: World,
        at address: MonitorAddress,
        hosts: [String] = [],
        token: MonitorToken? = nil
    ) throws(Diagnostic) {
        if token == nil, !address.isLoopback { throw MonitorToken.isMissing(at: address) }
        job.keepMetrics()
        service = MonitorService(
            job,
            history: RunHistory(in: world.stateFolder),
            hosts: hosts,
            token: token
        )
        server = try HTTPServer.exchanging(
            at: .port(address.port, of: address.host),
            limits: .monitor,
            exchange: { [service] exchange in await service.answer(exchange) }
        )
    }

    /// Scheme, host and port: `http://127.0.0.1:6060`.
    package var origin: String { server.origin }

    /// Stops serving, after the job has ended: streams and profiles end, and other requests are answered.
    package func stop() async {
        await service.settle(within: Self.mostEnding)
        await withTaskGroup(of: Void.self) { [server] group in
            group.addTask { await server.stop() }
            group.addTask {
                let time = SystemTime()
                guard (try? await time.sleep(until: time.now + Self.mostEnding)) != nil, !Task.isCancelled else {
                    return
                }
                server.close()
            }
            await group.next()
            group.cancelAll()
        }
    }
}
