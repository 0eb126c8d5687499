internal import Platform
internal import Sockets

/// The work of a server on its loop: accepts connections up to the limit, and serves each in a task.
final class HTTPServing: Sendable {
    private let listener: Listener
    /// The server's own host and port.
    private let authority: String
    private let loop: SocketLoop
    private let limits: HTTPServerLimits
    private let time: any TimeSource
    private let clock: WallClock
    private let handle: @Sendable (HTTPExchange) async -> HTTPExchange.Ending
    private let state = Locked(HTTPServerState())

    init(
        _ listener: Listener,
        authority: String,
        loop: SocketLoop,
        limits: HTTPServerLimits,
        time: any TimeSource,
        handle: @escaping @Sendable (HTTPExchange) async -> HTTPExchange.Ending
    ) {
        self.listener = listener
        self.authority = authority
        self.loop = loop
        self.limits = limits
        self.time = time
        clock = WallClock(time)
        self.handle = handle
    }

    var connections: HTTPServerConnections { state.withLock { $0.counts } }

    /// Accepts and serves connections until it is stopped, and then completes the open ones.
    func run() async {
        await withDiscardingTaskGroup { group in
            while let socket = await nextSocket() {
                let number = state.withLock { $0.add(socket) }
                group.addTask { await self.serve(socket, number: number) }
            }
        }
    }

    /// Stops taking requests.
    func stop() {
        let idle = state.withLock { state in
            state.isStopping = true
            return state.open.values.filter { $0.idleSince != nil }.map(\.socket)
        }
        listener.stop()
        loop.interrupt(listener)
        for socket in idle { loop.interrupt(socket) }
    }

    /// Closes all connections.
    func endConnections() {
        for socket in state.withLock({ $0.open.values.map(\.socket) }) { socket.shutDown() }
    }

    /// The next connection, once there is room; nil after the server was stopped.
    private func nextSocket() async -> Connection? {
        while !isStopping {
            do {
                if let socket = try listener.acceptAvailable() {
                    await makeRoom()
                    return isStopping ? nil : socket
                }
                await loop.wait(for: listener, interest: .reading) { self.isStopping }
            } catch {
                // Too many files are open: one may be closed shortly.
                try? await time.sleep(until: time.now + .milliseconds(10))
            }
        }
        return nil
    }

    /// Waits until there is room for another connection; the one that has been idle longest is closed.
    private func makeRoom() async {
        while isFull, !isStopping {
            if let idle = state.withLock({ $0.endOldestIdle() }) { loop.interrupt(idle) }
            await loop.wait(for: listener, interest: .nothing) { self.isStopping || !self.isFull }
        }
    }

    private var isFull: Bool { state.withLock { $0.open.count >= limits.connections } }
    private var isStopping: Bool { state.withLock { $0.isStopping } }

    private func serve(_ socket: Connection, number: Int) async {
        let connection = ServedConnection(
            number,
            socket: socket,
            authority: authority,
            loop: loop,
            time: time,
            clock: clock,
            limits: limits,
            state: state
        ) { if self.isFull { self.loop.interrupt(self.listener) } }
        await connection.end(converse(connection))
        state.withLock { _ = $0.open.removeValue(forKey: number) }
        loop.interrupt(listener)
    }

    /// Answers requests until the connection ends.
    ///
    /// - Returns: How it ends.
    private func converse(_ connection: ServedConnection) async -> HTTPExchange.Ending {
        var parser = HTTPRequestParser(limits)
        while true {
            switch await connection.next(&parser) {
            case .end: return .cuts
            case .refused(let refusal):
                let framing = HTTPResponse.Framing(closes: true, time: clock.seconds)
                return await connection.write(refusal.response.wire(framing)) ? .closes : .cuts
            case .request(let head, let body):
                let exchange = HTTPExchange(
                    head: head,
                    body: body,
                    connectionNumber: connection.number,
                    connection: connection
                )
                let ending = await handle(exchange)
                guard ending == .keeps, !Task.isCancelled else { return ending }
            }
        }
    }
}
