import Glibc
@testable import HTTP
import PluginKit

/// A web server of the test's own, on this machine: answers each request with the bytes that the test says.
///
/// It has a thread for each connection, so a script may wait as long as it likes.
final class LoopbackServer: Sendable {
    /// What somebody asked.
    struct Request: Sendable {
        let head: String
        let body: [UInt8]
        /// The number of its connection, from 1.
        let connection: Int
        /// Its number among all, from 1.
        let number: Int

        var line: String { head.prefix { $0 != "\r\n" && $0 != "\r" }.description }
        var method: String { String(line.prefix { $0 != " " }) }
        var target: String { String(line.split(separator: " ")[1]) }

        /// The value of a field; nil if there is none.
        func field(_ name: String) -> String? {
            head.split(separator: "\r\n").dropFirst().lazy.compactMap { line in
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts[0].lowercased() == name.lowercased() else { return nil }
                return parts.count == 1 ? "" : String(parts[1].drop { $0 == " " })
            }.first
        }
    }

    typealias Script = @Sendable (Request, Peer) -> Void

    private struct State {
        var accepted = 0
        var open: Set<Int32> = []
        var most = 0
        var requests: [Request] = []
        var isStopped = false
        var greeting = ""
    }

    let port: Int
    private let listener: Int32
    private let script: Script
    private let state = Guarded(State())

    /// Begins to listen.
    ///
    /// - Parameter script: Answers a request; the connection stays unless the script ends it.
    /// - Throws: What the system has against it.
    init(_ script: @escaping Script) throws {
        self.script = script
        (listener, port) = try Self.listener()
        try CurlThread.start { [listener, weak self] in
            while case let socket = accept(listener, nil, nil), socket >= 0 { self?.serve(socket) }
            close(listener)
        }
    }

    deinit { stop() }

    /// Ends all connections, and takes no more.
    func stop() {
        let open = state.withLock { state in
            state.isStopped = true
            return state.open
        }
        shutdown(listener, Int32(SHUT_RDWR))
        for socket in open { shutdown(socket, Int32(SHUT_RDWR)) }
    }

    /// Where it is.
    var origin: String { "http://127.0.0.1:\(port)" }

    func url(_ target: String = "/") throws -> HTTPURL { try HTTPURL(origin + target) }

    /// How many connections there have been.
    var connections: Int { state.withLock { $0.accepted } }

    /// How many there have been at the same time.
    var mostConnections: Int { state.withLock { $0.most } }

    /// How many are open.
    var openConnections: Int { state.withLock { $0.open.count } }

    /// What was asked so far.
    var requests: [Request] { state.withLock { $0.requests } }

    /// Ends the connections that are open, as a server does with idle ones.
    func endConnections() {
        for socket in state.withLock({ $0.open }) { shutdown(socket, Int32(SHUT_RDWR)) }
    }

    /// Says something to whoever connects, before anything is asked.
    func greet(_ greeting: String) { state.withLock { $0.greeting = greeting } }

    private func serve(_ socket: Int32) {
        let number = state.withLock { state in
            state.accepted += 1
            state.open.insert(socket)
            state.most = max(state.most, state.open.count)
            return state.accepted
        }
        do {
            try CurlThread.start { [weak self] in
                let peer = Peer(socket)
                peer.send(self?.state.withLock { $0.greeting } ?? "")
                while let self, let request = self.read(peer, number) { self.script(request, peer) }
                self?.state.withLock { _ = $0.open.remove(socket) }
                close(socket)
            }
        } catch {
            close(socket)
        }
    }

    /// The next request of a connection; nil when it has ended.
    private func read(_ peer: Peer, _ connection: Int) -> Request? {
        guard let (head, body) = peer.readRequest() else { return nil }
        return state.withLock { state in
            guard !state.isStopped else { return nil }
            let number = state.requests.count + 1
            let request = Request(head: head, body: body, connection: connection, number: number)
            state.requests.append(request)
            return request
        }
    }

    /// A socket that listens at a port of the system's choice.
    static func listener() throws -> (socket: Int32, port: Int) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 1024) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        guard result else { throw SystemFailure.last.diagnostic("listen", "127.0.0.1") }
        return (listener, Int(UInt16(bigEndian: address.sin_port)))
    }
}

/// The server's end of a connection.
final class Peer: Sendable {
    private let socket: Int32
    private let buffer = Guarded<[UInt8]>([])

    init(_ socket: Int32) { self.socket = socket }

    /// Sends bytes; what cannot be sent any more is left.
    func send(_ bytes: [UInt8]) {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes { piece in
                Glibc.send(socket, piece.baseAddress.map { $0 + offset }, bytes.count - offset, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            offset += count
        }
    }

    /// Sends bytes; whether the other side still takes them.
    func sendMore(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) } > 0
    }

    /// Sends a byte every few milliseconds; whether the other side still takes them.
    func drip() -> Bool {
        usleep(5000)
        return sendMore([120])
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    /// Sends a whole answer with its length.
    func answer(_ status: String = "200 OK", _ body: [UInt8], fields: String = "") {
        send(Array("HTTP/1.1 \(status)\r\nContent-Length: \(body.count)\r\n\(fields)\r\n".utf8) + body)
    }

    func answer(_ status: String = "200 OK", _ body: String = "", fields: String = "") {
        answer(status, Array(body.utf8), fields: fields)
    }

    /// Says that nothing more comes.
    func end() { shutdown(socket, Int32(SHUT_RDWR)) }

    /// Breaks the connection, so that the other side gets a reset.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        // A second descriptor would keep the connection: the first one becomes another socket.
        let other = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        dup2(other, socket)
        close(other)
    }

    /// Waits until the other side has ended the connection.
    func waitForEnd() { while receive() {} }

    /// Waits until the other side has everything that was sent.
    func waitUntilRead() {
        var left: Int32 = 0
        repeat {
            // 0x5411 is TIOCOUTQ: how many bytes the other side has not acknowledged.
            guard ioctl(socket, 0x5411, &left) == 0 else { return }
            usleep(1000)
        } while left > 0
    }

    /// Reads a request; nil when the connection has ended.
    fileprivate func readRequest() -> (String, [UInt8])? {
        let mark = Array("\r\n\r\n".utf8)
        while true {
            let request: (String, [UInt8])? = buffer.withLock { buffer in
                guard let end = buffer.indices.first(where: { buffer[$0...].starts(with: mark) }) else { return nil }
                let head = String(decoding: buffer[..<end], as: UTF8.self) + "\r\n"
                let length =
                    head.lowercased().split(separator: "\r\n").lazy
                    .compactMap { $0.hasPrefix("content-length: ") ? Int($0.dropFirst(16)) : nil }.first ?? 0
                guard buffer.count >= end + 4 + length else { return nil }
                let body = Array(buffer[(end + 4)..<(end + 4 + length)])
                buffer.removeFirst(end + 4 + length)
                return (head, body)
            }
            if let request { return request }
            guard receive() else { return nil }
        }
    }

    private func receive() -> Bool {
        var piece = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &piece, piece.count, 0)
        guard count > 0 else { return false }
        buffer.withLock { $0.append(contentsOf: piece[..<count]) }
        return true
    }
}
