internal import Accounts
internal import Diagnostics
internal import PluginKit

/// Asks Trakt's API, as one app and one account: within its limits, and with a token where there is one.
struct TraktClient: Sendable {
    private let api: HTTPURL
    private let session: OAuthSession
    private let limit: TraktLimit
    private let http: HTTPClient

    /// How long an exchange may take in all; how long the server may keep silent is for `ServerPatience` to say.
    private static let limits = HTTPLimits(connect: .seconds(10), whole: .seconds(120))

    /// A client.
    ///
    /// - Parameters:
    ///   - api: Where the API is.
    ///   - session: Where client id and tokens come from.
    ///   - limit: The limit that all share who ask as the same account or app.
    ///   - patience: The longest time that the server may keep silent.
    ///   - context: The services of the house.
    init(
        _ api: HTTPURL,
        session: OAuthSession,
        limit: TraktLimit,
        patience: Duration,
        in context: StageContext
    ) {
        self.api = api
        self.session = session
        self.limit = limit
        let learnt = context.shared.object("trakt patience \(api.origin)") { ServerPatience() }
        http = context.http.through { [time = context.time, waits = context.waits] transport in
            PoliteTransport(
                transport: transport,
                limit: limit,
                patience: learnt,
                most: patience,
                time: time,
                waits: waits
            )
        }
    }

    /// Asks for something.
    ///
    /// - Parameters:
    ///   - path: Where it is.
    ///   - query: What about it.
    ///   - needsToken: Whether it is not even worth asking without a token.
    ///   - isFresh: Whether the server itself is to answer, and no cache on the way to it.
    ///   - reading: Makes of a good answer what the caller wants. An answer that it cannot use is asked for again.
    ///   - givingUp: What to throw instead of asking again because of a fault of the server's; nil to ask again.
    /// - Returns: What `reading` has made.
    /// - Throws: what Trakt says, as a diagnostic whose code begins with `trakt.` or `account.`; what stands in the way to it.
    func get<Answer: Sendable>(
        _ path: [String],
        query: [(name: String, value: String)] = [],
        needsToken: Bool = false,
        isFresh: Bool = false,
        reading: @escaping @Sendable (HTTPResponse) throws -> Answer,
        givingUp: @escaping @Sendable (Diagnostic) -> (any Error)? = { _ in nil }
    ) async throws -> Answer {
        let clientID = try session.clientID()
        var token = try await session.token()
        if needsToken, token == nil { throw session.notSignedIn }
        var request = HTTPRequest(.get, url: api.appending(path, query: query), limits: Self.limits)
        request.headers = [
            "Content-Type": "application/json", "Accept": "application/json", "trakt-api-version": "2",
            "User-Agent": "sprocket/\(ProgramVersion.text)",
        ]
        request.headers.set(.init("trakt-api-key", value: clientID.revealed, isSecret: true))
        if isFresh { request.headers["Cache-Control"] = "no-cache" }
        var (refused, unknown) = (0, 0)
        while true {
            do {
                let answer = try await send(request, token: token, path: path, reading: reading, givingUp: givingUp)
                if let token { session.noteAccepted(token) }
                return answer
            } catch let refusal as TokenRefused {
                refused += 1
                // A token that has been good has run out, and the next one may do so before its turn. If two are refused that
                // never were good, it is not for the tokens.
                if let token, !session.wasAccepted(token) { unknown += 1 }
                guard refused <= Self.mostRenewals, unknown < 2, let old = token,
                    let other = try await session.token(replacing: old)
                else { throw refusal.diagnostic }
                token = other
            }
        }
    }

    /// So many tokens are replaced for one request at most.
    private static let mostRenewals = 5

    /// What came of asking for something that not every server has.
    enum Find<Answer: Sendable>: Sendable {
        /// It is there.
        case found(Answer)
        /// The server has no such thing.
        case missing(Diagnostic)
        /// It may be there, and could not be had.
        case failed(Diagnostic)

        /// What was found.
        var answer: Answer? { if case .found(let answer) = self { answer } else { nil } }
    }

    /// So often is something asked for that not every server has.
    private static let mostAttempts = 3

    /// Asks for something that the walk can do without.
    ///
    /// - Parameters:
    ///   - path: Where it is.
    ///   - query: What about it.
    ///   - needsToken: Whether it is not even worth asking without a token.
    ///   - isFresh: Whether the server itself is to answer, and no cache on the way to it.
    ///   - reading: Makes of a good answer what the caller wants.
    /// - Returns: What `reading` has made, or why there is nothing.
    /// - Throws: What would stand in the way of everything else, too: no app, no token, no server.
    func find<Answer: Sendable>(
        _ path: [String],
        query: [(name: String, value: String)] = [],
        needsToken: Bool = false,
        isFresh: Bool = false,
        reading: @escaping @Sendable (HTTPResponse) throws -> Answer
    ) async throws -> Find<Answer> {
        let attempts = Locked(0)
        do {
            return .found(
                try await get(path, query: query, needsToken: needsToken, isFresh: isFresh, reading: reading) {
                    diagnostic in
                    let count = attempts.withLock { count in
                        count += 1
                        return count
                    }
                    return count < Self.mostAttempts ? nil : Unusable(diagnostic: diagnostic)
                }
            )
        } catch let failure as Unusable {
            return .failed(failure.diagnostic)
        } catch let failure as StageFailure where failure.isTransient && !Self.isOutOfReach(failure.diagnostic) {
            return .failed(failure.diagnostic)
        } catch let diagnostic as Diagnostic where Self.isNoSuchThing(diagnostic) {
            return .missing(diagnostic)
        }
    }

    /// What is not worth being asked for again.
    private struct Unusable: Error {
        let diagnostic: Diagnostic
    }

    /// Whether nothing of the server can be had.
    private static func isOutOfReach(_ diagnostic: Diagnostic) -> Bool {
        HTTPFailure.Kind.outOfReach.contains(diagnostic.code)
    }

    /// Whether an answer says that there is no such thing, at least not for this account.
    private static func isNoSuchThing(_ diagnostic: Diagnostic) -> Bool {
        diagnostic.code == "account.vip"
            || ["trakt.missing", "trakt.request", "trakt.refused"].contains(diagnostic.code.name)
    }

    /// The name of the account that is signed in; nil if it is not known without asking.
    var user: String? { session.user }

    /// What distinguishes a token that was given from others, and gives nothing away; nil if none was given.
    var givenToken: String? { session.givenToken }

    /// Writes down what was used of the limit.
    func settle() async { await limit.settle() }

    /// Trakt does not accept the token.
    private struct TokenRefused: Error {
        let diagnostic: Diagnostic
    }

    private func send<Answer: Sendable>(
        _ request: HTTPRequest,
        token: Secret?,
        path: [String],
        reading: @escaping @Sendable (HTTPResponse) throws -> Answer,
        givingUp: @escaping @Sendable (Diagnostic) -> (any Error)?
    ) async throws -> Answer {
        var request = request
        if let token { request.headers.set(.init("Authorization", value: "Bearer \(token.revealed)", isSecret: true)) }
        return try await http.send(request) { [limit] response in
            switch TraktAnswer.outcome(of: response, to: path.joined(separator: "/"), isKnown: token != nil) {
            case .isGood:
                do {
                    return try reading(response)
                } catch StageFailure.transient(let diagnostic, let pause) {
                    throw givingUp(diagnostic) ?? StageFailure.transient(diagnostic, retryAfter: pause)
                }
            case .needsToken(let diagnostic): throw TokenRefused(diagnostic: diagnostic)
            case .passes(let diagnostic):
                throw givingUp(diagnostic)
                    ?? StageFailure.transient(diagnostic, retryAfter: limit.pause(response.headers))
            case .waits(let diagnostic):
                throw StageFailure.transient(diagnostic, retryAfter: limit.refused(response.headers))
            case .stops(let diagnostic): throw diagnostic
            }
        }
    }
}
