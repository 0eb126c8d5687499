package import Accounts
internal import Diagnostics
package import PluginKit

/// Trakt's deviations from the standards of signing in: its addresses, fields in JSON, and status codes instead of
/// error names.
package enum TraktSignIn {
    /// Where apps are created, and the alternative that needs none.
    private static let appHint = """
        apps are made at https://app.trakt.tv/settings/apps, since July 2026 by VIP accounts only. The export works for \
        every account: sprocket run trakt-export-to-letterboxd -D export=trakt-export.zip
        """

    /// Trakt's sign-in server (documentation of July 2026).
    ///
    /// - Parameter server: The address that `/oauth/token` and the others are below; nil for Trakt's own.
    /// - Returns: The service.
    package static func service(_ server: HTTPURL? = nil) -> OAuthService {
        let server = server ?? TraktServers.auth
        var service = OAuthService(
            name: "trakt",
            title: "Trakt",
            variables: OAuthVariables(
                id: "TRAKT_CLIENT_ID",
                secret: "TRAKT_CLIENT_SECRET",
                token: "TRAKT_ACCESS_TOKEN",
                tokenOption: "access_token"
            ),
            device: server.appending(["oauth", "device", "code"]),
            token: server.appending(["oauth", "token"]),
            revocation: server.appending(["oauth", "revoke"])
        )
        service.deviceToken = server.appending(["oauth", "device", "token"])
        service.account = server.target == "/" ? server.origin : "\(server)"
        service.encoding = .json
        // Trakt's limit for requests that change something.
        service.pace = .seconds(1)
        service.appHint = appHint
        service.headers = { headers($0) }
        service.deviceFields = { code in [("code", code.revealed)] }
        service.refreshFields = [("redirect_uri", "urn:ietf:wg:oauth:2.0:oob")]
        service.reading = { response, question in
            verdict(response, to: question) ?? own(response, at: server.origin).map { .problem($0) }
        }
        return service
    }

    /// The headers that Trakt requires in every request, in addition to the program's name, which the transport adds.
    static func headers(_ app: OAuthApp, token: Secret? = nil) -> HTTPHeaders {
        var headers: HTTPHeaders = ["Content-Type": "application/json", "trakt-api-version": "2"]
        headers.set(HTTPHeaders.Field("trakt-api-key", value: app.id.revealed, isSecret: true))
        if let token {
            headers.set(HTTPHeaders.Field("Authorization", value: "Bearer \(token.revealed)", isSecret: true))
        }
        return headers
    }

    /// The error for an unexpected answer of the API.
    ///
    /// - Returns: `StageFailure.transient` for transient errors, a `Diagnostic` for the rest.
    static func problem(_ response: HTTPResponse, from api: HTTPURL) -> any Error {
        switch response.status {
        case 200...299: OAuthProblem(service()).unreadable(at: api.origin)
        case 408, 429, 500...599: OAuthProblem.busy(response, at: api.origin)
        default:
            own(response, at: api.origin) ?? OAuthProblem.undocumented(response.status, at: api.origin)
        }
    }

    /// The error that the app is not known.
    static var appRefused: Diagnostic { OAuthProblem(service()).appRefused }

    /// The meaning of the status codes that replace error names; the bodies of most are empty.
    private static func verdict(_ response: HTTPResponse, to question: OAuthService.Question) -> OAuthVerdict? {
        let problem = OAuthProblem(service())
        switch (question, response.status) {
        // A client id that is not known is refused with one or the other.
        case (.deviceCode, 400), (.deviceCode, 401), (.deviceToken, 401): return .unknownApp
        case (.deviceToken, 400): return .pending
        case (.deviceToken, 404): return .problem(problem.code("Trakt no longer knows the code (404)"))
        case (.deviceToken, 409):
            return .problem(problem.code("the code was used already, and the answer was lost (409)"))
        case (.deviceToken, 410): return .expired
        case (.deviceToken, 418): return .denied
        case (.refresh, 400), (.refresh, 401):
            let error = OAuthVerdict.error(in: response)
            return error == "invalid_client" || error == "unauthorized_client" ? .unknownApp : .refused
        default: return nil
        }
    }

    /// The error for a status that only Trakt defines; nil for a standard one.
    private static func own(_ response: HTTPResponse, at origin: String) -> Diagnostic? {
        let status = response.status
        switch status {
        case 403: return WebPage.isBody(of: response) ? WebPage.blocked : appRefused
        case 404, 405:
            return Diagnostic(
                "account.server",
                message: "\(origin) is not a sign-in server (\(status))",
                category: .environment,
                hint: "check that this is the address of Trakt's sign-in, without /oauth: see the option 'auth'"
            )
        case 412:
            return Diagnostic(
                "account.server",
                message: "a header field is missing in the request to \(origin) (412)",
                category: .environment
            )
        case 420, 426:
            return Diagnostic(
                "account.limit",
                message: "Trakt requires a VIP account for this, or a limit of the account is reached (\(status))",
                category: .environment,
                hint: appHint
            )
        case 423:
            return Diagnostic(
                "account.locked-out",
                message: "Trakt has locked this account, or it was deactivated (423)",
                category: .environment,
                hint: "write to Trakt's support: https://support.trakt.tv"
            )
        default: return nil
        }
    }
}
