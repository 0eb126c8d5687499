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
    let limits: HTTPServerLimits
    private let state: Locked<HTTPServerState>
    /// Whether the client has left or did not accept something in time.
    private let failure = Locked(false)
    /// Called when it begins to wait for a request, and, with true, when it has freed its place or keeps one that it
    /// was asked to free.
    private let changes: @Sendable (_ isFinal: Bool) -> Void

    init(
        _ number: Int,
        socket: Connection,
        authority: String,
        loop: SocketLoop,
        time: any TimeSource,
        clock: WallClock,
        limits: HTTPServerLimits,
        state: Locked<HTTPServerState>,
        changes: @escaping @Sendable (_ isFinal: Bool) -> Void
    ) {
        self.number = number
        self.socket = socket
        self.authority = authority
        self.loop = loop
        self.time = time
        self.clock = clock
        self.limits = limits
        self.state = state
        self.changes = changes
    }

    /// Whether the server has stopped taking requests.
    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// The connections of the server.
    var counts: HTTPServerConnections { state.withLock { $0.counts } }

    /// Whether a write has failed.
    var hasFailed: Bool { failure.withLock { $0 } }

    /// Notes that the response is a stream; false if there are as many as there may be.
    func startsStreaming() -> Bool { state.withLock { $0.startStreaming(number, atMost: limits.streams) } }

    // MARK: Reading

    /// Waits for the next request.
    ///
    /// - Parameters:
    ///   - parser: Receives the bytes.
    ///   - isFirst: Whether the time of the request counts from now on, and not only from its first byte.
    /// - Returns: What was received.
    func next(_ parser: inout HTTPRequestParser, isFirst: Bool) async -> Incoming {
        let since = time.now
        _ = state.withLock { $0.note(number, waitsSince: since) }
        changes(false)
        let incoming = await received(&parser, since: since, isFirst: isFirst)
        if case .request = incoming, state.withLock({ $0.note(number, waitsSince: nil) }) { changes(true) }
        return incoming
    }

    private func received(_ parser: inout HTTPRequestParser, since: Duration, isFirst: Bool) async -> Incoming {
        let wait = isFirst ? min(limits.idle, limits.request) : limits.idle
        guard await begins(&parser, until: since + wait) else { return .end }
        let deadline = (isFirst ? since : time.now) + limits.request
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
    /// - Parameters:
    ///   - parser: Receives the bytes.
    ///   - deadline: When to stop waiting.
    /// - Returns: Whether there are any.
    private func begins(_ parser: inout HTTPRequestParser, until deadline: Duration) async -> Bool {
        guard parser.isBetweenRequests else { return true }
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
            guard await isReady(.reading, until: deadline, unless: { $0.mustEnd(self.number) }) else { return false }
        }
    }

    /// The next bytes; empty at the end, also if another connection needs the place; nil after the timeout.
    private func read(until deadline: Duration) async -> [UInt8]? {
        var bytes: [UInt8] = []
        while true {
            // A client that always has another byte would never wait.
            guard time.now < deadline else { return nil }
            guard !isUnwanted else { return [] }
            do {
                if try socket.readAvailable(into: &bytes, atMost: Self.pieceBytes) != nil { return bytes }
            } catch {
                return []
            }
            guard await isReady(.reading, until: deadline, unless: { self.isUnwanted(in: $0) }) else {
                return Task.isCancelled ? [] : nil
            }
        }
    }

    private var isUnwanted: Bool { state.withLock { isUnwanted(in: $0) } }

    /// Whether another connection needs the place of this one; not if it only lingers.
    private func isUnwanted(in state: HTTPServerState) -> Bool { state.open[number]?.mustEnd ?? false }

    private static let pieceBytes = 64 << 10

    // MARK: Writing

    /// Writes bytes.
    ///
    /// - Parameters:
    ///   - bytes: What to write.
    ///   - timeout: How long the client may take for all of it; nil for the limits of a response.
    /// - Returns: False if the client has disconnected or exceeded its timeout.
    func write(_ bytes: [UInt8], within timeout: Duration? = nil) async -> Bool {
        var deadline = time.now + (timeout ?? limits.answer)
        let progress = timeout == nil ? max(1, limits.answerBytes) : .max
        var (written, mark) = (0, 0)
        while written < bytes.count {
            guard let count = try? socket.writeAvailable(bytes[written...]) else { return fail() }
            written += count
            if written - mark >= progress { (deadline, mark) = (time.now + limits.answer, written) }
            if count == 0 { guard await isReady(.writing, until: deadline) else { return fail() } }
        }
        return true
    }

    private func fail() -> Bool {
        failure.withLock { $0 = true }
        return false
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
            // It does not count any more, so that those who linger take no places.
            let lingers = state.withLock {
                $0.startLingering(number, socket: socket, atMost: limits.connections)
            }
            changes(true)
            guard lingers else { return }
            let deadline = time.now + limits.linger
            var left = 1 << 20
            while left > 0, let bytes = await read(until: deadline), !bytes.isEmpty { left -= bytes.count }
        }
    }

    // MARK: Waiting

    /// Waits for some time; false if the client disconnects, or the server is closed, before.
    func pause(for duration: Duration) async -> Bool {
        let stops: @Sendable (HTTPServerState) -> Bool = { [number] state in
            state.isStopping && state.open[number]?.isStreaming == true
        }
        let isEnding = await isReady(.ending, until: time.now + duration, unless: stops)
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
