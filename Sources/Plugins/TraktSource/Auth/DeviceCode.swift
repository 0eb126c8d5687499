internal import Diagnostics
internal import Formats
internal import PluginKit

/// Leave to sign in that a person gives elsewhere: a code that they enter on Trakt's page (RFC 8628).
struct DeviceCode: Sendable {
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
    /// - Throws: `account.*`; `StageFailure.transient` for what may pass.
    init(_ client: OAuthClient) async throws {
        self = try await client.ask(["device", "code"], [:], withSecret: false) { response in
            switch response.status {
            case 200, 201:
                guard let code = DeviceCode(response.body) else { throw AccountProblem.unreadable(client.server) }
                return code
            // Who asks with an id that is not known is refused with one or the other.
            case 400, 401: throw AccountProblem.appRefused()
            default: throw AccountProblem.answer(response, from: client.server)
            }
        }
    }

    private init?(_ body: [UInt8]) {
        guard let value = try? JSONValue(parsing: body, name: "answer"), let device = value["device_code"]?.string,
            let code = value["user_code"]?.string, let page = value["verification_url"]?.string,
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
    /// What may pass does not end it: a server that is busy, a network that is away.
    ///
    /// - Parameters:
    ///   - client: Whom to ask.
    ///   - time: The clock.
    /// - Returns: The tokens.
    /// - Throws: `account.expired`, `account.denied`, `account.code` and others that do not pass; `CancellationError`.
    func tokens(_ client: OAuthClient, _ time: any TimeSource) async throws -> TokenAnswer {
        let deadline = time.now + lifetime
        var interval = interval
        /// How long the server asks to be left alone before the next question.
        var asked: Duration?
        while true {
            let now = time.now
            // The last question is asked while the code holds.
            guard now + interval < deadline else { throw Self.expired }
            if let asked, now + asked >= deadline { throw Self.tooLong(asked, left: deadline - now) }
            try await time.sleep(until: now + max(interval, asked ?? .zero))
            asked = nil
            do {
                switch try await ask(client) {
                case .tokens(let answer): return answer
                case .waiting: break
                case .tooFast(let pause):
                    // A long pause is asked for once; a short one is how fast the server wants to be asked.
                    interval = max(interval + .seconds(5), min(pause ?? .zero, .seconds(60)))
                    asked = pause
                }
            } catch let failure as StageFailure {
                // It may pass.
                asked = failure.retryAfter
            }
        }
    }

    private func ask(_ client: OAuthClient) async throws -> Step {
        try await client.ask(["device", "token"], ["code": device.revealed]) { response in
            switch response.status {
            case 200, 201:
                guard let answer = TokenAnswer(response.body) else { throw AccountProblem.unreadable(client.server) }
                return .tokens(answer)
            case 400: return .waiting
            case 401: throw AccountProblem.appRefused()
            case 404:
                throw Diagnostic(
                    "account.code",
                    "Trakt does not know the code any more (404)",
                    category: .environment,
                    hint: Self.again
                )
            case 409:
                throw Diagnostic(
                    "account.code",
                    "the code was used already, and the answer to it was lost (409)",
                    category: .environment,
                    hint: Self.again
                )
            case 410: throw Self.expired
            case 418:
                throw Diagnostic(
                    "account.denied",
                    "the sign-in was declined on Trakt's page",
                    category: .environment,
                    hint: Self.again
                )
            case 429: return .tooFast(response.headers.retryAfter())
            default: throw AccountProblem.answer(response, from: client.server)
            }
        }
    }

    private static let again = "begin again: sprocket auth trakt login"

    private static func tooLong(_ asked: Duration, left: Duration) -> Diagnostic {
        Diagnostic(
            "account.busy",
            "Trakt asks to be left alone for \(asked.inWords), and the code is valid for another \(left.inWords) only",
            category: .environment,
            hint: "wait as long, then \(again)"
        )
    }

    private static var expired: Diagnostic {
        Diagnostic(
            "account.expired",
            "nobody has entered the code while it was valid",
            category: .environment,
            hint: again
        )
    }
}
