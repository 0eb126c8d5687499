public import Diagnostics
internal import Formats
public import PluginKit

/// The errors of signing in and of renewing.
///
/// No message quotes what a server has sent.
public struct OAuthProblem: Sendable {
    private let service: OAuthService

    /// The errors that can occur at a service.
    public init(_ service: OAuthService) { self.service = service }

    private var title: String { service.title }
    private var signIn: String { "sign in again: sprocket auth \(service.name) login" }
    private var again: String { "start again: sprocket auth \(service.name) login" }

    // MARK: The app

    /// There is no client id, or no secret for it.
    public func noApp(hasID: Bool) -> Diagnostic {
        let names = (hasID ? [] : [service.variables.id]) + [service.variables.secret].compactMap(\.self)
        return Diagnostic(
            "account.app",
            message: "\(title) requires an app, and \(names.joined(separator: " and ")) "
                + "\(names.count == 1 ? "is" : "are") not set",
            category: .environment,
            hint: service.appHint
        )
    }

    /// The app is not known, or its secret is wrong.
    public var appRefused: Diagnostic {
        Diagnostic(
            "account.app",
            message: "\(title) does not accept this app: its client id or secret is wrong, or the app was deleted",
            category: .environment,
            hint: service.appHint
        )
    }

    /// The account was signed in with another app than the one that is set now.
    func otherApp(_ path: String?) -> Diagnostic {
        Diagnostic(
            "account.app",
            message: "the client id belongs to another app than the one that you signed in with",
            category: .environment,
            at: path.map { .file($0) },
            hint: "set the client id that you signed in with, or \(signIn)"
        )
    }

    // MARK: Tokens

    /// Access to an account is needed, and none is signed in.
    public var notSignedIn: Diagnostic {
        Diagnostic(
            "account.signed-out",
            message: "not signed in to \(title) at \(service.origin)",
            category: .environment,
            hint: signIn
        )
    }

    /// A token from the options or the environment is not valid.
    var givenToken: Diagnostic {
        Diagnostic(
            "account.token",
            message: "\(title) does not accept the access token that was given (\(service.variables.tokenPlaces)): "
                + "it has expired, or was made for another app",
            category: .environment,
            hint: "give a new one; or leave it out and sign in: sprocket auth \(service.name) login"
        )
    }

    /// A token from the options or the environment is malformed.
    var malformedToken: Diagnostic {
        Diagnostic(
            "account.token",
            message: "the access token that was given (\(service.variables.tokenPlaces)) contains invalid characters",
            category: .environment,
            hint: "it is one word, without surrounding blanks, quotes or line ends"
        )
    }

    /// The service does not renew the sign-in.
    ///
    /// - Parameters:
    ///   - begun: When a renewal was started whose answer was not stored; nil if there was none.
    ///   - path: The file of the sign-in.
    /// - Returns: `account.ended`.
    func ended(begun: Int64?, path: String) -> Diagnostic {
        guard let begun else {
            return Diagnostic(
                "account.ended",
                message:
                    "\(title) does not renew the sign-in: it was revoked on the website, or a copy was used elsewhere",
                category: .environment,
                at: .file(path),
                hint: "\(signIn); the run can then be resumed"
            )
        }
        return Diagnostic(
            "account.ended",
            message:
                "the sign-in was lost: a new token was requested at \(Self.time(begun)), and the answer, the only "
                + "copy of it, was never received or never stored; \(title) does not send it again",
            category: .environment,
            at: .file(path),
            hint: "\(signIn); the run can then be resumed"
        )
    }

    /// The tokens were renewed, but could not be stored.
    func notStored(_ reason: Diagnostic) -> Diagnostic {
        var problem = reason
        problem.message = "\(title) has sent a new token, which could not be stored: \(reason.message)"
        problem.hint = "make it writable, then \(signIn); the run can then be resumed"
        return problem
    }

    /// The sign-in was deleted here, but may still be valid at the service.
    func notRevoked(until end: Int64?, because reason: Diagnostic?) -> Diagnostic {
        let end = end.map { ", the token itself until \(Self.time($0))" } ?? ""
        return Diagnostic(
            "account.not-revoked",
            message: "signed out on this machine only: \(title) did not revoke the sign-in"
                + (reason.map { " (\($0.message))" } ?? "") + "; it may still be valid there\(end)",
            category: .environment,
            hint: "revoke it on \(title)'s own pages, among the connected apps in the settings"
        )
    }

    // MARK: Codes

    /// The user declined.
    var denied: Diagnostic {
        Diagnostic(
            "account.denied",
            message: "the sign-in was declined on \(title)'s page",
            category: .environment,
            hint: again
        )
    }

    /// The code was not entered while it was valid.
    var expired: Diagnostic {
        Diagnostic(
            "account.expired",
            message: "the code was not entered while it was valid",
            category: .environment,
            hint: again
        )
    }

    /// Another error of the code.
    public func code(_ message: String) -> Diagnostic {
        Diagnostic("account.code", message: message, category: .environment, hint: again)
    }

    /// The service requests a pause that is longer than the code is valid.
    func tooLong(_ asked: Duration, left: Duration) -> Diagnostic {
        Diagnostic(
            "account.busy",
            message:
                "\(title) asks for a pause of \(asked.inWords), but the code is valid for only another \(left.inWords)",
            category: .environment,
            hint: "wait that long, then \(again)"
        )
    }

    // MARK: Answers

    /// The service is temporarily unavailable.
    public func busy(_ response: HTTPResponse) -> StageFailure { Self.busy(response, at: service.origin) }

    /// A server is temporarily unavailable.
    public static func busy(_ response: HTTPResponse, at origin: String) -> StageFailure {
        let pause = response.headers.retryAfter()
        return .transient(
            Diagnostic(
                "account.busy",
                message: "\(origin) cannot answer now (\(response.status))",
                category: .environment,
                hint: pause.map { "try again in \($0.inWords)" } ?? "try again later"
            ),
            retryAfter: pause
        )
    }

    /// An answer with an undocumented status.
    func undocumented(_ status: Int) -> Diagnostic { Self.undocumented(status, at: service.origin) }

    /// An answer with an undocumented status.
    public static func undocumented(_ status: Int, at origin: String) -> Diagnostic {
        Diagnostic(
            "account.server",
            message: "\(origin) has answered with the undocumented status \(status)",
            category: .environment
        )
    }

    /// An answer without the expected contents; a later one may have them.
    var unreadable: StageFailure { unreadable(at: service.origin) }

    /// An answer without the expected contents; a later one may have them.
    public func unreadable(at origin: String) -> StageFailure {
        .transient(
            Diagnostic(
                "account.answer",
                message: "\(origin) has answered, but not with the expected contents",
                category: .environment,
                hint: "something between here and \(title) may have answered instead; try again later"
            )
        )
    }

    /// The error for a verdict that is not an expected result of the request.
    func problem(_ verdict: OAuthVerdict, in response: HTTPResponse) -> any Error {
        switch verdict {
        case .granted: unreadable
        case .tooFast: busy(response)
        case .expired: expired
        case .denied: denied
        case .unknownApp: appRefused
        case .pending, .refused: undocumented(response.status)
        case .problem(let problem): problem
        }
    }

    /// A time as text: `2026-11-23 14:30 UTC`.
    public static func time(_ seconds: Int64) -> String {
        var bytes: [UInt8] = []
        ISO8601.append(min(max(seconds, 0), 253_402_300_799) * 1_000_000, to: &bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }
}
