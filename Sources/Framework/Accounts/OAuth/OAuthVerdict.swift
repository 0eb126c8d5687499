internal import Formats
public import PluginKit

/// What an answer of a service means.
public enum OAuthVerdict: Sendable {
    /// It holds what was asked for.
    case granted
    /// The person has not entered the code yet.
    case pending
    /// Questions come too fast; how long the service asks to be left alone, if it says so.
    case tooFast(Duration?)
    /// The code does not hold any more.
    case expired
    /// The person has said no.
    case denied
    /// The refresh token does not hold.
    case refused
    /// The app is not known, or its secret is wrong.
    case unknownApp
    /// Something else is wrong: a `StageFailure.transient` for what is transient, a `Diagnostic` for the rest.
    case problem(any Error)

    /// The meaning of the error that a body names (RFC 6749 §5.2, RFC 8628 §3.5); nil if it names none that is known.
    init?(namedIn response: HTTPResponse) {
        switch Self.error(in: response) {
        case "authorization_pending": self = .pending
        case "slow_down": self = .tooFast(response.headers.retryAfter())
        case "access_denied": self = .denied
        case "expired_token": self = .expired
        case "invalid_grant": self = .refused
        case "invalid_client", "unauthorized_client": self = .unknownApp
        default: return nil
        }
    }

    /// The error that a body names; nil if it names none.
    public static func error(in response: HTTPResponse) -> String? {
        // Bodies of refusals are empty, HTML or JSON; only the last says more.
        (try? JSONValue(parsing: response.body, name: "answer"))?["error"]?.string
    }
}
