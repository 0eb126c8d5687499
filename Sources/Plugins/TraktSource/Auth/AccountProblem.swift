internal import Diagnostics
internal import Formats
internal import PluginKit

/// What can stand in the way of signing in and of renewing, in words for people.
///
/// None repeats what a server has sent.
enum AccountProblem {
    private static let signIn = "sign in again: sprocket auth trakt login"
    private static let withoutApp = """
        apps are made at https://app.trakt.tv/settings/apps, since July 2026 by VIP accounts only. The export works for \
        every account: sprocket run trakt-export-to-letterboxd -D export=trakt-export.zip
        """

    /// There is no client id, or no secret beside it.
    static func noApp(hasID: Bool) -> Diagnostic {
        Diagnostic(
            "account.app",
            "Trakt wants to know which app asks, and \(hasID ? "TRAKT_CLIENT_SECRET is" : "TRAKT_CLIENT_ID and TRAKT_CLIENT_SECRET are") not set",
            category: .environment,
            hint: withoutApp
        )
    }

    /// 403, or an answer that the app is not known.
    static func appRefused() -> Diagnostic {
        Diagnostic(
            "account.app",
            "Trakt does not let this app in: its client id or secret is wrong, or the app was deleted",
            category: .environment,
            hint: withoutApp
        )
    }

    /// The sign-in was given to another app than the one that asks now.
    static func otherApp(_ path: String?) -> Diagnostic {
        Diagnostic(
            "account.app",
            "the sign-in was made with another app than the client id that is set now",
            category: .environment,
            at: path.map { .file($0) },
            hint: "set the same client id, or \(signIn)"
        )
    }

    /// Somebody's own data is wanted, and nobody is signed in.
    static func notSignedIn(_ auth: HTTPURL) -> Diagnostic {
        Diagnostic(
            "account.signed-out",
            "nobody is signed in to Trakt at \(auth.origin)",
            category: .environment,
            hint: signIn
        )
    }

    /// A token that was given does not hold.
    static func givenToken() -> Diagnostic {
        Diagnostic(
            "account.token",
            "Trakt does not accept the access token that was given (access_token or TRAKT_ACCESS_TOKEN): it has ended, "
                + "or was made for another app",
            category: .environment,
            hint: "give a new one; or leave it out and sign in: sprocket auth trakt login"
        )
    }

    /// A token that was given cannot be one.
    static func malformedToken() -> Diagnostic {
        Diagnostic(
            "account.token",
            "the access token that was given (access_token or TRAKT_ACCESS_TOKEN) has signs that no token has",
            category: .environment,
            hint: "it is one word without blanks, quotes or line ends around it"
        )
    }

    /// Trakt does not renew the sign-in.
    ///
    /// - Parameters:
    ///   - begun: When a renewal was begun whose answer nobody has stored; nil if there was none.
    ///   - path: The file of the sign-in.
    /// - Returns: `account.ended`.
    static func ended(begun: Int64?, _ path: String) -> Diagnostic {
        guard let begun else {
            return Diagnostic(
                "account.ended",
                "Trakt does not renew the sign-in: it was ended on the web site, or a copy of it was used elsewhere",
                category: .environment,
                at: .file(path),
                hint: "\(signIn); the run can then be taken up"
            )
        }
        return Diagnostic(
            "account.ended",
            "the sign-in was lost on its way: a new token was asked for at \(time(begun)), and the answer, which alone "
                + "has it, was never received or never stored; Trakt does not give it again",
            category: .environment,
            at: .file(path),
            hint: "\(signIn); the run can then be taken up"
        )
    }

    /// The tokens were renewed, and could not be written down.
    static func notStored(_ reason: Diagnostic) -> Diagnostic {
        var problem = reason
        problem.message = "Trakt has given a new token, which could not be stored: \(reason.message)"
        problem.hint = "make it writable, then \(signIn); the run can then be taken up"
        return problem
    }

    /// A moment as people read it: `2026-11-23 14:30 UTC`.
    static func time(_ seconds: Int64) -> String {
        var bytes: [UInt8] = []
        ISO8601.append(min(max(seconds, 0), 253_402_300_799) * 1000, to: &bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }
}

extension AccountProblem {
    /// What an answer means that has none of the meanings that its caller knows.
    ///
    /// - Returns: `StageFailure.transient` for what may pass, a `Diagnostic` for the rest.
    static func answer(_ response: HTTPResponse, from url: HTTPURL) -> any Error {
        let status = response.status
        switch status {
        case 403: return TraktAnswer.isPage(response) ? TraktAnswer.blocked : appRefused()
        case 404, 405:
            return Diagnostic(
                "account.server",
                "\(url.origin) does not know how to sign in (\(status))",
                category: .environment,
                hint: "is this the address of Trakt's sign-in, without /oauth? See the option 'auth'"
            )
        case 412:
            return Diagnostic(
                "account.server",
                "\(url.origin) misses a header field in the request (412)",
                category: .environment
            )
        case 420, 426:
            return Diagnostic(
                "account.limit",
                "Trakt wants a VIP account for this, or a limit of the account is reached (\(status))",
                category: .environment,
                hint: withoutApp
            )
        case 423:
            return Diagnostic(
                "account.locked-out",
                "Trakt has locked this account, or it was deactivated (423)",
                category: .environment,
                hint: "write to Trakt's support: https://support.trakt.tv"
            )
        case 408, 429, 500...599:
            let pause = response.headers.retryAfter()
            return StageFailure.transient(
                Diagnostic(
                    "account.busy",
                    "\(url.origin) cannot answer now (\(status))",
                    category: .environment,
                    hint: pause.map { "try again in \($0.inWords)" } ?? "try again later"
                ),
                retryAfter: pause
            )
        case 200...299: return unreadable(url)
        default:
            return Diagnostic(
                "account.server",
                "\(url.origin) has answered with the status \(status), and not as documented",
                category: .environment
            )
        }
    }

    /// An answer that should hold something and does not; the next one may.
    static func unreadable(_ url: HTTPURL) -> StageFailure {
        .transient(
            Diagnostic(
                "account.answer",
                "\(url.origin) has answered, but not with what was asked for",
                category: .environment,
                hint: "something between here and Trakt may have answered instead; try again later"
            )
        )
    }
}
