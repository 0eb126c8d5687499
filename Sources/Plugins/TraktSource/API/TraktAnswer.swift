internal import Diagnostics
internal import PluginKit

/// The meaning of Trakt's status codes for a reader: each has its outcome and its message.
///
/// The codes are those of Trakt's documentation as of March 2026; other codes are treated by their class.
enum TraktAnswer {
    /// The consequence of an answer.
    enum Outcome {
        /// It can be read.
        case isGood
        /// The token is not accepted; another one may be.
        case needsToken(Diagnostic)
        /// The error is transient.
        case passes(Diagnostic)
        /// Too many requests were made: the next one has to wait.
        case waits(Diagnostic)
        /// The error is permanent.
        case stops(Diagnostic)
    }

    /// The consequence of an answer.
    ///
    /// - Parameters:
    ///   - response: The answer.
    ///   - subject: What was requested, such as `sync/history/movies`.
    ///   - isKnown: Whether a token was sent.
    /// - Returns: The consequence.
    static func outcome(of response: HTTPResponse, to subject: String, isKnown: Bool) -> Outcome {
        switch response.status {
        case 200, 201:
            return WebPage.isBody(of: response) ? .passes(page(response, subject: subject)) : .isGood
        case 401 where isYes(response.headers["X-Private-User"]):
            return .stops(privateUser(subject))
        case 401:
            return .needsToken(isKnown ? badToken : nobody)
        case 403:
            return .stops(WebPage.isBody(of: response) ? WebPage.blocked : TraktSignIn.appRefused)
        case 429:
            return .waits(tooMany(isTrakts: response.headers["X-Ratelimit"] != nil))
        case 408, 500, 502...599:
            return .passes(fault(response.status, isPage: WebPage.isBody(of: response)))
        default:
            return .stops(refusal(response, subject: subject))
        }
    }

    private static func isYes(_ value: String?) -> Bool { value?.lowercased() == "true" }

    // MARK: Messages

    private static let badToken = Diagnostic(
        "account.token",
        message: "Trakt does not accept the access token",
        category: .environment,
        hint: "sign in again: sprocket auth trakt login; or give a new token: TRAKT_ACCESS_TOKEN"
    )

    private static let nobody = Diagnostic(
        "account.signed-out",
        message: "Trakt shows this only to signed-in users",
        category: .environment,
        hint: "sign in: sprocket auth trakt login; or give a token: TRAKT_ACCESS_TOKEN"
    )

    private static func privateUser(_ subject: String) -> Diagnostic {
        Diagnostic(
            "account.private",
            message: "the account of \(subject) is private",
            category: .environment,
            hint: "only its owner and the followers it has approved may read it: sign in as one of them"
        )
    }

    private static func tooMany(isTrakts: Bool) -> Diagnostic {
        Diagnostic(
            "trakt.too-many",
            message: isTrakts
                ? "Trakt has received too many requests from this account or app"
                : "Cloudflare, Trakt's proxy, has received too many requests from here",
            hint: "run it again later; it continues where it stopped"
        )
    }

    private static func fault(_ status: Int, isPage: Bool) -> Diagnostic {
        switch status {
        case 520...522:
            Diagnostic("trakt.down", message: "Cloudflare cannot reach Trakt (\(status))", hint: "run it again later")
        case 502...504:
            Diagnostic("trakt.down", message: "Trakt is overloaded or down (\(status))", hint: "run it again later")
        case 408:
            Diagnostic(
                "trakt.down",
                message: "a request timed out at Trakt (408)",
                hint: "run it again later"
            )
        default:
            Diagnostic(
                "trakt.down",
                message:
                    "\(isPage ? "Cloudflare, Trakt's proxy," : "Trakt") reports an internal error (\(status))",
                hint: "run it again later"
            )
        }
    }

    private static func page(_ response: HTTPResponse, subject: String) -> Diagnostic {
        Diagnostic(
            "trakt.damaged",
            message: "\(subject): the answer is a web page, not data",
            hint: "run it again later"
        )
    }

    private static func refusal(_ response: HTTPResponse, subject: String) -> Diagnostic {
        let mistake = "this is an error in the plugin, please report it"
        switch response.status {
        case 400:
            return Diagnostic(
                "trakt.request",
                message: "Trakt cannot read the request for \(subject) (400)",
                hint: mistake
            )
        case 404:
            return Diagnostic(
                "trakt.missing",
                message: "there is no \(subject) at Trakt (404)",
                hint: "check the name of the account or the list: it is the one in its URL, in lower case"
            )
        case 405:
            return Diagnostic("trakt.request", message: "Trakt does not permit reading \(subject) (405)", hint: mistake)
        case 409: return Diagnostic("trakt.request", message: "Trakt has \(subject) already (409)", hint: mistake)
        case 412:
            return Diagnostic(
                "trakt.request",
                message: "a header field is missing in the request for \(subject) (412)",
                hint: mistake
            )
        case 420:
            let page = response.headers["X-Upgrade-URL"].map { "; \($0.prefix(200)) has more" } ?? ""
            let limit = response.headers["X-Account-Limit"].map { " of \($0.prefix(20))" } ?? ""
            return Diagnostic(
                "trakt.account-limit",
                message: "the account has reached its limit\(limit) at Trakt (420)",
                hint: "remove something there\(page)"
            )
        case 422:
            return Diagnostic(
                "trakt.refused",
                message: "Trakt refuses the values in the request for \(subject) (422)",
                hint: "check 'user', 'start_at' and 'end_at'"
            )
        case 423:
            let word = isYes(response.headers["X-Account-Deactivated"]) ? "deactivated" : "locked"
            return Diagnostic(
                "account.locked",
                message: "Trakt has \(word) the account (423)",
                category: .environment,
                hint: "write to Trakt's support: https://support.trakt.tv"
            )
        case 426:
            let page = response.headers["X-Upgrade-URL"].map { ": \($0.prefix(200))" } ?? ""
            return Diagnostic(
                "account.vip",
                message: "Trakt shows \(subject) to VIP accounts only (426)",
                category: .environment,
                hint: "leave this part out, or upgrade the account\(page); \(WebPage.export)"
            )
        default:
            return Diagnostic(
                "trakt.refused",
                message:
                    "Trakt answers the request for \(subject) with \(response.status), which is not what it documents",
                hint: "look at https://status.trakt.tv and try again later"
            )
        }
    }
}
