extension HTTPResponse {
    /// How a response is sent to a client.
    package struct Framing: Sendable {
        /// How the client finds the end of the body.
        package enum Body: Sendable, Hashable {
            /// By its length.
            case whole
            /// By the last chunk; only the status and the fields are sent at first.
            case chunks
            /// By the end of the connection; only the status and the fields are sent at first.
            case untilClose
        }

        /// Whether the client has requested only the fields (`HEAD`).
        package var isHead = false
        /// Whether the connection ends after the response.
        package var closes = false
        /// How the body is sent.
        package var body = Body.whole
        /// The current time, in seconds since 1970-01-01T00:00:00Z.
        package var time: Int64

        package init(isHead: Bool = false, closes: Bool = false, time: Int64) {
            self.isHead = isHead
            self.closes = closes
            self.time = time
        }
    }

    /// The response in the form that is sent (RFC 9112 §4).
    ///
    /// The server sets `Content-Length`, `Transfer-Encoding` and `Connection`, and `Date` unless the response has one.
    /// A response without a body to `HEAD` may state the length that it would have.
    ///
    /// - Parameter framing: How it is sent.
    /// - Returns: The bytes; those of a response with the status 500 if a field cannot be sent.
    package func wire(_ framing: Framing) -> [UInt8] {
        guard 200...999 ~= status, headers.fields.allSatisfy(Self.canBeSent) else {
            return HTTPResponse(status: 500, body: Array("the answer cannot be sent\n".utf8)).wire(framing)
        }
        var text = "HTTP/1.1 \(status) \(Self.reason(of: status))\r\n"
        if headers["Date"] == nil { text += "Date: \(HTTPDate.text(of: framing.time))\r\n" }
        for field in headers.fields where !Self.own.contains(field.name.lowercased()) {
            text += "\(field.name): \(field.value)\r\n"
        }
        let hasBody = status.mayHaveBody
        if hasBody, framing.body == .chunks { text += "Transfer-Encoding: chunked\r\n" }
        if hasBody, framing.body == .whole {
            let announced = framing.isHead && body.isEmpty ? headers["Content-Length"].flatMap { Int($0) } : nil
            text += "Content-Length: \(announced ?? body.count)\r\n"
        }
        text += framing.closes ? "Connection: close\r\n\r\n" : "Connection: keep-alive\r\n\r\n"
        return Array(text.utf8) + (hasBody && !framing.isHead && framing.body == .whole ? body : [])
    }

    private static let own: Set = ["content-length", "transfer-encoding", "connection"]

    /// Whether a field is one valid line.
    private static func canBeSent(_ field: HTTPHeaders.Field) -> Bool {
        !field.name.isEmpty && field.name.utf8.allSatisfy { 0x21...0x7E ~= $0 && $0 != UInt8(ascii: ":") }
            && field.value.utf8.allSatisfy { $0 >= 32 && $0 != 127 || $0 == 9 }
    }

    /// The reason phrase of a status (RFC 9110 §15); empty if it has none there.
    package static func reason(of status: Int) -> String { reasons[status] ?? "" }

    private static let reasons = [
        200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 206: "Partial Content", 301: "Moved Permanently",
        302: "Found", 303: "See Other", 304: "Not Modified", 307: "Temporary Redirect", 308: "Permanent Redirect",
        400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
        406: "Not Acceptable", 408: "Request Timeout", 409: "Conflict", 410: "Gone", 411: "Length Required",
        412: "Precondition Failed", 413: "Content Too Large", 414: "URI Too Long", 415: "Unsupported Media Type",
        417: "Expectation Failed", 421: "Misdirected Request", 422: "Unprocessable Content", 426: "Upgrade Required",
        429: "Too Many Requests",
        431: "Request Header Fields Too Large", 500: "Internal Server Error", 501: "Not Implemented",
        502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout", 505: "HTTP Version Not Supported",
    ]
}

extension Int {
    /// Whether a response with this status may have a body (RFC 9110 §6.4.1).
    var mayHaveBody: Bool { self >= 200 && self != 204 && self != 304 }
}

extension HTTPRefusal {
    /// The response to a refused request.
    package var response: HTTPResponse {
        HTTPAccess.secured(
            HTTPResponse(
                status: status,
                headers: ["Content-Type": "text/plain; charset=utf-8"],
                body: Array("\(reason)\n".utf8)
            )
        )
    }
}
