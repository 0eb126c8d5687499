internal import Glibc
internal import PluginKit

/// Accepts connections at a port, and gives each a thread.
struct ConnectionLoop: Sendable {
    let socket: LoopbackSocket
    let handler: RequestHandler

    private var state: Guarded<ServerState> { handler.state }

    /// Accepts until the socket is shut; then closes it.
    func run() {
        while let descriptor = socket.accept() {
            let number = state.withLock { state -> Int? in
                guard !state.isStopped else { return nil }
                state.acceptedConnections += 1
                state.openConnections += 1
                state.mostConnections = max(state.mostConnections, state.openConnections)
                state.descriptors.insert(descriptor)
                return state.acceptedConnections
            }
            guard let number else {
                close(descriptor)
                break
            }
            let isStarted = ServerThread.start { serve(descriptor, number) }
            if !isStarted {
                forget(descriptor)
                close(descriptor)
            }
        }
        close(socket.descriptor)
    }

    private func serve(_ descriptor: Int32, _ number: Int) {
        var connection = HTTPConnection(descriptor)
        if state.withLock({ $0.openConnections }) > handler.options.connections {
            _ = connection.write(HTTPResponse.html(503, "Too many connections").answer)
        } else {
            converse(&connection, number)
        }
        // Forgotten before it is closed, so that nobody shuts a descriptor that is another's by then.
        forget(descriptor)
    }

    private func converse(_ connection: inout HTTPConnection, _ number: Int) {
        while true {
            switch connection.next() {
            case .end: return
            case .refused(let status):
                _ = connection.write(HTTPResponse(status, []).answer)
                return
            case .request(let request):
                let closes = request.headers["connection"]?.lowercased() == "close"
                let delivery = handler.delivery(for: request, connection: number)
                guard delivery.write(to: connection, closes: closes) else { return }
            }
        }
    }

    private func forget(_ descriptor: Int32) {
        state.withLock { state in
            state.openConnections -= 1
            state.descriptors.remove(descriptor)
        }
    }
}

extension HTTPResponse {
    /// The whole of an answer that is the last one.
    fileprivate var answer: [UInt8] { head(closes: true) + framedBody }
}
