internal import Platform
internal import Sockets

/// A connection of a server: reads requests, and writes answers, each wait within its limit.
///
/// All of it runs on the server's loop, one request after the other; requests that come early wait in the parser.
final class ServedConnection: Sendable {
    /// What came in.
    enum Incoming {
        case request(HTTPRequestHead, body: [UInt8])
        /// Something that cannot be answered by the handler.
        case refused(HTTPRefusal)
        /// The client has gone or idles for too long, or the server stops.
        case end
    }

    let number: Int
    let socket: Connection
    let authority: String
    let clock: WallClock
    private let loop: SocketLoop
    private let time: any TimeSource
    private let limits: HTTPServerLimits
    private let state: Locked<HTTPServerState>
    /// Called when it begins to wait for a request.
    private let idles: @Sendable () -> Void

    init(
        _ number: Int,
        socket: Connection,
        authority: String,
        loop: SocketLoop,
        time: any TimeSource,
        clock: WallClock,
        limits: HTTPServerLimits,
        state: Locked<HTTPServerState>,
        idles: @escaping @Sendable () -> Void
    ) {
        self.number = number
        self.socket = socket
        self.authority = authority
        self.loop = loop
        self.time = time
        self.clock = clock
        self.limits = limits
        self.state = state
        self.idles = idles
    }

    /// Whether the server takes no more requests.
    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// The connections of the server.
    var counts: HTTPServerConnections { state.withLock { $0.counts } }

    // MARK: Reading

    /// Waits for the next request.
    func next(_ parser: inout HTTPRequestParser) async -> Incoming {
        guard await begins(&parser) else { return .end }
        let deadline = time.now + limits.request
        var head: HTTPRequestHead?
        var body: [UInt8] = []
        do throws(HTTPRefusal) {
            while true {
                switch try parser.next() {
                case .head(let next):
                    head = next
                    // A client that has sent some of the body already waits for nothing.
                    guard next.expectsContinue, !parser.hasMore else { continue }
                    guard await write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) else { return .end }
                case .body(let piece): body += piece
                case .end: if let head { return .request(head, body: body) }
                case nil:
                    guard let bytes = await read(until: deadline) else {
                        throw HTTPRefusal(408, reason: "the request did not arrive in time")
                    }
                    guard !bytes.isEmpty else { return .end }
                    parser.append(bytes)
                }
            }
        } catch {
            return .refused(error)
        }
    }

    /// Waits for the first bytes of a request, unless some are there.
    ///
    /// - Parameter parser: Where they go.
    /// - Returns: Whether there are any.
    private func begins(_ parser: inout HTTPRequestParser) async -> Bool {
        guard parser.isBetweenRequests else { return true }
        let since = time.now
        state.withLock { $0.open[number]?.idleSince = since }
        defer { state.withLock { $0.open[number]?.idleSince = nil } }
        idles()
        while true {
            var bytes: [UInt8] = []
            do {
                if let count = try socket.readAvailable(into: &bytes, atMost: Self.pieceBytes) {
                    parser.append(bytes)
                    return count > 0
                }
            } catch {
                // Whatever has broken the connection: there is no request.
                return false
            }
            // What arrives as the server stops is still answered.
            guard state.withLock({ !$0.mustEnd(number) }) else { return false }
            guard await isReady(.reading, until: since + limits.idle, unless: { $0.mustEnd(self.number) }) else {
                return false
            }
        }
    }

    /// The next bytes; empty at the end, nil if there are none in time.
    private func read(until deadline: Duration) async -> [UInt8]? {
        var bytes: [UInt8] = []
        while true {
            do {
                if try socket.readAvailable(into: &bytes, atMost: Self.pieceBytes) != nil { return bytes }
            } catch {
                return []
            }
            guard await isReady(.reading, until: deadline) else { return Task.isCancelled ? [] : nil }
        }
    }

    private static let pieceBytes = 64 << 10

    // MARK: Writing

    /// Writes bytes; false if the client has gone or takes too long.
    func write(_ bytes: [UInt8]) async -> Bool {
        let deadline = time.now + limits.answer
        var written = 0
        while written < bytes.count {
            guard let count = try? socket.writeAvailable(bytes[written...]) else { return false }
            written += count
            if count == 0 { guard await isReady(.writing, until: deadline) else { return false } }
        }
        return true
    }

    /// Ends the connection.
    func end(_ ending: HTTPExchange.Ending) async {
        switch ending {
        case .resets: socket.resetAtEnd()
        case .cuts, .keeps: break
        case .closes:
            // Closing with something unread would be a reset, and the client might never see the answer (RFC 9112 §9.6).
            socket.endWriting()
            let deadline = time.now + .seconds(2)
            var left = 1 << 20
            while left > 0, let bytes = await read(until: deadline), !bytes.isEmpty { left -= bytes.count }
        }
    }

    // MARK: Waiting

    /// Waits for some time; false if the client goes, or the server is closed, before.
    func pause(for duration: Duration) async -> Bool {
        let isEnding = await isReady(.ending, until: time.now + duration)
        return !isEnding && !Task.isCancelled
    }

    /// Waits until something can be done.
    ///
    /// - Parameters:
    ///   - interest: What.
    ///   - deadline: How long to wait.
    ///   - isVain: Whether there is nothing to wait for.
    /// - Returns: False if the time is over, or the server is closed.
    private func isReady(
        _ interest: SocketLoop.Interest,
        until deadline: Duration,
        unless isVain: @escaping @Sendable (HTTPServerState) -> Bool = { _ in false }
    ) async -> Bool {
        await withTaskGroup { [loop, socket, time, state] group in
            group.addTask {
                await loop.wait(for: socket, interest: interest) { state.withLock { isVain($0) } }
                return !Task.isCancelled
            }
            group.addTask {
                // Cancelled means that the other one was faster.
                try? await time.sleep(until: deadline)
                return false
            }
            let isReady = await group.next() ?? false
            group.cancelAll()
            return isReady
        }
    }
}
