package import Diagnostics
internal import Glibc
package import Platform
package import Sockets

/// Serves requests over HTTP/1.1 (RFC 9112), by default only to this machine.
///
///     let server = try HTTPServer { request in HTTPResponse(status: 200, body: Array("hello\n".utf8)) }
///     print(server.origin)      // http://127.0.0.1:49152
///     …
///     await server.stop()
///
/// Connections are kept alive, pipelined requests are answered in order, and invalid ones are refused before the
/// handler sees them. Everything, including the handler, runs on one thread: a handler that computes for long or blocks
/// delays all clients, and should do that in a task of its own. There is no TLS.
///
/// It ends with `stop()`, `close()` or the release of the last reference to it.
package final class HTTPServer: Sendable {
    /// Where it listens, with the port that the system chose if 0 was given.
    package let endpoint: Endpoint
    private let serving: HTTPServing
    private let task: Task<Void, Never>

    /// Starts a server.
    ///
    /// - Parameters:
    ///   - endpoint: Where to listen: an address of this machine and a port, 0 for any that is free.
    ///   - limits: The limits for clients.
    ///   - time: The clock for timeouts; nil for the machine's.
    ///   - handler: Answers a request. It is not notified if the client disconnects.
    /// - Throws: `server.listen`, with the operating system's reason.
    package convenience init(
        at endpoint: Endpoint = .port(0, of: "127.0.0.1"),
        limits: HTTPServerLimits = HTTPServerLimits(),
        time: (any TimeSource)? = nil,
        handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse
    ) throws(Diagnostic) {
        try self.init(endpoint, limits: limits, time: time) { exchange in
            let request: HTTPRequest
            do throws(HTTPRefusal) {
                request = try exchange.head.request(body: exchange.body, at: exchange.authority)
            } catch {
                return await exchange.answer(error.response)
            }
            return await exchange.answer(handler(request))
        }
    }

    /// Starts a server that controls itself what is sent.
    ///
    /// - Parameters:
    ///   - endpoint: Where to listen.
    ///   - limits: The limits for clients.
    ///   - time: The clock for timeouts; nil for the machine's.
    ///   - exchange: Answers a request of any method, and returns what happens to the connection.
    /// - Returns: The server.
    /// - Throws: `server.listen`, with the operating system's reason.
    package static func exchanging(
        at endpoint: Endpoint = .port(0, of: "127.0.0.1"),
        limits: HTTPServerLimits = HTTPServerLimits(),
        time: (any TimeSource)? = nil,
        exchange: @escaping @Sendable (HTTPExchange) async -> HTTPExchange.Ending
    ) throws(Diagnostic) -> HTTPServer {
        try HTTPServer(endpoint, limits: limits, time: time, handle: exchange)
    }

    private init(
        _ endpoint: Endpoint,
        limits: HTTPServerLimits,
        time: (any TimeSource)?,
        handle: @escaping @Sendable (HTTPExchange) async -> HTTPExchange.Ending
    ) throws(Diagnostic) {
        do throws(SocketFailure) {
            let listener = try Listener(at: endpoint)
            let loop = try SocketLoop()
            if case .port(_, let host) = endpoint {
                self.endpoint = .port(listener.port ?? 0, of: host)
            } else {
                self.endpoint = endpoint
            }
            let serving = HTTPServing(
                listener,
                authority: "\(self.endpoint)",
                loop: loop,
                limits: limits,
                time: time ?? loop,
                handle: handle
            )
            self.serving = serving
            task = Task(executorPreference: loop) {
                await serving.run()
                loop.end()
            }
        } catch {
            throw Self.cannotListen(endpoint, because: error)
        }
    }

    deinit { close() }

    /// Scheme, host and port: `http://127.0.0.1:49152`.
    package var origin: String { "http://\(endpoint)" }

    /// The connections so far.
    package var connections: HTTPServerConnections { serving.connections }

    /// Stops accepting connections, answers the requests under way, and returns when all connections are closed.
    ///
    /// Idle connections are closed; other clients learn with the response that the connection ends. Timeouts limit how
    /// long requests and responses take, but not how long the handler takes.
    package func stop() async {
        serving.stop()
        await task.value
    }

    /// Closes all connections and stops accepting; doing so again changes nothing.
    package func close() {
        serving.stop()
        task.cancel()
        endConnections()
    }

    /// Closes the open connections; new ones are accepted.
    package func endConnections() { serving.endConnections() }

    private static func cannotListen(_ endpoint: Endpoint, because failure: SocketFailure) -> Diagnostic {
        let reason =
            switch failure {
            case .unresolved(let words): words
            case .unreachable: "it is not an address of this machine, or the port is not allowed"
            case .system(let number): String(cString: strerror(number))
            default: failure.diagnostic(endpoint).message
            }
        return Diagnostic(
            "server.listen",
            message: "nothing can listen at '\(endpoint)': \(reason)",
            category: .environment,
            hint: "port 0 selects any free port"
        )
    }
}
