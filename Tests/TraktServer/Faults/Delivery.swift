internal import HTTP
internal import Platform

/// An answer, and how it goes over the wire.
struct Delivery: Sendable {
    var response: HTTPResponse
    /// What happens to the connection.
    var manner = Manner.whole
    /// Whether the body goes in chunks (RFC 9112 §7.1) and not with a length.
    var isChunked = false
    /// How long to wait before it.
    var latency: Duration = .zero

    init(response: HTTPResponse, manner: Manner = .whole) {
        self.response = response
        self.manner = manner
    }

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
    /// - Returns: What happens to the connection then.
    func write(to exchange: HTTPExchange) async -> HTTPExchange.Ending {
        if latency > .zero { guard await exchange.pause(for: latency) else { return .cuts } }
        let body = framedBody
        let half = Array(body[..<(body.count / 2)])
        switch manner {
        case .whole where !isChunked: return await exchange.answer(response)
        case .whole: return await exchange.write(head(exchange) + body) ? ending(exchange) : .cuts
        case .reset: return .resets
        case .resetInBody:
            // The client gets to see the first half, and then the reset.
            if await exchange.write(head(exchange) + half) { await exchange.flush() }
            return .resets
        case .cutInBody:
            _ = await exchange.write(head(exchange) + half)
        case .stall:
            _ = await exchange.pause(for: Self.forever)
        case .stallInBody:
            if await exchange.write(head(exchange) + half) { _ = await exchange.pause(for: Self.forever) }
        case .drip(let rate):
            guard await exchange.write(head(exchange)) else { return .cuts }
            let piece = max(1, rate / 50)
            for start in stride(from: 0, to: body.count, by: piece) {
                guard await exchange.write(Array(body[start..<min(start + piece, body.count)])),
                    await exchange.pause(for: .milliseconds(1000 * piece / rate))
                else { return .cuts }
            }
            return ending(exchange)
        }
        return .cuts
    }

    /// Until the client or the server has had enough.
    private static let forever = Duration.seconds(3600)

    private func ending(_ exchange: HTTPExchange) -> HTTPExchange.Ending { exchange.head.keepsAlive ? .keeps : .closes }

    /// The status line and the fields, with the length of the body or what announces chunks.
    private func head(_ exchange: HTTPExchange) -> [UInt8] {
        let framing = HTTPResponse.Framing(
            isHead: true,
            closes: !exchange.head.keepsAlive,
            time: SystemClock.seconds
        )
        let bytes = response.wire(framing)
        guard isChunked else { return bytes }
        let text = String(decoding: bytes, as: UTF8.self)
        return Array(
            text.replacing("Content-Length: \(response.body.count)\r\n", with: "Transfer-Encoding: chunked\r\n").utf8
        )
    }

    /// The body as it goes over the wire.
    private var framedBody: [UInt8] {
        guard isChunked else { return response.body }
        var framed: [UInt8] = []
        for start in stride(from: 0, to: response.body.count, by: 4096) {
            let piece = response.body[start..<min(start + 4096, response.body.count)]
            framed += Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + Array("\r\n".utf8)
        }
        return framed + Array("0\r\n\r\n".utf8)
    }
}
