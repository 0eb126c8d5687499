extension HTTPResponse {
    /// How an answer goes to a client.
    package struct Framing: Sendable {
        /// Whether the client has asked for the fields alone (`HEAD`).
        package var isHead = false
        /// Whether the connection ends after it.
        package var closes = false
        /// What the clock shows, in seconds since 1970-01-01T00:00:00Z.
        package var time: Int64

        package init(isHead: Bool = false, closes: Bool = false, time: Int64) {
            self.isHead = isHead
            self.closes = closes
            self.time = time
        }
    }

    /// The answer as it stands on the wire (RFC 9112 §4).
    ///
    /// `Content-Length`, `Transfer-Encoding` and `Connection` are the server's; so is `Date`, unless the answer has one. An
    /// answer without a body to `HEAD` may have the length that it would have.
    ///
    /// - Parameter framing: How it goes.
    /// - Returns: The bytes; those of an answer with the status 500 where a field cannot be sent.
    package func wire(_ framing: Framing) -> [UInt8] {
        guard 200...999 ~= status, headers.fields.allSatisfy(Self.canBeSent) else {
            return HTTPResponse(status: 500, body: Array("the answer cannot be sent\n".utf8)).wire(framing)
        }
        var text = "HTTP/1.1 \(status) \(Self.reason(of: status))\r\n"
        if headers["Date"] == nil { text += "Date: \(HTTPDate.text(of: framing.time))\r\n" }
        for field in headers.fields where !Self.own.contains(field.name.lowercased()) {
            text += "\(field.name): \(field.value)\r\n"
        }
        let hasBody = status != 204 && status != 304
        if hasBody {
            let announced = framing.isHead && body.isEmpty ? headers["Content-Length"].flatMap { Int($0) } : nil
            text += "Content-Length: \(announced ?? body.count)\r\n"
        }
        text += framing.closes ? "Connection: close\r\n\r\n" : "Connection: keep-alive\r\n\r\n"
        return Array(text.utf8) + (hasBody && !framing.isHead ? body : [])
    }

    private static let own: Set = ["content-length", "transfer-encoding", "connection"]

    /// Whether a field stays one field on the wire.
    private static func canBeSent(_ field: HTTPHeaders.Field) -> Bool {
        !field.name.isEmpty && field.name.utf8.allSatisfy { 0x21...0x7E ~= $0 && $0 != UInt8(ascii: ":") }
            && field.value.utf8.allSatisfy { $0 >= 32 && $0 != 127 || $0 == 9 }
    }

    /// What a status is called (RFC 9110 §15); empty where it has no name there.
    package static func reason(of status: Int) -> String { reasons[status] ?? "" }

    private static let reasons = [
        200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 206: "Partial Content", 301: "Moved Permanently",
        302: "Found", 303: "See Other", 304: "Not Modified", 307: "Temporary Redirect", 308: "Permanent Redirect",
        400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
        406: "Not Acceptable", 408: "Request Timeout", 409: "Conflict", 410: "Gone", 411: "Length Required",
        412: "Precondition Failed", 413: "Content Too Large", 414: "URI Too Long", 415: "Unsupported Media Type",
        417: "Expectation Failed", 422: "Unprocessable Content", 426: "Upgrade Required", 429: "Too Many Requests",
        431: "Request Header Fields Too Large", 500: "Internal Server Error", 501: "Not Implemented",
        502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout", 505: "HTTP Version Not Supported",
    ]
}

extension HTTPRefusal {
    /// What the client is answered.
    package var response: HTTPResponse {
        HTTPResponse(
            status: status,
            headers: ["Content-Type": "text/plain; charset=utf-8"],
            body: Array("\(reason)\n".utf8)
        )
    }
}
