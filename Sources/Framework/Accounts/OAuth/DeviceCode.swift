internal import Formats
internal import PluginKit

/// A sign-in that the user approves elsewhere: a code that they enter on the service's page (RFC 8628).
package struct DeviceCode: Sendable {
    /// The code that this program polls with.
    private let device: Secret
    /// The code that the user enters.
    let code: String
    /// The page where they enter it.
    let page: String
    /// How long the code is valid.
    let lifetime: Duration
    /// The time between two requests.
    private let interval: Duration

    /// Requests a code.
    ///
    /// - Throws: `account.*`; `StageFailure.transient` for transient errors.
    package init(_ client: OAuthClient) async throws {
        let problem = OAuthProblem(client.service)
        let scope = client.service.scope.map { [(name: "scope", value: $0)] } ?? []
        self = try await client.ask(.deviceCode, at: client.service.device, fields: scope) { response, verdict in
            guard case .granted = verdict else { throw problem.problem(verdict, in: response) }
            guard let code = DeviceCode(response.body) else { throw problem.unreadable }
            return code
        }
    }

    private init?(_ body: [UInt8]) {
        guard let value = try? JSONValue(parsing: body, name: "answer"), let device = value["device_code"]?.string,
            // Some services use the name from a draft of the standard.
            let code = value["user_code"]?.string,
            let page = (value["verification_uri"] ?? value["verification_url"])?.string,
            !device.isEmpty, Self.canBeShown(code), Self.canBeShown(page)
        else { return nil }
        self.device = Secret(device)
        self.code = code
        self.page = page
        lifetime = .seconds(min(max(value["expires_in"]?.integer ?? 600, 1), 86_400))
        interval = .seconds(min(max(value["interval"]?.integer ?? 5, 1), 300))
    }

    /// A terminal interprets some characters instead of showing them.
    private static func canBeShown(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 300 && text.utf8.allSatisfy { 0x21...0x7E ~= $0 }
    }

    /// The result of one request.
    private enum Step: Sendable {
        case tokens(TokenAnswer)
        case waiting
        case tooFast(Duration?)
    }

    /// Polls until the user has entered the code.
    ///
    /// Transient errors, such as a busy server or a lost network, do not end it.
    ///
    /// - Parameters:
    ///   - client: The client of the service.
    ///   - time: The clock.
    /// - Returns: The tokens.
    /// - Throws: `account.expired`, `account.denied`, `account.code` and others that are not transient;
    ///   `CancellationError`.
    func tokens(_ client: OAuthClient, time: any TimeSource) async throws -> TokenAnswer {
        let problem = OAuthProblem(client.service)
        let deadline = time.now + lifetime
        var interval = interval
        /// The pause that the server requests before the next request.
        var asked: Duration?
        while true {
            let now = time.now
            // The last request is made while the code is valid.
            guard now + interval < deadline else { throw problem.expired }
            if let asked, now + asked >= deadline { throw problem.tooLong(asked, left: deadline - now) }
            try await time.sleep(until: now + max(interval, asked ?? .zero))
            asked = nil
            do {
                switch try await ask(client, problem: problem) {
                case .tokens(let answer): return answer
                case .waiting: break
                case .tooFast(let pause):
                    // A long pause applies once; a short one is the interval that the server wants.
                    interval = max(interval + .seconds(5), min(pause ?? .zero, .seconds(60)))
                    asked = pause
                }
            } catch let failure as StageFailure {
                // A later request may succeed. RFC 8628 §3.5: after a timeout, requests are made less often.
                if failure.diagnostic.code == HTTPFailure.Kind.timedOut.code {
                    interval = min(interval * 2, max(interval, .seconds(60)))
                }
                asked = failure.retryAfter
            }
        }
    }

    private func ask(_ client: OAuthClient, problem: OAuthProblem) async throws -> Step {
        let service = client.service
        let fields = service.deviceFields(device)
        return try await client.ask(.deviceToken, at: service.deviceToken, fields: fields) { response, verdict in
            switch verdict {
            case .granted:
                guard let answer = TokenAnswer(response.body) else { throw problem.unreadable }
                return .tokens(answer)
            case .pending: return .waiting
            case .tooFast(let pause): return .tooFast(pause)
            // The service no longer knows the code, or it has been used.
            case .refused: throw problem.code("\(service.title) no longer knows the code")
            case .expired, .denied, .unknownApp, .problem: throw problem.problem(verdict, in: response)
            }
        }
    }
}
