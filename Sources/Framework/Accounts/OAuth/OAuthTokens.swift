package import PluginKit

/// A sign-in as it is kept: the tokens, whose they are, and the app that they were given to.
package struct OAuthTokens: Sendable {
    /// Everything, with what a later version has added.
    package private(set) var credential: Credential

    /// Reads what is kept; nil if there is no token in it.
    package init?(_ credential: Credential) {
        guard let access = credential[text: "access_token"], TokenAnswer.isToken(access) else { return nil }
        self.credential = credential
    }

    /// The first tokens of a sign-in.
    ///
    /// - Parameters:
    ///   - answer: What the service has answered.
    ///   - app: Who has asked.
    ///   - now: Seconds since 1970-01-01T00:00:00Z.
    package init(_ answer: TokenAnswer, for app: OAuthApp, at now: Int64) {
        credential = Credential()
        credential[text: "client_id"] = app.id.revealed
        credential[text: "client_secret"] = app.secret?.revealed
        credential[number: "signed_in_at"] = now
        take(answer, at: now)
    }

    /// The same sign-in with the tokens that have taken the place of the old ones.
    package func renewed(by answer: TokenAnswer, at now: Int64) -> OAuthTokens {
        var renewed = self
        renewed.take(answer, at: now)
        return renewed
    }

    private mutating func take(_ answer: TokenAnswer, at now: Int64) {
        credential[text: "access_token"] = answer.access.revealed
        // RFC 6749 §6: an answer without one leaves the old one in force.
        if let refresh = answer.refresh { credential[text: "refresh_token"] = refresh.revealed }
        // Where the two clocks are more than an hour apart, a fresh token must not look old: this one's is taken.
        let created = answer.created.flatMap { $0.subtracting(clamped: now).magnitude <= 3600 ? $0 : nil } ?? now
        credential[number: "created_at"] = created
        credential[number: "expires_in"] = answer.lifetime
        credential[number: "renewal_begun_at"] = nil
    }

    package var access: Secret { Secret(credential[text: "access_token"] ?? "") }
    package var refresh: Secret? { OAuthApp.filled(credential[text: "refresh_token"].map { Secret($0) }) }

    /// Who has asked for them; nil if that was not kept.
    package var app: OAuthApp? {
        credential[text: "client_id"].map { id in
            OAuthApp(id: Secret(id), secret: OAuthApp.filled(credential[text: "client_secret"].map { Secret($0) }))
        }
    }

    /// Since when the person is signed in, in seconds since 1970-01-01T00:00:00Z.
    package var signedIn: Int64? { credential[number: "signed_in_at"] }

    /// Until when the access token holds, in seconds since 1970-01-01T00:00:00Z; nil if the service has not said.
    package var end: Int64? {
        guard let created = credential[number: "created_at"], let lifetime = credential[number: "expires_in"] else {
            return nil
        }
        return created.adding(clamped: lifetime)
    }

    /// From when on the token should be renewed: a tenth of its life before its end, at most an hour.
    package var renewal: Int64? {
        guard let end, let lifetime = credential[number: "expires_in"] else { return nil }
        return end.subtracting(clamped: min(max(0, lifetime) / 10, 3600))
    }

    package func needsRenewal(at now: Int64) -> Bool { renewal.map { now >= $0 } ?? false }
    package func isOver(at now: Int64) -> Bool { end.map { now >= $0 } ?? false }

    /// The name of the account in addresses; nil if it is not known.
    package var user: String? {
        get { credential[text: "user"] }
        set { credential[text: "user"] = newValue }
    }

    /// When somebody began to renew the tokens of whom it is not known whether the service has answered; nil if nobody has.
    package var renewalBegun: Int64? {
        get { credential[number: "renewal_begun_at"] }
        set { credential[number: "renewal_begun_at"] = newValue }
    }
}

extension OAuthApp {
    /// The app that tokens were given to, with the secret that is known of it.
    init?(_ tokens: OAuthTokens, or given: OAuthApp?) {
        guard let app = tokens.app ?? given else { return nil }
        self.init(id: app.id, secret: given?.secret ?? app.secret)
    }
}
