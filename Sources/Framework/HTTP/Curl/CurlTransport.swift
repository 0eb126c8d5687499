internal import Diagnostics
internal import Platform

/// Sends requests with the system's libcurl, on one thread of its own.
///
/// The first request loads the library and starts the thread; the thread ends when the transport is released.
/// Connections are kept alive and reused. The protocol is HTTP/1.1.
///
/// The environment determines proxies (`http_proxy`, `https_proxy`, `all_proxy`, `no_proxy`) and trusted certificates
/// (`SSL_CERT_FILE`, `SSL_CERT_DIR`; by default those of the system).
public final class CurlTransport: HTTPTransport {
    private let settings: CurlSettings
    private let inbox = CurlInbox()
    private let library: @Sendable () -> Result<CurlLibrary, CurlLibrary.Missing>
    private let onEnd: @Sendable () -> Void

    /// Creates a transport.
    ///
    /// - Parameters:
    ///   - environment: The environment variables.
    ///   - connectionsPerHost: How many exchanges are made with one server simultaneously, at least 1. Others wait for
    ///     their turn; their timeouts begin with it.
    ///   - userAgent: The `User-Agent` of requests that state none.
    public convenience init(
        environment: [String: String] = [:],
        connectionsPerHost: Int = 16,
        userAgent: String = "sprocket"
    ) {
        let settings = CurlSettings(
            connectionsPerHost: max(1, connectionsPerHost),
            userAgent: userAgent,
            proxies: ProxyRules(environment),
            environment: environment
        )
        self.init(settings, library: { CurlLibrary.shared })
    }

    /// A transport with a given library; it reports when its thread has ended.
    init(
        _ settings: CurlSettings,
        library: @escaping @Sendable () -> Result<CurlLibrary, CurlLibrary.Missing>,
        onEnd: @escaping @Sendable () -> Void = {}
    ) {
        self.settings = settings
        self.library = library
        self.onEnd = onEnd
    }

    deinit { inbox.close() }

    /// A new transport with its own connections.
    public func allowing(connectionsPerHost: Int) -> any HTTPTransport {
        let settings = CurlSettings(
            connectionsPerHost: max(1, connectionsPerHost),
            userAgent: settings.userAgent,
            proxies: settings.proxies,
            environment: settings.environment
        )
        return CurlTransport(settings, library: library)
    }

    /// Makes one exchange; redirects within the same host are followed.
    ///
    /// - Throws: `HTTPFailure`; `CancellationError`; a `Diagnostic` with `http.header` for a field that cannot be sent.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try request.checkHeaders()
        let start = SystemTime().now
        var request = request
        let whole = request.limits.whole
        for _ in 0...Redirect.limit {
            let response = try await exchange(request)
            guard let next = try Redirect.request(after: request, response: response) else { return response }
            request = next
            request.limits.whole = max(whole - (SystemTime().now - start), .milliseconds(1))
        }
        throw HTTPFailure(.redirect, origin: request.url.origin, detail: "\(Redirect.limit) times, and then once more")
    }

    private func exchange(_ request: HTTPRequest) async throws -> HTTPResponse {
        let exchange = CurlExchange(request)
        try Task.checkCancellation()
        submit(exchange)
        return try await exchange.answer.value { answer in
            if answer.resume(with: .failure(CancellationError())) { inbox.cancel(exchange) }
        }
    }

    private func submit(_ exchange: CurlExchange) {
        do throws(CurlLibrary.Missing) {
            try inbox.submit(exchange) { () throws(CurlLibrary.Missing) in
                try CurlThread.start { [settings, inbox, library, onEnd] in
                    Self.work(settings, inbox: inbox, library: library)
                    onEnd()
                }
            }
        } catch {
            exchange.refuse(error)
        }
    }

    /// The work of the thread.
    private static func work(
        _ settings: CurlSettings,
        inbox: CurlInbox,
        library: () -> Result<CurlLibrary, CurlLibrary.Missing>
    ) {
        do throws(CurlLibrary.Missing) {
            let library = try library().get()
            guard let reactor = CurlReactor(library, inbox: inbox, settings: settings) else {
                throw CurlLibrary.Missing(words: "there is not enough memory")
            }
            reactor.run()
        } catch {
            for exchange in inbox.refuse(error) { exchange.refuse(error) }
        }
    }
}

extension CurlExchange {
    fileprivate func refuse(_ missing: CurlLibrary.Missing) {
        answer.resume(throwing: HTTPFailure(.unavailable, origin: request.url.origin, detail: missing.words))
    }
}

extension HTTPRequest {
    /// Refuses fields that would become several lines, or none.
    fileprivate func checkHeaders() throws(Diagnostic) {
        for field in headers.fields {
            let isName = { (byte: UInt8) in
                0x21...0x7E ~= byte && byte != UInt8(ascii: ":") && byte != UInt8(ascii: ";")
            }
            guard !field.name.isEmpty, field.name.utf8.allSatisfy(isName) else {
                throw Diagnostic(
                    "http.header",
                    message: "a header field has a name that cannot be sent",
                    category: .environment
                )
            }
            guard field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw Diagnostic(
                    "http.header",
                    message:
                        "the value of the header field '\(field.name)' has a line break or another character that cannot be sent",
                    category: .environment,
                    hint: "it may come from a file or a variable with a newline at its end"
                )
            }
        }
    }
}
