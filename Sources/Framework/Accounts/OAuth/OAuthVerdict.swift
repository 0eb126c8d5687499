internal import Formats
public import PluginKit

/// The meaning of an answer of a service.
public enum OAuthVerdict: Sendable {
    /// It contains what was requested.
    case granted
    /// The user has not entered the code yet.
    case pending
    /// Requests come too fast; the pause that the service requests, if it states one.
    case tooFast(Duration?)
    /// The code is no longer valid.
    case expired
    /// The user declined.
    case denied
    /// The refresh token is not valid.
    case refused
    /// The app is not known, or its secret is wrong.
    case unknownApp
    /// Another error: a `StageFailure.transient` for transient ones, a `Diagnostic` for the rest.
    case problem(any Error)

    /// The meaning of the error code in a body (RFC 6749 §5.2, RFC 8628 §3.5); nil if it contains none that is known.
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

    /// The error code in a body; nil if it contains none.
    public static func error(in response: HTTPResponse) -> String? {
        // The body of an error is empty, HTML or JSON; only JSON contains a code.
        (try? JSONValue(parsing: response.body, name: "answer"))?["error"]?.string
    }
}
