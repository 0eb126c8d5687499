/// Who may do what: tokens, codes, and what became of them.
struct TokenBook {
    /// A pair of tokens.
    struct Grant {
        let access: String
        let refresh: String
        /// Milliseconds since 1970-01-01T00:00:00Z.
        let created: Int64
        let expires: Int64
        /// Whether it is of the account's owner, or of somebody who is no friend.
        let isOwner: Bool
        /// Whether the pair was renewed or revoked.
        var isDead = false
    }

    /// A code that a user types in.
    struct DeviceCode {
        let code: String
        let userCode: String
        let expires: Int64
        var state = State.pending
        /// When the client asked last.
        var asked: Int64?

        enum State { case pending, approved, denied, used }
    }

    private(set) var grants: [Grant] = []
    private(set) var codes: [DeviceCode] = []
    /// Codes of the flow with a browser that were not exchanged yet.
    private var authorizations: Set<String> = []
    private var count = 0
    private let life: Int64

    init(_ options: ServerOptions, now: Int64) {
        life = options.tokenLife.milliseconds
        grants = [
            Grant(
                access: options.accessToken,
                refresh: options.refreshToken,
                created: now,
                expires: now + life,
                isOwner: true
            )
        ]
    }

    /// Whose token it is, if it holds.
    func holder(of access: String, at now: Int64) -> Grant? {
        grants.last { $0.access == access && !$0.isDead && now < $0.expires }
    }

    /// A new pair.
    mutating func issue(at now: Int64, isOwner: Bool = true, life: Int64? = nil) -> Grant {
        count += 1
        let grant = Grant(
            access: secret("access", count),
            refresh: secret("refresh", count),
            created: now,
            expires: now + (life ?? self.life),
            isOwner: isOwner
        )
        grants.append(grant)
        return grant
    }

    /// A new pair for a refresh token, which works once; the pair that it belonged to dies.
    mutating func renew(_ refresh: String, at now: Int64) -> Grant? {
        guard let index = grants.firstIndex(where: { $0.refresh == refresh && !$0.isDead }) else { return nil }
        grants[index].isDead = true
        return issue(at: now, isOwner: grants[index].isOwner)
    }

    /// Ends a pair by either of its tokens.
    mutating func revoke(_ token: String) {
        for index in grants.indices where grants[index].access == token || grants[index].refresh == token {
            grants[index].isDead = true
        }
    }

    /// Lets an access token run out; the refresh token still works.
    mutating func expire(_ access: String?, at now: Int64) {
        for index in grants.indices where access == nil || grants[index].access == access {
            let old = grants[index]
            var grant = Grant(
                access: old.access,
                refresh: old.refresh,
                created: old.created,
                expires: min(old.expires, now),
                isOwner: old.isOwner
            )
            grant.isDead = old.isDead
            grants[index] = grant
        }
    }

    // MARK: Codes

    /// A code for the user to type in.
    mutating func makeCode(at now: Int64, life: Int64) -> DeviceCode {
        count += 1
        let code = DeviceCode(
            code: secret("device", count),
            userCode: String(secret("user", count).prefix(8)).uppercased(),
            expires: now + life
        )
        codes.append(code)
        return code
    }

    /// Changes a code, by the user's name of it or the device's; nil if there is none.
    mutating func withCode<Result>(_ name: String, _ body: (inout DeviceCode) -> Result) -> Result? {
        guard let index = codes.firstIndex(where: { $0.code == name || $0.userCode == name.uppercased() }) else {
            return nil
        }
        return body(&codes[index])
    }

    /// A code of the flow with a browser.
    mutating func makeAuthorization() -> String {
        count += 1
        let code = secret("authorization", count)
        authorizations.insert(code)
        return code
    }

    /// Whether there was such a code; it works once.
    mutating func takeAuthorization(_ code: String) -> Bool { authorizations.remove(code) != nil }

    /// 64 digits and letters that look like a secret and are none: they follow from a name and a number.
    private func secret(_ name: String, _ number: Int) -> String {
        var state = name.utf8.reduce(UInt64(number) &* 0x9E37_79B9_7F4A_7C15) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        var text = ""
        while text.utf8.count < 64 {
            state = (state ^ (state >> 27)) &* 0x94D0_49BB_1331_11EB &+ 0x9E37_79B9_7F4A_7C15
            let digits = String(state, radix: 16)
            text += String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }
        return text
    }
}

extension Duration {
    /// Whole milliseconds.
    var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
