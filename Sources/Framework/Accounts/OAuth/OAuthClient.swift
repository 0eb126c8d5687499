internal import Formats
package import PluginKit

/// Requests codes and tokens from a service, at most as fast as it allows.
package struct OAuthClient: Sendable {
    package let service: OAuthService
    package let app: OAuthApp
    private let http: HTTPClient

    /// Creates a client.
    ///
    /// - Parameters:
    ///   - service: The service.
    ///   - app: The app that makes the requests.
    ///   - http: The client for web servers.
    ///   - time: The clock.
    package init(_ service: OAuthService, app: OAuthApp, http: HTTPClient, time: any TimeSource) {
        self.init(service: service, app: app, http: http.through { PacedTransport($0, pace: service.pace, time: time) })
    }

    private init(service: OAuthService, app: OAuthApp, http: HTTPClient) {
        self.service = service
        self.app = app
        self.http = http
    }

    /// The same client with a wrapper around its transport.
    func through(_ wrap: (any HTTPTransport) -> any HTTPTransport) -> OAuthClient {
        OAuthClient(service: service, app: app, http: http.through(wrap))
    }

    /// Makes a request, and reads the answer.
    ///
    /// - Parameters:
    ///   - question: The kind of request.
    ///   - url: The address.
    ///   - fields: The fields of the request in addition to those of the app.
    ///   - reading: Converts the answer and its meaning to a result.
    /// - Returns: The result of `reading`.
    /// - Throws: What `HTTPClient.send` throws.
    func ask<Answer: Sendable>(
        _ question: OAuthService.Question,
        at url: HTTPURL,
        fields: [(name: String, value: String)],
        reading: @escaping @Sendable (HTTPResponse, OAuthVerdict) throws -> Answer
    ) async throws -> Answer {
        var fields = fields
        fields.append(("client_id", app.id.revealed))
        // A request for a code contains only the id (RFC 8628 §3.1).
        if question != .deviceCode, let secret = app.secret { fields.append(("client_secret", secret.revealed)) }
        var headers = service.headers(app)
        let body: [UInt8]
        switch service.encoding {
        case .form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Accept"] = "application/json"
            let pairs = fields.map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }
            body = Array(pairs.joined(separator: "&").utf8)
        case .json:
            headers["Content-Type"] = "application/json"
            body = Self.json(fields)
        }
        let request = HTTPRequest(.post, url: url, headers: headers, body: body, limits: HTTPLimits(bodyBytes: 1 << 20))
        return try await http.send(request) { [service] response in
            try reading(response, service.verdict(on: response, to: question))
        }
    }

    private static func json(_ fields: [(name: String, value: String)]) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        for (name, value) in fields { json.member(name, value: value) }
        json.endObject()
        return json.takeBytes()
    }

    /// A text in the encoding of forms (RFC 6749 appendix B): everything but letters, digits and `-._*`
    /// percent-encoded.
    private static func encoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 42, 45, 46, 95: bytes.append(byte)
            case 32: bytes.append(43)
            default:
                let digits = Array("0123456789ABCDEF".utf8)
                bytes += [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
