/// The part of a request before its body, as the client has sent it.
package struct HTTPRequestHead: Sendable, Hashable {
    /// The method, such as `GET`; it is case-sensitive.
    package let method: String
    /// The request target: a path with its query, an absolute URL (for proxies), `host:port` (`CONNECT`) or `*`.
    package let target: String
    /// The `1` of `HTTP/1.1`; 0 for the older version.
    package let minorVersion: Int
    /// The fields, in order.
    package var headers: HTTPHeaders

    package init(method: String, target: String, minorVersion: Int, headers: HTTPHeaders = HTTPHeaders()) {
        self.method = method
        self.target = target
        self.minorVersion = minorVersion
        self.headers = headers
    }

    /// Whether the connection can be reused after the response (RFC 9112 §9.3).
    package var keepsAlive: Bool {
        let options = headers.list("Connection")
        return !options.contains("close") && (minorVersion > 0 || options.contains("keep-alive"))
    }

    /// Whether the client waits for `100 Continue` before it sends the body (RFC 9110 §10.1.1).
    package var expectsContinue: Bool { minorVersion > 0 && headers.list("Expect").contains("100-continue") }

    /// The request with its body.
    ///
    /// - Parameters:
    ///   - body: The body.
    ///   - authority: The server's own host and port, for requests without a host.
    /// - Returns: The request.
    /// - Throws: A refusal: 501 for an unsupported method, 400 for an invalid address.
    package func request(body: [UInt8], at authority: String) throws(HTTPRefusal) -> HTTPRequest {
        guard let method = HTTPRequest.Method(rawValue: method) else {
            throw HTTPRefusal(501, reason: "the method is not supported here")
        }
        let host = headers["Host"].flatMap { $0.isEmpty ? nil : $0 } ?? authority
        do {
            let url = try HTTPURL(target.hasPrefix("/") ? "http://\(host)\(target)" : target)
            return HTTPRequest(method, url: url, headers: headers, body: body)
        } catch {
            throw HTTPRefusal(400, reason: "the address is invalid")
        }
    }
}

/// Why the handler does not receive a request: the server's own response before it closes the connection.
package struct HTTPRefusal: Error, Sendable, Hashable {
    /// The status: 400, 401, 403, 408, 413, 414, 417, 421, 431, 501, 503, 505.
    package let status: Int
    /// The reason, for the user who reads the response.
    package let reason: String

    package init(_ status: Int, reason: String) {
        self.status = status
        self.reason = reason
    }
}

extension HTTPHeaders {
    /// The items of a list field, in lower case (RFC 9110 §5.6.1).
    func list(_ name: String) -> [String] {
        values(name).flatMap { value in
            value.split(separator: ",").map { word in
                String(word.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
                    .lowercased()
            }
        }.filter { !$0.isEmpty }
    }
}
