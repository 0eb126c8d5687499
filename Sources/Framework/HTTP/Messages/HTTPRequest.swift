internal import Diagnostics

/// A request to a web server.
public struct HTTPRequest: Sendable, Hashable {
    /// The methods that stages can use (RFC 9110 §9.3).
    public enum Method: String, Sendable, Hashable {
        /// Retrieves a resource and changes nothing.
        case get = "GET"
        /// Retrieves only the header fields.
        case head = "HEAD"
        /// Submits data.
        case post = "POST"
        /// Creates or replaces the resource.
        case put = "PUT"
        /// Removes the resource.
        case delete = "DELETE"

        /// Whether repeating the request has no further effect (RFC 9110 §9.2.2).
        public var isIdempotent: Bool { self != .post }
    }

    /// What the server is asked to do with the resource.
    public var method: Method
    /// The absolute address, with its query.
    public var url: HTTPURL
    /// Header fields.
    ///
    /// `Host`, `Content-Length` and `Accept-Encoding` are set by the transport; an `Accept-Encoding` of `identity` is
    /// kept, for parts of a file.
    public var headers: HTTPHeaders
    /// The body; empty for none.
    public var body: [UInt8]
    /// The timeouts and the maximum size of the response.
    public var limits: HTTPLimits

    /// Creates a request.
    public init(
        _ method: Method = .get,
        url: HTTPURL,
        headers: HTTPHeaders = HTTPHeaders(),
        body: [UInt8] = [],
        limits: HTTPLimits = HTTPLimits()
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.limits = limits
    }
}

extension HTTPRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Method, address and header fields; secrets and the body, which may contain some, are omitted.
    public var description: String {
        ["\(method.rawValue) \(url)", headers.description, body.isEmpty ? "" : "(\(body.count.counted("byte")))"]
            .filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// The same text as `description`, so that debugging prints no secret.
    public var debugDescription: String { description }

    /// Empty: dumping a request shows only its description.
    public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}

/// The timeouts of an exchange and the maximum size of a response.
public struct HTTPLimits: Sendable, Hashable {
    /// Until the connection is open, including name resolution and TLS.
    public var connect: Duration
    /// From sending the request until the first byte of the response.
    public var firstByte: Duration
    /// Between two bytes of the response.
    public var idle: Duration
    /// The timeout of the whole exchange, including redirects.
    public var whole: Duration
    /// The maximum size of the body in bytes, decompressed.
    public var bodyBytes: Int

    /// Creates limits.
    ///
    /// Defaults suitable for an API: 10 s, 30 s, 30 s, 60 s, 64 MiB.
    public init(
        connect: Duration = .seconds(10),
        firstByte: Duration = .seconds(30),
        idle: Duration = .seconds(30),
        whole: Duration = .seconds(60),
        bodyBytes: Int = 64 << 20
    ) {
        self.connect = connect
        self.firstByte = firstByte
        self.idle = idle
        self.whole = whole
        self.bodyBytes = bodyBytes
    }
}
