public import Diagnostics

/// Sends requests to web servers and returns their responses.
///
/// A response is either complete or an error: a body that is shorter than announced, or compressed and truncated, is
/// never returned. Every status code is a response. Redirects are followed within the same host only. A transport
/// repeats only an idempotent request that met a connection which the server had just closed.
public protocol HTTPTransport: Sendable {
    /// Makes one exchange.
    ///
    /// - Throws: `HTTPFailure`, or `CancellationError` if the task is cancelled.
    func send(_ request: HTTPRequest) async throws -> HTTPResponse

    /// The same transport with another limit on simultaneous exchanges per host.
    ///
    /// A transport without connections of its own returns itself.
    func allowing(connectionsPerHost: Int) -> any HTTPTransport
}

extension HTTPTransport {
    /// Returns the transport unchanged: by default, there is no limit to set.
    public func allowing(connectionsPerHost: Int) -> any HTTPTransport { self }
}

/// Why there is no response.
public struct HTTPFailure: Error, Sendable, Hashable {
    /// What went wrong.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// No address belongs to the host's name.
        case unresolved
        /// No program listens there.
        case refused
        /// The connection could not be made for another reason.
        case unreachable
        /// The server's certificate is not valid, or TLS could not be negotiated.
        case tls
        /// The connection was lost before the response was complete.
        case reset
        /// A timeout was exceeded.
        case timedOut
        /// The body ended before its announced length.
        case truncated
        /// The body cannot be decompressed.
        case badEncoding
        /// The body or the header is larger than allowed.
        case tooLarge
        /// The response redirects to another host, or in a loop.
        case redirect
        /// The response is not valid HTTP.
        case malformed
        /// This program has no network access.
        case unavailable
        /// An environment variable for proxies is invalid.
        case proxy
    }

    /// What went wrong.
    public let kind: Kind
    /// Scheme, host and port of the request.
    public let origin: String
    /// Details, as text that fits after a colon; empty if there are none.
    public let detail: String

    /// Creates a failure for an origin, such as `https://api.trakt.tv`; `detail` completes the message.
    public init(_ kind: Kind, origin: String, detail: String = "") {
        self.kind = kind
        self.origin = origin
        self.detail = detail
    }

    /// Whether the same request may succeed shortly afterwards.
    public var isTransient: Bool {
        switch kind {
        case .unresolved, .refused, .unreachable, .reset, .timedOut, .truncated, .badEncoding, .malformed: true
        case .tls, .tooLarge, .redirect, .unavailable, .proxy: false
        }
    }

    /// The failure as a diagnostic for users.
    public var diagnostic: Diagnostic {
        let (words, hint): (String, String?) =
            switch kind {
            case .unresolved: ("the host cannot be found", "check the network connection and the address")
            case .refused: ("nothing listens at this address", "is the server running, and is the port right?")
            case .unreachable: ("no connection could be made", "check the network connection")
            case .tls:
                ("the connection cannot be trusted", "the machine's certificates or its clock may be out of date")
            case .reset: ("the connection was lost", nil)
            case .timedOut: ("the timeout was exceeded", nil)
            case .truncated: ("the answer was cut off", nil)
            case .badEncoding: ("the answer cannot be unpacked", nil)
            case .tooLarge: ("the answer is larger than allowed", nil)
            case .redirect: ("the answer redirects elsewhere", "give the address that it leads to, if you trust it")
            case .malformed: ("the response is not valid HTTP", nil)
            case .unavailable: ("this program has no network access", nil)
            case .proxy:
                (
                    "the proxy cannot be determined",
                    "correct the variable or unset it; a proxy is like http://proxy.example.org:3128"
                )
            }
        let message = "\(origin): \(words)" + (detail.isEmpty ? "" : ": \(detail)")
        return Diagnostic(kind.code, message: message, category: .environment, hint: hint)
    }
}

extension HTTPFailure.Kind {
    /// The code of its diagnostic: `http.timed-out`.
    public var code: Diagnostic.Code {
        Diagnostic.Code(rawValue.reduce(into: "http.") { $0 += $1.isUppercase ? "-\($1.lowercased())" : String($1) })
    }

    /// Whether the server cannot be reached at all.
    private var isOutOfReach: Bool {
        switch self {
        case .unresolved, .refused, .unreachable: true
        case .tls, .reset, .timedOut, .truncated, .badEncoding, .tooLarge, .redirect, .malformed, .unavailable, .proxy:
            false
        }
    }

    /// The codes of diagnostics for servers that cannot be reached at all.
    public static let outOfReach = Set(allCases.filter(\.isOutOfReach).map(\.code))
}

/// A transport without a network: every request fails.
public struct NoTransport: HTTPTransport {
    /// Creates a transport that fails every request.
    public init() {}

    /// Always fails.
    ///
    /// - Throws: `HTTPFailure` of the kind `unavailable`.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        throw HTTPFailure(.unavailable, origin: request.url.origin)
    }
}
