internal import Accounts
internal import Diagnostics
internal import PluginKit

/// A client of Trakt's API for one app and one account: it respects the limits, and sends a token if there is one.
struct TraktClient: Sendable {
    private let api: HTTPURL
    private let session: OAuthSession
    private let limit: TraktLimit
    private let http: HTTPClient

    /// The timeout of a whole exchange; `ServerPatience` decides how long the server may send nothing.
    private static let limits = HTTPLimits(connect: .seconds(10), whole: .seconds(120))

    /// Creates a client.
    ///
    /// - Parameters:
    ///   - api: The address of the API.
    ///   - session: The source of client id and tokens.
    ///   - limit: The limit that all clients of the same account or app share.
    ///   - patience: The longest time without data from the server.
    ///   - context: The services of the stage.
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

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - path: Its path.
    ///   - query: Its query.
    ///   - needsToken: Whether the request is pointless without a token.
    ///   - isFresh: Whether the server itself has to answer, and no cache.
    ///   - reading: Converts a good answer to a result. An answer that it cannot use is requested again.
    ///   - givingUp: The error to throw instead of retrying after an error of the server; nil to retry.
    /// - Returns: The result of `reading`.
    /// - Throws: Errors of Trakt, as diagnostics whose codes begin with `trakt.` or `account.`; errors on the way to
    ///   it.
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
                // A token that was valid has expired, and the next one may expire before its turn. If two tokens are
                // refused that were never accepted, the tokens are not the reason.
                if let token, !session.wasAccepted(token) { unknown += 1 }
                guard refused <= Self.mostRenewals, unknown < 2, let old = token,
                    let other = try await session.token(replacing: old)
                else { throw refusal.diagnostic }
                token = other
            }
        }
    }

    /// The most tokens that are replaced for one request.
    private static let mostRenewals = 5

    /// The result of requesting something that not every server has.
    enum Find<Answer: Sendable>: Sendable {
        /// It exists.
        case found(Answer)
        /// The server does not have it.
        case missing(Diagnostic)
        /// It may exist, but is not available now.
        case failed(Diagnostic)

        /// The answer, if it was found.
        var answer: Answer? { if case .found(let answer) = self { answer } else { nil } }
    }

    /// The most attempts for something that not every server has.
    private static let mostAttempts = 3

    /// Requests something that the walk can do without.
    ///
    /// - Parameters:
    ///   - path: Its path.
    ///   - query: Its query.
    ///   - needsToken: Whether the request is pointless without a token.
    ///   - isFresh: Whether the server itself has to answer, and no cache.
    ///   - reading: Converts a good answer to a result.
    /// - Returns: The result of `reading`, or why there is none.
    /// - Throws: Errors that would affect every other request too: no app, no token, no server.
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

    /// An error that is not worth a retry.
    private struct Unusable: Error {
        let diagnostic: Diagnostic
    }

    /// Whether no request to the server can succeed.
    private static func isOutOfReach(_ diagnostic: Diagnostic) -> Bool {
        HTTPFailure.Kind.outOfReach.contains(diagnostic.code)
    }

    /// Whether an answer states that the resource does not exist, at least not for this account.
    private static func isNoSuchThing(_ diagnostic: Diagnostic) -> Bool {
        diagnostic.code == "account.vip"
            || ["trakt.missing", "trakt.request", "trakt.refused"].contains(diagnostic.code.name)
    }

    /// The name of the signed-in account; nil if it is not known without a request.
    var user: String? { session.user }

    /// A digest that identifies a given token without revealing it; nil if none was given.
    var givenToken: String? { session.givenToken }

    /// Records how much of the limit was used.
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
