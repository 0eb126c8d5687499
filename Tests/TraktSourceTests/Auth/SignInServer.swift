import Accounts
import Formats
import PluginKit
import PluginTestKit

/// A sign-in server as Trakt's documentation describes it: a refresh token works once, and its access token dies with it.
///
/// Tokens are called `access-1`, `refresh-1`, `access-2` and so on.
final class SignInServer: Sendable {
    /// What is done with a refresh token that was used.
    enum Reuse: Sendable {
        /// It is refused, as Trakt does.
        case refused
        /// It gives the same pair again until the new access token is used, as some servers do.
        case repeated
    }

    struct State {
        var generation: Int
        /// The refresh tokens that were sent, in their order.
        var sent: [String] = []
        var forms: [[String: String]] = []
        var paths: [String] = []
    }

    private let state: Locked<State>
    private let reuse: Reuse
    private let lifetime: Int
    private let clock: WallClock

    init(generation: Int = 1, reuse: Reuse = .refused, lifetime: Int = 604_800, clock: WallClock) {
        state = Locked(State(generation: generation))
        self.reuse = reuse
        self.lifetime = lifetime
        self.clock = clock
    }

    var sent: [String] { state.withLock { $0.sent } }
    var forms: [[String: String]] { state.withLock { $0.forms } }
    var paths: [String] { state.withLock { $0.paths } }
    var generation: Int { state.withLock { $0.generation } }

    /// Answers as the server does.
    func answer(_ request: HTTPRequest) throws -> HTTPResponse {
        let members = try JSONValue(parsing: request.body, name: "request").object ?? []
        let form = Dictionary(members.map { ($0.key, $0.value.string ?? "") }) { $1 }
        return state.withLock { state in
            state.forms.append(form)
            state.paths.append(request.url.target)
            let token = form["refresh_token"] ?? ""
            state.sent.append(token)
            if token == "refresh-\(state.generation)" {
                state.generation += 1
            } else if reuse == .refused || token != "refresh-\(state.generation - 1)" {
                return Self.refusal(400)
            }
            return Self.tokens(state.generation, lifetime: lifetime, created: clock.seconds)
        }
    }

    static func tokens(_ number: Int, lifetime: Int = 604_800, created: Int64) -> HTTPResponse {
        let body = """
            {"access_token":"access-\(number)","token_type":"bearer","expires_in":\(lifetime),\
            "refresh_token":"refresh-\(number)","scope":"public","created_at":\(created)}
            """
        return HTTPResponse(status: 200, body: Array(body.utf8))
    }

    static func refusal(_ status: Int, _ error: String = "invalid_grant") -> HTTPResponse {
        HTTPResponse(status: status, body: Array(#"{"error":"\#(error)","error_description":"no refresh-1"}"#.utf8))
    }
}
