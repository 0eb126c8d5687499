/// A response whose body is written piece by piece, such as server-sent events.
///
///     guard let stream = await exchange.begin(HTTPResponse(status: 200, headers: …)) else { return .closes }
///     while await stream.write(next()), await exchange.pause(for: .seconds(1)) {}
///     return await stream.end()
package struct HTTPStream: Sendable {
    private let exchange: HTTPExchange
    private let framing: HTTPResponse.Framing
    private let hasBody: Bool

    fileprivate init(_ exchange: HTTPExchange, framing: HTTPResponse.Framing, hasBody: Bool) {
        self.exchange = exchange
        self.framing = framing
        self.hasBody = hasBody
    }

    /// Sends the next piece of the body.
    ///
    /// - Parameter bytes: The piece; an empty one sends nothing.
    /// - Returns: False if the client has left or has not accepted it in time, or the server stops. Later
    ///   calls do nothing.
    package func write(_ bytes: [UInt8]) async -> Bool {
        guard !exchange.connection.isStopping, !exchange.connection.hasFailed else { return false }
        guard hasBody, !bytes.isEmpty else { return true }
        return await send(framing.body == .chunks ? Self.chunk(bytes) : bytes)
    }

    /// Ends the body.
    ///
    /// - Returns: What happens to the connection.
    package func end() async -> HTTPExchange.Ending {
        if hasBody, framing.body == .chunks, await !send(Array("0\r\n\r\n".utf8)) { return .cuts }
        guard !exchange.connection.hasFailed else { return .cuts }
        return framing.closes ? .closes : .keeps
    }

    private func send(_ bytes: [UInt8]) async -> Bool {
        await exchange.connection.write(bytes, within: exchange.connection.limits.piece)
    }

    /// A chunk with its size (RFC 9112 §7.1).
    private static func chunk(_ bytes: [UInt8]) -> [UInt8] {
        Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + [13, 10]
    }
}

extension HTTPExchange {
    /// Sends the status and the fields of a response whose body follows in pieces.
    ///
    /// The body is sent in chunks; to a client of HTTP/1.0, it ends with the connection. What the response has as a body
    /// is not sent.
    ///
    /// - Parameter response: Status and fields.
    /// - Returns: Where to write the body; nil if the client has left, or has received 503 because the server has as
    ///   many streams as it may.
    package func begin(_ response: HTTPResponse) async -> HTTPStream? {
        guard connection.startsStreaming() else {
            let refusal = HTTPRefusal(503, reason: "too many streams are open")
            _ = await connection.write(refusal.response.wire(HTTPResponse.Framing(closes: true, time: now)))
            return nil
        }
        let isChunked = head.minorVersion > 0
        var framing = framing(of: response)
        framing.body = isChunked ? .chunks : .untilClose
        framing.closes = framing.closes || !isChunked
        guard await connection.write(response.wire(framing)) else { return nil }
        return HTTPStream(self, framing: framing, hasBody: !framing.isHead && response.status.mayHaveBody)
    }
}
