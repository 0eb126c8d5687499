internal import Glibc

/// One client's connection: reads requests, writes answers, both waiting.
///
/// One thread has it, and closes it.
struct HTTPConnection: ~Copyable {
    let descriptor: Int32
    private var read: [UInt8] = []

    /// The largest head and body of a request.
    static let largestHead = 16 << 10
    static let largestBody = 1 << 20

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// What came in.
    enum Incoming {
        case request(HTTPRequest)
        /// Something that is no request, and what to answer.
        case refused(status: Int)
        /// The client has gone, or the server stops.
        case end
    }

    /// Waits for the next request.
    mutating func next() -> Incoming {
        var searched = 0
        while true {
            if let end = Self.endOfHead(read, from: searched) {
                let head = Array(read[..<end])
                read.removeFirst(end + 4)
                return body(of: head)
            }
            searched = max(0, read.count - 3)
            guard read.count <= Self.largestHead else { return .refused(status: 431) }
            guard receive() else { return .end }
        }
    }

    private mutating func body(of head: [UInt8]) -> Incoming {
        guard let request = HTTPRequest(head: head) else { return .refused(status: 400) }
        guard request.headers["transfer-encoding"] == nil else { return .refused(status: 411) }
        guard let text = request.headers["content-length"] else { return .request(request) }
        guard let count = Int(text), count >= 0 else { return .refused(status: 400) }
        guard count <= Self.largestBody else { return .refused(status: 413) }
        while read.count < count { guard receive() else { return .end } }
        defer { read.removeFirst(count) }
        return .request(request.with(body: Array(read[..<count])))
    }

    private mutating func receive() -> Bool {
        var piece = [UInt8](repeating: 0, count: 8192)
        while true {
            let count = recv(descriptor, &piece, piece.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            read += piece[..<count]
            return true
        }
    }

    private static func endOfHead(_ bytes: [UInt8], from start: Int) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for index in start...(bytes.count - 4) where bytes[index] == 13 {
            if bytes[index + 1] == 10, bytes[index + 2] == 13, bytes[index + 3] == 10 { return index }
        }
        return nil
    }

    /// Writes all bytes; false if the client has gone.
    func write(_ bytes: [UInt8]) -> Bool { write(bytes[...]) }

    /// Writes all bytes; false if the client has gone.
    func write(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = send(
                    descriptor,
                    bytes.baseAddress.map { $0 + sent },
                    bytes.count - sent,
                    Int32(MSG_NOSIGNAL)
                )
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }

    /// Waits so long; false if the client goes, or the server stops, before the time is over.
    func wait(_ duration: Duration) -> Bool {
        let deadline = ContinuousClock.now + duration
        while true {
            let left = deadline - .now
            guard left > .zero else { return true }
            var watched = pollfd(descriptor: descriptor)
            let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
            let status = poll(&watched, 1, Int32(clamping: milliseconds + 1))
            if status > 0 { return false }
        }
    }

    /// Ends with a reset instead of an orderly end.
    func armReset() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    }
}

extension pollfd {
    /// Waits for the other side to go: `POLLRDHUP`, which the Glibc module leaves out.
    fileprivate init(descriptor: Int32) {
        self.init(fd: descriptor, events: 0x2000, revents: 0)
    }
}
