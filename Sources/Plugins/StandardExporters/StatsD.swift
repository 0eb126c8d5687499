package import PluginKit
internal import Sockets

/// Sends the figures to a StatsD server.
package struct StatsD: Exporter {
    package static let name = "statsd"
    package static let summary = "Sends the figures to a StatsD server, with labels as tags."
    package static let details = """
        Counters are sent as what came since the export before, gauges as they are. The protocol has no histograms that \
        could be added up: of times, it gets how many there were, how long together, and the quantiles 50 %, 95 % and 99 %.

        Labels are tags as Datadog, Telegraf, Vector and the StatsD exporter of Prometheus read them. For a server that \
        knows no tags, `tags = false` puts the labels' values behind the name, divided by dots. What has a meaning in a \
        line, in such a name a dot or `/` too, becomes `_` in a value.

        A gauge that there is no more, such as that of a queue when the run has ended, is sent a last time as 0, since a \
        server keeps what it has. A value that is no number is left out.

        Messages go by UDP in datagrams of up to 1,432 bytes. Nobody waits for them, and some may be lost on the way. \
        Where nobody listens, the run says so once, if that machine does; one behind a firewall says nothing.
        """
    package static let example: String? = """
        [exporter.statsd]
        use = "statsd"
        host = "127.0.0.1"
        every = "10s"
        """

    package struct Options: OptionGroup {
        @Option("The server's name or address.")
        package var host = "127.0.0.1"

        @Option("The server's port.", in: 1...65_535)
        package var port = 8125

        @Option("Whether labels are sent as tags.")
        package var tags = true

        @Option("What stands before every name, such as `batch.`.")
        package var prefix = ""

        package init() {}
    }

    private struct State {
        var lines: StatsDLines
        var last = Int64.min
        var socket: DatagramSocket?
    }

    private let endpoint: Endpoint
    private let state: Locked<State>

    package init(_ options: Options, in context: StageContext) throws {
        if options.host.allSatisfy(\.isWhitespace) {
            throw Diagnostic(
                "option.host",
                message: "the host has no name",
                category: .usage,
                at: options.$host,
                hint: "the server's name or address, such as \"127.0.0.1\""
            )
        }
        if let unfit = options.prefix.unicodeScalars.first(where: StatsDLines.isUnfit) {
            throw Diagnostic(
                "option.prefix",
                message: "a name of StatsD cannot have the character \(String(unfit).debugDescription)",
                category: .usage,
                at: options.$prefix,
                hint: "letters, digits, '_', '-' and '.', such as \"batch.\""
            )
        }
        endpoint = .port(options.port, of: options.host)
        state = Locked(State(lines: StatsDLines(hasTags: options.tags, prefix: options.prefix)))
    }

    package func export(_ snapshot: MetricSnapshot, isFinal: Bool) async throws {
        let socket = try await connected()
        let lost = state.withLock { state in
            // Of older figures that come late, everything has been sent.
            guard snapshot.takenAt >= state.last else { return 0 }
            state.last = snapshot.takenAt
            // In the lock, so that what is added arrives in its order; sending does not wait.
            return StatsDLines.datagrams(state.lines.lines(snapshot)).reduce(0) { $0 + (socket.send($1) ? 0 : 1) }
        }
        if socket.wasRefused() {
            throw Diagnostic(
                "statsd.refused",
                message: "nothing listens at '\(endpoint)'",
                hint: "figures are lost until a StatsD server does; is it the right host and port?"
            )
        }
        guard lost > 0 else { return }
        throw Diagnostic(
            "statsd.lost",
            message: "\(Int(lost).counted("message")) to '\(endpoint)' did not leave the machine",
            hint: "does a StatsD server listen there?"
        )
    }

    private func connected() async throws -> DatagramSocket {
        if let socket = state.withLock({ $0.socket }) { return socket }
        // Looking up a name blocks. What is found lies behind the lock when the thread is done.
        let failure: SocketFailure? = await withCheckedContinuation { waiter in
            do throws(SocketFailure) {
                try OwnThread.start { [endpoint, state] in
                    do throws(SocketFailure) {
                        let socket = try DatagramSocket(to: endpoint, until: Deadline(in: .seconds(5)))
                        state.withLock { $0.socket = $0.socket ?? socket }
                        waiter.resume(returning: nil)
                    } catch {
                        waiter.resume(returning: error)
                    }
                }
            } catch {
                waiter.resume(returning: error)
            }
        }
        guard let socket = state.withLock({ $0.socket }) else {
            throw (failure ?? .unreachable).diagnostic(endpoint)
        }
        return socket
    }
}
