package import PluginKit
internal import Sockets

/// Sends the metrics to a StatsD server.
package struct StatsD: Exporter {
    package static let name = "statsd"
    package static let summary = "Sends the metrics to a StatsD server, with labels as tags."
    package static let details = """
        Counters are sent as the increase since the previous export, gauges as their values. The protocol has no \
        histograms that can be added up: for durations, the exporter sends their number, their sum, and the quantiles \
        50 %, 95 % and 99 %.

        Labels are sent as tags in the form that Datadog, Telegraf, Vector and the StatsD exporter of Prometheus read. \
        For a server without tags, `tags = false` appends the labels' values to the name, separated by dots. \
        Characters that have a meaning in a line, and in such a name also a dot or `/`, are replaced by `_` in a \
        value.

        When a gauge no longer exists, such as that of a queue when the run has ended, it is sent a last time as 0, \
        since a server keeps the last value. A value that is not a number is omitted.

        Messages are sent by UDP in datagrams of up to 1,432 bytes, without acknowledgement; some may be lost on the \
        way. If no server listens, the run reports it once, provided that the host answers; a host with a firewall \
        does not.
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

        @Option("A prefix for every name, such as `batch.`.")
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
                message: "the host is empty",
                category: .usage,
                at: options.$host,
                hint: "the server's name or address, such as \"127.0.0.1\""
            )
        }
        if let unfit = options.prefix.unicodeScalars.first(where: StatsDLines.isUnfit) {
            throw Diagnostic(
                "option.prefix",
                message: "a name in StatsD cannot contain the character \(String(unfit).debugDescription)",
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
            // If older metrics arrive late, all of them have been sent already.
            guard snapshot.takenAt >= state.last else { return 0 }
            state.last = snapshot.takenAt
            // In the lock, so that increases arrive in order; sending does not wait.
            return StatsDLines.datagrams(state.lines.lines(snapshot)).reduce(0) { $0 + (socket.send($1) ? 0 : 1) }
        }
        if socket.wasRefused() {
            throw Diagnostic(
                "statsd.refused",
                message: "nothing listens at '\(endpoint)'",
                hint: "metrics are lost until a StatsD server listens there; check the host and the port"
            )
        }
        guard lost > 0 else { return }
        throw Diagnostic(
            "statsd.lost",
            message: "\(Int(lost).counted("message")) to '\(endpoint)' could not be sent",
            hint: "check that a StatsD server listens there"
        )
    }

    private func connected() async throws -> DatagramSocket {
        if let socket = state.withLock({ $0.socket }) { return socket }
        // Looking up a name blocks. Of two that are made simultaneously, the first stays.
        do throws(SocketFailure) {
            return try await OwnThread.result { [endpoint, state] () throws(SocketFailure) in
                let socket = try DatagramSocket(to: endpoint, until: Deadline(in: .seconds(5)))
                return state.withLock { state in
                    let first = state.socket ?? socket
                    state.socket = first
                    return first
                }
            }.get()
        } catch {
            throw error.diagnostic(endpoint)
        }
    }
}
