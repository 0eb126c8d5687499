/// What precedes the body of a request, as the client has sent it.
package struct HTTPRequestHead: Sendable, Hashable {
    /// The method, such as `GET`; upper and lower case differ.
    package let method: String
    /// What is asked for: a path with its query, an absolute address (for proxies), `host:port` (`CONNECT`) or `*`.
    package let target: String
    /// The `1` of `HTTP/1.1`; 0 for the older version.
    package let minorVersion: Int
    /// The fields, in their order.
    package var headers: HTTPHeaders

    package init(method: String, target: String, minorVersion: Int, headers: HTTPHeaders = HTTPHeaders()) {
        self.method = method
        self.target = target
        self.minorVersion = minorVersion
        self.headers = headers
    }

    /// Whether the connection can be used again after the answer (RFC 9112 §9.3).
    package var keepsAlive: Bool {
        let options = headers.list("Connection")
        return !options.contains("close") && (minorVersion > 0 || options.contains("keep-alive"))
    }

    /// Whether the client sends the body only once it is told to (RFC 9110 §10.1.1).
    package var expectsContinue: Bool { minorVersion > 0 && headers.list("Expect").contains("100-continue") }

    /// The request.
    ///
    /// - Parameters:
    ///   - body: Its body.
    ///   - authority: The server's own host and port, for requests that name none.
    /// - Returns: The request.
    /// - Throws: A refusal: 501 for a method that is not known here, 400 for an address that is not one.
    package func request(body: [UInt8], at authority: String) throws(HTTPRefusal) -> HTTPRequest {
        guard let method = HTTPRequest.Method(rawValue: method) else {
            throw HTTPRefusal(501, reason: "the method is not known here")
        }
        let host = headers["Host"].flatMap { $0.isEmpty ? nil : $0 } ?? authority
        do {
            let url = try HTTPURL(target.hasPrefix("/") ? "http://\(host)\(target)" : target)
            return HTTPRequest(method, url: url, headers: headers, body: body)
        } catch {
            throw HTTPRefusal(400, reason: "the address is not one")
        }
    }
}

/// Why a request is not answered by whoever serves: what the server answers instead, before it closes the connection.
package struct HTTPRefusal: Error, Sendable, Hashable {
    /// The status: 400, 408, 413, 414, 417, 431, 501, 505.
    package let status: Int
    /// What is wrong, in words for the person who reads the answer.
    package let reason: String

    package init(_ status: Int, reason: String) {
        self.status = status
        self.reason = reason
    }
}

extension HTTPHeaders {
    /// The words of a field that is a list, in lower case (RFC 9110 §5.6.1).
    func list(_ name: String) -> [String] {
        values(name).flatMap { value in
            value.split(separator: ",").map { word in
                String(word.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
                    .lowercased()
            }
        }.filter { !$0.isEmpty }
    }
}
