/// An answer, and how it goes over the wire.
struct Delivery: Sendable {
    var response: HTTPResponse
    /// What happens to the connection.
    var manner = Manner.whole
    /// How long to wait before it.
    var latency: Duration = .zero

    enum Manner: Sendable {
        case whole
        /// The connection ends before the answer.
        case reset
        /// The connection is reset after half of the body.
        case resetInBody
        /// The connection ends after half of the body.
        case cutInBody
        case stall
        case stallInBody
        case drip(bytesPerSecond: Int)
    }

    /// Writes the answer.
    ///
    /// - Returns: Whether the connection can be used again.
    func write(to connection: borrowing HTTPConnection, closes: Bool) -> Bool {
        guard connection.wait(latency) else { return false }
        let head = response.head(closes: closes)
        let body = response.framedBody
        let half = body[..<(body.count / 2)]
        switch manner {
        case .whole:
            return connection.write(head + body) && !closes
        case .reset:
            connection.armReset()
        case .resetInBody:
            // The client gets to see the first half, and then the reset.
            if connection.write(head + half) { _ = connection.wait(.milliseconds(20)) }
            connection.armReset()
        case .cutInBody:
            _ = connection.write(head + half)
        case .stall:
            _ = connection.wait(Self.forever)
        case .stallInBody:
            if connection.write(head + half) { _ = connection.wait(Self.forever) }
        case .drip(let rate):
            guard connection.write(head) else { return false }
            let piece = max(1, rate / 50)
            for start in stride(from: 0, to: body.count, by: piece) {
                guard connection.write(body[start..<min(start + piece, body.count)]),
                    connection.wait(.milliseconds(1000 * piece / rate))
                else { return false }
            }
            return !closes
        }
        return false
    }

    /// Until the client or the server has had enough.
    private static let forever = Duration.seconds(3600)
}
