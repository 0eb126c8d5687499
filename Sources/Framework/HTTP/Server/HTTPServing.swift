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
                if await hasRoom() {
                    let number = state.withLock { $0.add(socket, at: time.now) }
                    group.addTask { await self.serve(socket, number: number) }
                } else {
                    group.addTask { await self.turnAway(socket) }
                }
            }
        }
    }

    /// Stops taking requests.
    func stop() {
        let idle = state.withLock { state in
            state.isStopping = true
            return state.endable
        }
        listener.stop()
        loop.interrupt(listener)
        for socket in idle { loop.interrupt(socket) }
    }

    /// Closes all connections.
    func endConnections() {
        for socket in state.withLock({ $0.sockets }) { socket.shutDown() }
    }

    /// The next connection; nil after the server was stopped.
    private func nextSocket() async -> Connection? {
        while !isStopping {
            do {
                if let socket = try listener.acceptAvailable() { return socket }
                await loop.wait(for: listener, interest: .reading) { self.isStopping }
            } catch {
                // Too many files are open: one may be closed shortly.
                try? await time.sleep(until: time.now + .milliseconds(10))
            }
        }
        return nil
    }

    /// Makes room for another connection: the one that has waited longest without a complete request is closed.
    ///
    /// - Returns: Whether there is room; false if all are busy and the limits say not to wait, or the server was stopped.
    private func hasRoom() async -> Bool {
        while isFull, !isStopping {
            let (oldest, isMakingRoom) = state.withLock { ($0.endOldestWaiting(), $0.isMakingRoom) }
            if let oldest { loop.interrupt(oldest) }
            guard isMakingRoom || limits.waitsForRoom else { return false }
            await loop.wait(for: listener, interest: .nothing) { self.isStopping || !self.isFull }
        }
        return !isStopping
    }

    /// Tells a client that there is no room, if it reads that promptly.
    private func turnAway(_ socket: Connection) async {
        guard !isStopping else { return }
        let connection = connection(socket, number: state.withLock { $0.turnAway() })
        let refusal = HTTPRefusal(503, reason: "the server is busy; try again in a few seconds")
        var response = refusal.response
        response.headers["Retry-After"] = "5"
        // What does not fit into the empty buffer of a new connection is not worth waiting for.
        _ = try? socket.writeAvailable(response.wire(HTTPResponse.Framing(closes: true, time: clock.seconds))[...])
        await connection.end(.closes)
        state.withLock { $0.remove(connection.number) }
    }

    private var isFull: Bool { state.withLock { $0.open.count >= limits.connections } }
    private var isStopping: Bool { state.withLock { $0.isStopping } }

    private func serve(_ socket: Connection, number: Int) async {
        let connection = connection(socket, number: number)
        await connection.end(converse(connection))
        state.withLock { $0.remove(number) }
        loop.interrupt(listener)
    }

    private func connection(_ socket: Connection, number: Int) -> ServedConnection {
        ServedConnection(
            number,
            socket: socket,
            authority: authority,
            loop: loop,
            time: time,
            clock: clock,
            limits: limits,
            state: state
        ) { isFinal in if isFinal || self.isFull { self.loop.interrupt(self.listener) } }
    }

    /// Answers requests until the connection ends.
    ///
    /// - Returns: How it ends.
    private func converse(_ connection: ServedConnection) async -> HTTPExchange.Ending {
        var parser = HTTPRequestParser(limits)
        var count = 0
        while true {
            switch await connection.next(&parser, isFirst: count == 0) {
            case .end: return .cuts
            case .refused(let refusal):
                let framing = HTTPResponse.Framing(closes: true, time: clock.seconds)
                return await connection.write(refusal.response.wire(framing)) ? .closes : .cuts
            case .request(let head, let body):
                count += 1
                let exchange = HTTPExchange(
                    head: head,
                    body: body,
                    connectionNumber: connection.number,
                    isLast: count >= limits.requests,
                    connection: connection
                )
                let ending = await handle(exchange)
                guard ending == .keeps, !Task.isCancelled else { return ending }
            }
        }
    }
}
