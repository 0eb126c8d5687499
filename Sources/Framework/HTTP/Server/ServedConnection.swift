internal import Platform
internal import Sockets

/// A connection of a server: reads requests and writes responses, each with a timeout.
///
/// It runs on the server's loop, one request after another; pipelined requests wait in the parser.
final class ServedConnection: Sendable {
    /// What was received.
    enum Incoming {
        case request(HTTPRequestHead, body: [UInt8])
        /// A request that the handler cannot answer.
        case refused(HTTPRefusal)
        /// The client has disconnected or exceeded the idle timeout, or the server stops.
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

    /// Whether the server has stopped taking requests.
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
                    // A client that has already sent a part of the body does not wait for `100 Continue`.
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

    /// Waits for the first bytes of a request, unless some have already arrived.
    ///
    /// - Parameter parser: Receives the bytes.
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
                // The connection is broken: there is no request.
                return false
            }
            // A request that arrives while the server stops is still answered.
            guard state.withLock({ !$0.mustEnd(number) }) else { return false }
            guard await isReady(.reading, until: since + limits.idle, unless: { $0.mustEnd(self.number) }) else {
                return false
            }
        }
    }

    /// The next bytes; empty at the end, nil after the timeout.
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

    /// Writes bytes; false if the client has disconnected or exceeded its timeout.
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
            // Closing with unread input would reset the connection, and the client might not see the response (RFC 9112
            // §9.6).
            socket.endWriting()
            let deadline = time.now + .seconds(2)
            var left = 1 << 20
            while left > 0, let bytes = await read(until: deadline), !bytes.isEmpty { left -= bytes.count }
        }
    }

    // MARK: Waiting

    /// Waits for some time; false if the client disconnects, or the server is closed, before.
    func pause(for duration: Duration) async -> Bool {
        let isEnding = await isReady(.ending, until: time.now + duration)
        return !isEnding && !Task.isCancelled
    }

    /// Waits until an operation is possible.
    ///
    /// - Parameters:
    ///   - interest: The operation.
    ///   - deadline: When to stop waiting.
    ///   - isVain: Whether the wait is unnecessary.
    /// - Returns: False after the deadline, or if the server is closed.
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
                // A cancellation means that the other task was faster.
                try? await time.sleep(until: deadline)
                return false
            }
            let isReady = await group.next() ?? false
            group.cancelAll()
            return isReady
        }
    }
}
