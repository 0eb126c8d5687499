public import Diagnostics

/// Carries requests to web servers and brings back their answers.
///
/// An answer is whole or it is an error: a body shorter than announced, or packed and cut off, is never returned. Every
/// status code is an answer. It follows redirects within the same host only, and repeats nothing except a request that can be
/// repeated and met a connection that the server had closed meanwhile.
public protocol HTTPTransport: Sendable {
    /// Makes one exchange.
    ///
    /// - Throws: `HTTPFailure`, or `CancellationError` if the task is cancelled.
    func send(_ request: HTTPRequest) async throws -> HTTPResponse

    /// The same way to the network with another limit: so many exchanges with one host at a time.
    ///
    /// One without connections of its own is itself.
    func allowing(connectionsPerHost: Int) -> any HTTPTransport
}

extension HTTPTransport {
    /// Returns the transport unchanged: by default, there is no limit that could be set.
    public func allowing(connectionsPerHost: Int) -> any HTTPTransport { self }
}

/// Why there is no answer.
public struct HTTPFailure: Error, Sendable, Hashable {
    /// What went wrong.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// No address belongs to the host's name.
        case unresolved
        /// Nobody listens there.
        case refused
        /// The connection could not be made for another reason.
        case unreachable
        /// The server's certificate does not hold, or the encryption could not be agreed upon.
        case tls
        /// The connection was lost before the answer was complete.
        case reset
        /// A limit of time was over.
        case timedOut
        /// The body ended before its announced length.
        case truncated
        /// The body is packed in a way that cannot be unpacked.
        case badEncoding
        /// The body or the header is larger than allowed.
        case tooLarge
        /// The answer leads to another host, or in circles.
        case redirect
        /// What came is no HTTP.
        case malformed
        /// There is no way to the network in this program.
        case unavailable
        /// A variable of the environment that names a proxy, or what is reached without one, cannot be understood.
        case proxy
    }

    /// What went wrong.
    public let kind: Kind
    /// Scheme, host and port that were asked.
    public let origin: String
    /// What else is known, in words that fit behind a colon; empty if nothing.
    public let detail: String

    /// Creates a failure for an origin, such as `https://api.trakt.tv`; `detail` completes the message.
    public init(_ kind: Kind, origin: String, detail: String = "") {
        self.kind = kind
        self.origin = origin
        self.detail = detail
    }

    /// Whether the same request may succeed a moment later.
    public var isTransient: Bool {
        switch kind {
        case .unresolved, .refused, .unreachable, .reset, .timedOut, .truncated, .badEncoding, .malformed: true
        case .tls, .tooLarge, .redirect, .unavailable, .proxy: false
        }
    }

    /// What is wrong, for people.
    public var diagnostic: Diagnostic {
        let (words, hint): (String, String?) =
            switch kind {
            case .unresolved: ("the host cannot be found", "is the machine online, and the address right?")
            case .refused: ("nobody answers at this address", "is the server running, and the port right?")
            case .unreachable: ("no connection could be made", "is the machine online?")
            case .tls:
                ("the connection cannot be trusted", "the machine's certificates or its clock may be out of date")
            case .reset: ("the connection was lost", nil)
            case .timedOut: ("it has taken too long", nil)
            case .truncated: ("the answer was cut off", nil)
            case .badEncoding: ("the answer cannot be unpacked", nil)
            case .tooLarge: ("the answer is larger than allowed", nil)
            case .redirect: ("the answer leads elsewhere", "give the address that it leads to, if you trust it")
            case .malformed: ("what came is no answer of a web server", nil)
            case .unavailable: ("this program has no way to the network", nil)
            case .proxy:
                (
                    "the way through a proxy is not clear",
                    "correct the variable or unset it; a proxy is like http://proxy.example.org:3128"
                )
            }
        let message = "\(origin): \(words)" + (detail.isEmpty ? "" : ": \(detail)")
        return Diagnostic(kind.code, message: message, category: .environment, hint: hint)
    }
}

extension HTTPFailure.Kind {
    /// The code of its diagnostic: `http.timed-out`.
    package var code: Diagnostic.Code {
        Diagnostic.Code(rawValue.reduce(into: "http.") { $0 += $1.isUppercase ? "-\($1.lowercased())" : String($1) })
    }

    /// Whether nothing of the server can be had.
    private var isOutOfReach: Bool {
        switch self {
        case .unresolved, .refused, .unreachable: true
        case .tls, .reset, .timedOut, .truncated, .badEncoding, .tooLarge, .redirect, .malformed, .unavailable, .proxy:
            false
        }
    }

    /// The codes of the diagnostics which say that nothing of a server can be had.
    package static let outOfReach = Set(allCases.filter(\.isOutOfReach).map(\.code))
}

/// No network: every request fails.
public struct NoTransport: HTTPTransport {
    /// Creates a transport that fails every request.
    public init() {}

    /// Fails.
    ///
    /// - Throws: `HTTPFailure` of the kind `unavailable`.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        throw HTTPFailure(.unavailable, origin: request.url.origin)
    }
}
