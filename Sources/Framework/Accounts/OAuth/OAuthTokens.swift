package import PluginKit

/// A stored sign-in: the tokens, their account, and the app that they were issued to.
package struct OAuthTokens: Sendable {
    /// The whole stored credential, including members that a later version has added.
    package private(set) var credential: Credential

    /// Reads a stored credential; nil if it contains no token.
    package init?(_ credential: Credential) {
        guard let access = credential[text: "access_token"], TokenAnswer.isToken(access) else { return nil }
        self.credential = credential
    }

    /// The first tokens of a sign-in.
    ///
    /// - Parameters:
    ///   - answer: The answer of the service.
    ///   - app: The app that made the request.
    ///   - now: Seconds since 1970-01-01T00:00:00Z.
    package init(_ answer: TokenAnswer, for app: OAuthApp, at now: Int64) {
        credential = Credential()
        credential[text: "client_id"] = app.id.revealed
        credential[text: "client_secret"] = app.secret?.revealed
        credential[number: "signed_in_at"] = now
        take(answer, at: now)
    }

    /// The same sign-in with the tokens that replace the old ones.
    package func renewed(by answer: TokenAnswer, at now: Int64) -> OAuthTokens {
        var renewed = self
        renewed.take(answer, at: now)
        return renewed
    }

    private mutating func take(_ answer: TokenAnswer, at now: Int64) {
        credential[text: "access_token"] = answer.access.revealed
        // RFC 6749 §6: without a new refresh token in the answer, the old one remains valid.
        if let refresh = answer.refresh { credential[text: "refresh_token"] = refresh.revealed }
        // If the two clocks differ by more than an hour, a fresh token must not look old: the local clock is used.
        let created = answer.created.flatMap { $0.subtracting(clamped: now).magnitude <= 3600 ? $0 : nil } ?? now
        credential[number: "created_at"] = created
        credential[number: "expires_in"] = answer.lifetime
        credential[number: "renewal_begun_at"] = nil
    }

    package var access: Secret { Secret(credential[text: "access_token"] ?? "") }
    package var refresh: Secret? { OAuthApp.filled(credential[text: "refresh_token"].map { Secret($0) }) }

    /// The app that requested them; nil if it was not stored.
    package var app: OAuthApp? {
        credential[text: "client_id"].map { id in
            OAuthApp(id: Secret(id), secret: OAuthApp.filled(credential[text: "client_secret"].map { Secret($0) }))
        }
    }

    /// When the user signed in, in seconds since 1970-01-01T00:00:00Z.
    package var signedIn: Int64? { credential[number: "signed_in_at"] }

    /// When the access token expires, in seconds since 1970-01-01T00:00:00Z; nil if the service has not stated it.
    package var end: Int64? {
        guard let created = credential[number: "created_at"], let lifetime = credential[number: "expires_in"] else {
            return nil
        }
        return created.adding(clamped: lifetime)
    }

    /// When the token should be renewed: a tenth of its lifetime before it expires, at most an hour.
    package var renewal: Int64? {
        guard let end, let lifetime = credential[number: "expires_in"] else { return nil }
        return end.subtracting(clamped: min(max(0, lifetime) / 10, 3600))
    }

    package func needsRenewal(at now: Int64) -> Bool { renewal.map { now >= $0 } ?? false }
    package func isOver(at now: Int64) -> Bool { end.map { now >= $0 } ?? false }

    /// The account's name in URLs; nil if it is not known.
    package var user: String? {
        get { credential[text: "user"] }
        set { credential[text: "user"] = newValue }
    }

    /// When a renewal was started whose answer may have been lost; nil if there is no such renewal.
    package var renewalBegun: Int64? {
        get { credential[number: "renewal_begun_at"] }
        set { credential[number: "renewal_begun_at"] = newValue }
    }
}

extension OAuthApp {
    /// The app that tokens were issued to, with its secret if it is known.
    init?(_ tokens: OAuthTokens, or given: OAuthApp?) {
        guard let app = tokens.app ?? given else { return nil }
        self.init(id: app.id, secret: given?.secret ?? app.secret)
    }
}
