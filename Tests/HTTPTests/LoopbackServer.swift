import HTTP
import PluginKit
import Sockets

/// A web server of the test's own, on this machine: answers each request with the bytes that the test says.
final class LoopbackServer: Sendable {
    /// What somebody asked.
    struct Request: Sendable {
        let head: HTTPRequestHead
        let body: [UInt8]
        /// The number of its connection, from 1.
        let connection: Int
        /// Its number among all, from 1.
        let number: Int

        var line: String { "\(head.method) \(head.target) HTTP/1.\(head.minorVersion)" }
        var target: String { head.target }

        /// The request line and the fields.
        var lines: [String] {
            [line] + head.headers.fields.map { $0.value.isEmpty ? "\($0.name):" : "\($0.name): \($0.value)" }
        }

        /// The value of a field; nil if there is none.
        func field(_ name: String) -> String? { head.headers[name] }
    }

    typealias Script = @Sendable (Request, Peer) async -> Void

    private let asked = Locked<[Request]>([])
    private let server: HTTPServer

    /// Begins to listen.
    ///
    /// - Parameter script: Answers a request; the connection stays unless the script ends it.
    /// - Throws: What the system has against it.
    init(_ script: @escaping Script) throws {
        let limits = HTTPServerLimits(connections: 1024, bodyBytes: 4 << 20)
        server = try HTTPServer.exchanging(limits: limits) { [asked] exchange in
            let request = asked.withLock { asked in
                let request = Request(
                    head: exchange.head,
                    body: exchange.body,
                    connection: exchange.connectionNumber,
                    number: asked.count + 1
                )
                asked.append(request)
                return request
            }
            let peer = Peer(exchange)
            await script(request, peer)
            return peer.ending
        }
    }

    /// Where it is.
    var origin: String { server.origin }
    var port: Int { if case .port(let port, _) = server.endpoint { port } else { 0 } }

    func url(_ target: String = "/") throws -> HTTPURL { try HTTPURL(origin + target) }

    /// How many connections there have been.
    var connections: Int { server.connections.accepted }

    /// How many are open.
    var openConnections: Int { server.connections.open }

    /// What was asked so far.
    var requests: [Request] { asked.withLock { $0 } }

    /// Ends the connections that are open, as a server does with idle ones.
    func endConnections() { server.endConnections() }
}

/// The server's end of a connection.
final class Peer: Sendable {
    private let exchange: HTTPExchange
    private let end = Locked(HTTPExchange.Ending.keeps)

    init(_ exchange: HTTPExchange) { self.exchange = exchange }

    var ending: HTTPExchange.Ending { end.withLock { $0 } }

    /// Sends bytes; what cannot be sent any more is left.
    func send(_ bytes: [UInt8]) async { _ = await exchange.write(bytes) }

    /// Sends bytes; whether the other side still takes them.
    func sendMore(_ bytes: [UInt8]) async -> Bool { await exchange.write(bytes) }

    /// Sends a byte every few milliseconds; whether the other side still takes them.
    func drip() async -> Bool {
        guard await exchange.pause(for: .milliseconds(5)) else { return false }
        return await sendMore([120])
    }

    func send(_ text: String) async { await send(Array(text.utf8)) }

    /// Sends a whole answer with its length.
    func answer(_ status: String = "200 OK", _ body: [UInt8], fields: String = "") async {
        await send(Array("HTTP/1.1 \(status)\r\nContent-Length: \(body.count)\r\n\(fields)\r\n".utf8) + body)
    }

    func answer(_ status: String = "200 OK", _ body: String = "", fields: String = "") async {
        await answer(status, Array(body.utf8), fields: fields)
    }

    /// Says that nothing more comes, once the script has ended.
    func finish() { end.withLock { $0 = .cuts } }

    /// Breaks the connection once the script has ended, so that the other side gets a reset.
    func reset() { end.withLock { $0 = .resets } }

    /// Waits a moment; false if the other side has ended the connection.
    func pause() async -> Bool { await exchange.pause(for: .microseconds(500)) }

    /// Waits until the other side has ended the connection.
    func waitForEnd() async { while await exchange.pause(for: .seconds(600)) {} }

    /// Waits until the other side has everything that was sent.
    func waitUntilRead() async { await exchange.flush() }
}

/// A port of this machine at which nobody listens.
func unusedPort() throws -> Int { try Listener(at: .port(0, of: "127.0.0.1")).port ?? 0 }
