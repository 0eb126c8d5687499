internal import Formats
internal import PluginKit

/// Leave to sign in that a person gives elsewhere: a code that they enter on the service's page (RFC 8628).
package struct DeviceCode: Sendable {
    /// What this program asks with.
    private let device: Secret
    /// What the person enters.
    let code: String
    /// Where they enter it.
    let page: String
    /// How long the code holds.
    let lifetime: Duration
    /// How long to wait between two questions.
    private let interval: Duration

    /// Asks for a code.
    ///
    /// - Throws: `account.*`; `StageFailure.transient` for what is transient.
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
            // Some services have kept the name of a draft of the standard.
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

    /// A terminal obeys some signs instead of showing them.
    private static func canBeShown(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 300 && text.utf8.allSatisfy { 0x21...0x7E ~= $0 }
    }

    /// What came of one question.
    private enum Step: Sendable {
        case tokens(TokenAnswer)
        case waiting
        case tooFast(Duration?)
    }

    /// Asks, again and again, until the person has entered the code.
    ///
    /// What is transient does not end it: a server that is busy, a network that is away.
    ///
    /// - Parameters:
    ///   - client: Whom to ask.
    ///   - time: The clock.
    /// - Returns: The tokens.
    /// - Throws: `account.expired`, `account.denied`, `account.code` and others that are not transient;
    ///   `CancellationError`.
    func tokens(_ client: OAuthClient, time: any TimeSource) async throws -> TokenAnswer {
        let problem = OAuthProblem(client.service)
        let deadline = time.now + lifetime
        var interval = interval
        /// How long the server asks to be left alone before the next question.
        var asked: Duration?
        while true {
            let now = time.now
            // The last question is asked while the code holds.
            guard now + interval < deadline else { throw problem.expired }
            if let asked, now + asked >= deadline { throw problem.tooLong(asked, left: deadline - now) }
            try await time.sleep(until: now + max(interval, asked ?? .zero))
            asked = nil
            do {
                switch try await ask(client, problem: problem) {
                case .tokens(let answer): return answer
                case .waiting: break
                case .tooFast(let pause):
                    // A long pause is asked for once; a short one is how fast the server wants to be asked.
                    interval = max(interval + .seconds(5), min(pause ?? .zero, .seconds(60)))
                    asked = pause
                }
            } catch let failure as StageFailure {
                // It may succeed later. RFC 8628 §3.5: who is not answered in time asks more slowly.
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
            // The service knows the code no more, or it was used.
            case .refused: throw problem.code("\(service.title) does not know the code any more")
            case .expired, .denied, .unknownApp, .problem: throw problem.problem(verdict, in: response)
            }
        }
    }
}
