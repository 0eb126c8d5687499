internal import Formats
internal import PluginKit

/// Asks Trakt's sign-in server, at most once a second.
struct OAuthClient: Sendable {
    /// Where it is.
    let server: HTTPURL
    let app: TraktApp
    private let http: HTTPClient

    /// A client.
    ///
    /// - Parameters:
    ///   - server: The address that `/oauth/token` and the others are below.
    ///   - app: Who asks.
    ///   - http: What carries the requests.
    ///   - time: The clock.
    init(_ server: HTTPURL, _ app: TraktApp, _ http: HTTPClient, _ time: any TimeSource) {
        self.init(server: server, app: app, http: http.through { PacedTransport($0, time) })
    }

    private init(server: HTTPURL, app: TraktApp, http: HTTPClient) {
        self.server = server
        self.app = app
        self.http = http
    }

    /// The same client with something put before its transport.
    func through(_ wrap: (any HTTPTransport) -> any HTTPTransport) -> OAuthClient {
        OAuthClient(server: server, app: app, http: http.through(wrap))
    }

    /// Asks, and reads the answer.
    ///
    /// - Parameters:
    ///   - path: What is asked, below `/oauth`.
    ///   - form: What is handed over besides the app; an object of texts.
    ///   - withSecret: Whether the app's secret goes with it.
    ///   - reading: Makes of the answer what the caller wants.
    /// - Returns: What `reading` has made.
    /// - Throws: what `HTTPClient.send` throws.
    func ask<Answer: Sendable>(
        _ path: [String],
        _ form: KeyValuePairs<String, String>,
        withSecret: Bool = true,
        reading: @escaping @Sendable (HTTPResponse) throws -> Answer
    ) async throws -> Answer {
        var json = JSONWriter()
        json.beginObject()
        for (name, value) in form { json.member(name, value) }
        json.member("client_id", app.id.revealed)
        if withSecret, let secret = app.secret { json.member("client_secret", secret.revealed) }
        json.endObject()
        let request = HTTPRequest(
            .post,
            server.appending(["oauth"] + path),
            headers: Self.headers(app),
            body: json.takeBytes(),
            limits: HTTPLimits(bodyBytes: 1 << 20)
        )
        return try await http.send(request, reading: reading)
    }

    /// What Trakt wants in the header of every request.
    static func headers(_ app: TraktApp, token: Secret? = nil) -> HTTPHeaders {
        var headers: HTTPHeaders = [
            "Content-Type": "application/json", "User-Agent": "Sprocket/0.1.0", "trakt-api-version": "2",
        ]
        headers.set(HTTPHeaders.Field("trakt-api-key", app.id.revealed, isSecret: true))
        if let token { headers.set(HTTPHeaders.Field("Authorization", "Bearer \(token.revealed)", isSecret: true)) }
        return headers
    }
}
