internal import Formats

/// An answer before it goes onto the wire.
struct HTTPResponse: Sendable {
    var status: Int
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []
    /// Whether the body goes in chunks (RFC 9112 §7.1) and not with a length.
    var isChunked = false

    /// An answer with a body of bytes.
    init(_ status: Int, _ body: [UInt8] = [], type: String = "application/json; charset=utf-8") {
        self.status = status
        self.body = body
        headers = [("Content-Type", type)]
    }

    /// An answer with JSON.
    init(_ status: Int, json: JSONValue) {
        var writer = JSONWriter()
        writer.write(json)
        self.init(status, writer.bytes)
    }

    /// A page of the network in front of Trakt, not of Trakt.
    static func html(_ status: Int, _ title: String) -> HTTPResponse {
        let page = "<!DOCTYPE html>\n<html><head><title>\(title)</title></head><body><h1>\(title)</h1></body></html>\n"
        var response = HTTPResponse(status, Array(page.utf8), type: "text/html; charset=UTF-8")
        response.set("Server", "cloudflare")
        return response
    }

    /// The value of a header; names are compared without case.
    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// Sets a header, once.
    mutating func set(_ name: String, _ value: String) {
        remove { $0 == name.lowercased() }
        headers.append((name, value))
    }

    /// Removes headers by their names in lower case.
    mutating func remove(where isGone: (String) -> Bool) { headers.removeAll { isGone($0.name.lowercased()) } }

    /// The status line and the headers, up to and with the empty line.
    func head(closes: Bool) -> [UInt8] {
        var text = "HTTP/1.1 \(status) \(Self.reasons[status] ?? "Status")\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        if isChunked {
            text += "Transfer-Encoding: chunked\r\n"
        } else if status != 204, status != 304 {
            text += "Content-Length: \(body.count)\r\n"
        }
        text += closes ? "Connection: close\r\n\r\n" : "Connection: keep-alive\r\n\r\n"
        return Array(text.utf8)
    }

    /// The body as it goes over the wire.
    var framedBody: [UInt8] {
        guard isChunked else { return body }
        var framed: [UInt8] = []
        for start in stride(from: 0, to: body.count, by: 4096) {
            let piece = body[start..<min(start + 4096, body.count)]
            framed += Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + Array("\r\n".utf8)
        }
        return framed + Array("0\r\n\r\n".utf8)
    }

    private static let reasons = [
        200: "OK", 201: "Created", 204: "No Content", 304: "Not Modified", 400: "Bad Request", 401: "Unauthorized",
        403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 409: "Conflict", 410: "Gone",
        411: "Length Required", 412: "Precondition Failed", 413: "Content Too Large", 418: "I'm a teapot",
        420: "Account Limit Exceeded", 422: "Unprocessable Content", 423: "Locked", 426: "Upgrade Required",
        429: "Too Many Requests", 431: "Request Header Fields Too Large", 500: "Internal Server Error",
        502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
        520: "Web Server Is Returning an Unknown Error",
        521: "Web Server Is Down", 522: "Connection Timed Out",
    ]
}
