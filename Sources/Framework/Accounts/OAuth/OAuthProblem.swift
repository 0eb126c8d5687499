public import Diagnostics
internal import Formats
public import PluginKit

/// What can stand in the way of signing in and of renewing, in words for people.
///
/// None repeats what a server has sent.
public struct OAuthProblem: Sendable {
    private let service: OAuthService

    /// What can go wrong at a service.
    public init(_ service: OAuthService) { self.service = service }

    private var title: String { service.title }
    private var signIn: String { "sign in again: sprocket auth \(service.name) login" }
    private var again: String { "begin again: sprocket auth \(service.name) login" }

    // MARK: The app

    /// There is no client id, or no secret beside it.
    public func noApp(hasID: Bool) -> Diagnostic {
        let names = (hasID ? [] : [service.variables.id]) + [service.variables.secret].compactMap(\.self)
        return Diagnostic(
            "account.app",
            message: "\(title) wants to know which app asks, and \(names.joined(separator: " and ")) "
                + "\(names.count == 1 ? "is" : "are") not set",
            category: .environment,
            hint: service.appHint
        )
    }

    /// The app is not known, or its secret is wrong.
    public var appRefused: Diagnostic {
        Diagnostic(
            "account.app",
            message: "\(title) does not let this app in: its client id or secret is wrong, or the app was deleted",
            category: .environment,
            hint: service.appHint
        )
    }

    /// The sign-in was given to another app than the one that asks now.
    func otherApp(_ path: String?) -> Diagnostic {
        Diagnostic(
            "account.app",
            message: "the sign-in was made with another app than the client id that is set now",
            category: .environment,
            at: path.map { .file($0) },
            hint: "set the same client id, or \(signIn)"
        )
    }

    // MARK: Tokens

    /// Somebody's own data is wanted, and nobody is signed in.
    public var notSignedIn: Diagnostic {
        Diagnostic(
            "account.signed-out",
            message: "nobody is signed in to \(title) at \(service.origin)",
            category: .environment,
            hint: signIn
        )
    }

    /// A token that was given does not hold.
    var givenToken: Diagnostic {
        Diagnostic(
            "account.token",
            message: "\(title) does not accept the access token that was given (\(service.variables.tokenPlaces)): "
                + "it has ended, or was made for another app",
            category: .environment,
            hint: "give a new one; or leave it out and sign in: sprocket auth \(service.name) login"
        )
    }

    /// A token that was given cannot be one.
    var malformedToken: Diagnostic {
        Diagnostic(
            "account.token",
            message: "the access token that was given (\(service.variables.tokenPlaces)) has signs that no token has",
            category: .environment,
            hint: "it is one word without blanks, quotes or line ends around it"
        )
    }

    /// The service does not renew the sign-in.
    ///
    /// - Parameters:
    ///   - begun: When a renewal was begun whose answer nobody has stored; nil if there was none.
    ///   - path: The file of the sign-in.
    /// - Returns: `account.ended`.
    func ended(begun: Int64?, path: String) -> Diagnostic {
        guard let begun else {
            return Diagnostic(
                "account.ended",
                message:
                    "\(title) does not renew the sign-in: it was ended on the web site, or a copy of it was used elsewhere",
                category: .environment,
                at: .file(path),
                hint: "\(signIn); the run can then be resumed"
            )
        }
        return Diagnostic(
            "account.ended",
            message:
                "the sign-in was lost on its way: a new token was asked for at \(Self.time(begun)), and the answer, which "
                + "alone has it, was never received or never stored; \(title) does not give it again",
            category: .environment,
            at: .file(path),
            hint: "\(signIn); the run can then be resumed"
        )
    }

    /// The tokens were renewed, and could not be written down.
    func notStored(_ reason: Diagnostic) -> Diagnostic {
        var problem = reason
        problem.message = "\(title) has given a new token, which could not be stored: \(reason.message)"
        problem.hint = "make it writable, then \(signIn); the run can then be resumed"
        return problem
    }

    /// The sign-in is forgotten here, and may still hold at the service.
    func notRevoked(until end: Int64?, because reason: Diagnostic?) -> Diagnostic {
        let end = end.map { ", the token itself until \(Self.time($0))" } ?? ""
        return Diagnostic(
            "account.not-revoked",
            message: "signed out on this machine only: \(title) did not take the sign-in back"
                + (reason.map { " (\($0.message))" } ?? "") + "; it may hold there\(end)",
            category: .environment,
            hint: "end it on \(title)'s own pages, among the connected apps in the settings"
        )
    }

    // MARK: Codes

    /// The person has said no.
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
            message: "nobody has entered the code while it was valid",
            category: .environment,
            hint: again
        )
    }

    /// Something else is wrong with the code.
    public func code(_ message: String) -> Diagnostic {
        Diagnostic("account.code", message: message, category: .environment, hint: again)
    }

    /// The service asks for a pause that outlives the code.
    func tooLong(_ asked: Duration, left: Duration) -> Diagnostic {
        Diagnostic(
            "account.busy",
            message:
                "\(title) asks to be left alone for \(asked.inWords), and the code is valid for another \(left.inWords) only",
            category: .environment,
            hint: "wait as long, then \(again)"
        )
    }

    // MARK: Answers

    /// The service cannot answer now.
    public func busy(_ response: HTTPResponse) -> StageFailure { Self.busy(response, at: service.origin) }

    /// A server cannot answer now.
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

    /// An answer with a status that means nothing here.
    func undocumented(_ status: Int) -> Diagnostic { Self.undocumented(status, at: service.origin) }

    /// An answer with a status that means nothing here.
    public static func undocumented(_ status: Int, at origin: String) -> Diagnostic {
        Diagnostic(
            "account.server",
            message: "\(origin) has answered with the status \(status), and not as documented",
            category: .environment
        )
    }

    /// An answer that should hold something and does not; the next one may.
    var unreadable: StageFailure { unreadable(at: service.origin) }

    /// An answer that should hold something and does not; the next one may.
    public func unreadable(at origin: String) -> StageFailure {
        .transient(
            Diagnostic(
                "account.answer",
                message: "\(origin) has answered, but not with what was asked for",
                category: .environment,
                hint: "something between here and \(title) may have answered instead; try again later"
            )
        )
    }

    /// What a verdict means for a question that it is no answer to.
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

    /// A moment as people read it: `2026-11-23 14:30 UTC`.
    public static func time(_ seconds: Int64) -> String {
        var bytes: [UInt8] = []
        ISO8601.append(min(max(seconds, 0), 253_402_300_799) * 1_000_000, to: &bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }
}
