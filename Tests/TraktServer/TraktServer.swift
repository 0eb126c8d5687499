package import Diagnostics
internal import HTTP
internal import PluginKit
internal import Sockets
package import SampleExport

/// Trakt on this machine: an account behind the API and OAuth, for tests and for trying things by hand.
///
///     let server = try TraktServer(account: TraktAccount(AccountSize(plays: 2500)))
///     defer { server.stop() }
///     // … point something at server.url, with server.options.clientID and server.options.accessToken …
///     #expect(server.requests.count == 11)
///
/// It answers as Trakt does, rules of paging, limits and headers included, and can be told to misbehave
/// (`ServerOptions.faults`, `oddities`, `changes`). It listens on 127.0.0.1 alone, and ends with `stop()` or with the last
/// reference to it.
package final class TraktServer: Sendable {
    /// How it behaves.
    package let options: ServerOptions
    /// Where the API is, without a slash at its end.
    package let url: String
    /// Where OAuth is; the same, unless it has a port of its own.
    package let authURL: String

    private let state: Locked<ServerState>
    private let servers: [HTTPServer]

    /// Starts a server.
    ///
    /// - Throws: `server.listen` if the port is not free or the system has no thread left.
    package init(account: TraktAccount, options: ServerOptions = ServerOptions()) throws(Diagnostic) {
        self.options = options
        let state = Locked(ServerState(account, options))
        self.state = state
        let auth = options.authOnOwnPort ? try Self.server(.oauthAlone, options, state) : nil
        let api = try Self.server(auth == nil ? .everything : .apiAlone, options, state, activation: auth?.origin)
        url = api.origin
        authURL = auth?.origin ?? api.origin
        servers = [api] + (auth.map { [$0] } ?? [])
    }

    /// A server of a part; users type in their code at `activation`, or at the server itself.
    private static func server(
        _ part: RequestHandler.Part,
        _ options: ServerOptions,
        _ state: Locked<ServerState>,
        activation: String? = nil
    ) throws(Diagnostic) -> HTTPServer {
        // Those beyond the options' number are told so.
        let limits = HTTPServerLimits(connections: options.connections + 64)
        let port = part == .oauthAlone ? 0 : Int(options.port)
        return try HTTPServer.exchanging(at: .port(port, of: "127.0.0.1"), limits: limits) { exchange in
            let handler = RequestHandler(
                options: options,
                state: state,
                activationURL: "\(activation ?? "http://\(exchange.authority)")/activate",
                serves: part
            )
            return await handler.answer(exchange)
        }
    }

    deinit { stop() }

    /// Ends all connections and listens no more; doing so again changes nothing.
    package func stop() { for server in servers { server.close() } }

    // MARK: What happened

    /// All requests so far, to the API and to OAuth, in the order of their answers.
    package var requests: [ServedRequest] { state.withLock { $0.requests } }
    /// The windows in which requests were counted, in the order of their beginning.
    package var windows: [LimitWindow] { state.withLock { $0.windows.all } }
    /// The most connections that were open at one time.
    package var mostConnections: Int { servers.map(\.connections.most).max() ?? 0 }
    /// How many connections were opened.
    package var acceptedConnections: Int { servers.map(\.connections.accepted).reduce(0, +) }
    /// How often each address was asked for.
    package var requestsByTarget: [String: Int] {
        Dictionary(requests.map { ($0.target, 1) }, uniquingKeysWith: +)
    }

    /// The most requests that were let in within any stretch of time, wherever it begins.
    ///
    /// - Parameter length: How long the stretch is; its end is outside.
    /// - Returns: How many requests.
    package func mostRequests(within length: Duration) -> Int {
        let times = requests.filter(\.counted).map(\.time).sorted()
        var most = 0
        var first = 0
        for (last, time) in times.enumerated() {
            while times[first] <= time - length.milliseconds { first += 1 }
            most = max(most, last - first + 1)
        }
        return most
    }

    /// Forgets the requests so far; windows and connections go on.
    package func forgetRequests() { state.withLock { $0.requests = [] } }

    // MARK: What may happen

    /// The account as it is now.
    package var account: TraktAccount { state.withLock { $0.index.account } }

    /// Changes the account between two requests.
    ///
    /// - Parameter body: What to change, and the time of the server's clock.
    package func change(_ body: (inout TraktAccount, Int64) -> Void) {
        let now = options.clock()
        state.withLock { $0.change(at: now, body) }
    }

    /// Adds a fault behind those of the options.
    package func add(_ fault: Fault) { state.withLock { $0.faults.add(fault) } }
    /// Forgets all faults.
    package func removeFaults() { state.withLock { $0.faults.removeAll() } }

    // MARK: Tokens and codes

    /// A token of the owner, or of somebody whom the owner does not let see a private account.
    package func issueToken(ofOwner isOwner: Bool = true) -> (access: String, refresh: String) {
        let now = options.clock()
        return state.withLock { state in
            let grant = state.tokens.issue(at: now, isOwner: isOwner)
            return (grant.access, grant.refresh)
        }
    }

    /// Lets access tokens run out; their refresh tokens still work.
    ///
    /// - Parameter access: Which; nil is every one.
    package func expireToken(_ access: String? = nil) {
        let now = options.clock()
        state.withLock { $0.tokens.expire(access, at: now) }
    }

    /// Whether a token holds now.
    package func isValid(_ access: String) -> Bool {
        let now = options.clock()
        return state.withLock { $0.tokens.holder(of: access, at: now) != nil }
    }

    /// The codes that clients have asked for and users have to type in, oldest first.
    package var userCodes: [String] { state.withLock { $0.tokens.codes.map(\.userCode) } }

    /// Says yes for the user; false if there is no such code.
    @discardableResult
    package func approve(_ userCode: String) -> Bool { decide(userCode, .approved) }
    /// Says no for the user; false if there is no such code.
    @discardableResult
    package func deny(_ userCode: String) -> Bool { decide(userCode, .denied) }

    private func decide(_ userCode: String, _ decision: TokenBook.DeviceCode.State) -> Bool {
        state.withLock { state in state.tokens.withCode(userCode) { $0.state = decision } != nil }
    }

    /// A code as from a browser, to be exchanged for tokens once.
    package func issueAuthorizationCode() -> String { state.withLock { $0.tokens.makeAuthorization() } }
}
