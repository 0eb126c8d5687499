package import Diagnostics
internal import Glibc
package import Platform
package import Sockets

/// Answers requests over HTTP/1.1 (RFC 9112), on this machine alone or wherever it is told to listen.
///
///     let server = try HTTPServer { request in HTTPResponse(status: 200, body: Array("hello\n".utf8)) }
///     print(server.origin)      // http://127.0.0.1:49152
///     …
///     await server.stop()
///
/// Connections are kept, requests that come early are answered in their order, and what is not in order is refused before
/// the handler sees it. Everything, the handler included, runs on one thread: a handler that computes for long, or blocks,
/// holds up all clients, and so leaves that to a task of its own. There is no TLS.
///
/// It ends with `stop()`, `close()` or the last reference to it.
package final class HTTPServer: Sendable {
    /// Where it listens; the port is the one that the system chose, if it was asked for any.
    package let endpoint: Endpoint
    private let serving: HTTPServing
    private let task: Task<Void, Never>

    /// Starts a server.
    ///
    /// - Parameters:
    ///   - endpoint: Where to listen: an address of this machine and a port, 0 for any that is free.
    ///   - limits: What it takes from clients.
    ///   - time: The clock for limits; nil for the machine's.
    ///   - handler: Answers a request. Where the client does not wait for the answer, it is not told.
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

    /// Starts a server that decides itself what goes over the wire.
    ///
    /// - Parameters:
    ///   - endpoint: Where to listen.
    ///   - limits: What it takes from clients.
    ///   - time: The clock for limits; nil for the machine's.
    ///   - exchange: Answers a request of any method, and says what happens to the connection.
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

    /// Accepts nobody more, answers what is under way, and returns when all connections are closed.
    ///
    /// Whoever idles is cut off, and whoever is served learns with the answer that the connection ends. The limits bound
    /// how long requests and answers take; how long the handler takes is its own affair.
    package func stop() async {
        serving.stop()
        await task.value
    }

    /// Cuts all connections, and accepts nobody more; doing so again changes nothing.
    package func close() {
        serving.stop()
        task.cancel()
        endConnections()
    }

    /// Cuts the connections that are open; others may come.
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
            hint: "port 0 takes any that is free"
        )
    }
}
