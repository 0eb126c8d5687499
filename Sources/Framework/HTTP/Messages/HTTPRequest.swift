internal import Diagnostics

/// One question to a web server.
public struct HTTPRequest: Sendable, Hashable {
    /// What is wanted of the resource.
    public enum Method: String, Sendable, Hashable {
        /// Retrieves a resource and changes nothing.
        case get = "GET"
        /// To have its header fields.
        case head = "HEAD"
        /// To hand something over.
        case post = "POST"
        /// To put something in its place.
        case put = "PUT"
        /// To remove it.
        case delete = "DELETE"

        /// Whether asking twice does no more than asking once (RFC 9110 §9.2.2).
        public var isIdempotent: Bool { self != .post }
    }

    /// What is wanted of the resource.
    public var method: Method
    /// The absolute address, with its query.
    public var url: HTTPURL
    /// Header fields.
    ///
    /// `Host`, `Content-Length` and `Accept-Encoding` are the transport's.
    public var headers: HTTPHeaders
    /// What is handed over; empty for nothing.
    public var body: [UInt8]
    /// How long it may take, and how large the answer may be.
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
    /// Method, address and header fields; secrets and the body, which may hold some, are left out.
    public var description: String {
        ["\(method.rawValue) \(url)", headers.description, body.isEmpty ? "" : "(\(body.count.counted("byte")))"]
            .filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// The same text as `description`, so that debugging prints no secret.
    public var debugDescription: String { description }

    /// The description alone.
    public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}

/// How long an exchange may take, and how large an answer may be.
public struct HTTPLimits: Sendable, Hashable {
    /// Until the connection stands, the finding of the host and TLS included.
    public var connect: Duration
    /// Until the first byte of the answer, from the moment that the request was sent.
    public var firstByte: Duration
    /// Between two bytes of the answer.
    public var idle: Duration
    /// The timeout of the whole exchange, including redirects.
    public var whole: Duration
    /// How large the body may be, in bytes, unpacked.
    public var bodyBytes: Int

    /// Limits; those not given are made for an API: 10 s, 30 s, 30 s, 60 s, 64 MiB.
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
