import Accounts
import Diagnostics
import PluginKit
import PluginTestKit
import TestTags
import Testing
@testable import TraktSource

/// What becomes of a renewal that is disturbed.
@Suite(.tags(.crash)) struct TokenRenewalTests {
    private let bench: SessionBench

    init() throws {
        bench = try SessionBench()
        try bench.signIn()
    }

    private func renew(_ script: @escaping ScriptedTransport.Script) async -> (message: String, requests: Int) {
        let transport = ScriptedTransport(script)
        let session = bench.session(transport)
        let message = await bench.rendered { _ = try await session.token(replacing: Secret("access-1")) }
        return (message, transport.requests.count)
    }

    struct Answer: CustomTestStringConvertible {
        let testDescription: String
        let response: HTTPResponse
        let message: String

        init(_ status: Int, _ message: String, retryAfter: String? = nil) {
            self.init(status, "", message, retryAfter.map { ["Retry-After": $0] } ?? [:])
        }

        init(_ status: Int, _ body: String, _ message: String, _ headers: HTTPHeaders = [:]) {
            testDescription = "\(status) \(body.prefix(12))"
            response = HTTPResponse(status: status, headers: headers, body: Array(body.utf8))
            self.message = message
        }
    }

    private static let app = """
        error[account.app]: Trakt does not accept this app: its client id or secret is wrong, or the app was deleted
          hint: apps are made at https://app.trakt.tv/settings/apps, since July 2026 by VIP accounts only. The export \
        works for every account: sprocket run trakt-export-to-letterboxd -D export=trakt-export.zip
        """
    private static let blocked = """
        error[account.blocked]: Cloudflare, Trakt's proxy, blocks requests from here
          hint: try again later or from another network; or use the export: https://app.trakt.tv/settings/data, then \
        run a 'trakt-export-…' pipeline
        """
    private static let ended = """
        @/sprocket/trakt.json: error[account.ended]: Trakt does not renew the sign-in: it was revoked on the website, or a \
        copy was used elsewhere
          hint: sign in again: sprocket auth trakt login; the run can then be resumed
        """
    private static let unreadable = """
        transient: error[account.answer]: https://auth.trakt.tv has answered, but not with the expected contents
          hint: something between here and Trakt may have answered instead; try again later
        """
    private static func busy(_ status: Int, after pause: String? = nil) -> String {
        """
        transient\(pause.map { " after \($0)" } ?? ""): error[account.busy]: https://auth.trakt.tv cannot answer now (\(status))
          hint: try again \(pause.map { "in \($0)" } ?? "later")
        """
    }
    private static func server(_ status: Int) -> String {
        "error[account.server]: https://auth.trakt.tv has answered with the undocumented status \(status)"
    }

    static let answers = [
        Answer(400, #"{"error":"invalid_grant"}"#, ended), Answer(401, #"{"error":"invalid_grant"}"#, ended),
        Answer(400, "", ended), Answer(401, "<html>", ended),
        Answer(401, #"{"error":"invalid_client"}"#, app), Answer(403, "<html>", blocked), Answer(403, "", app),
        Answer(
            404,
            """
            error[account.server]: https://auth.trakt.tv is not a sign-in server (404)
              hint: check that this is the address of Trakt's sign-in, without /oauth: see the option 'auth'
            """
        ),
        Answer(412, "error[account.server]: a header field is missing in the request to https://auth.trakt.tv (412)"),
        Answer(
            423,
            """
            error[account.locked-out]: Trakt has locked this account, or it was deactivated (423)
              hint: write to Trakt's support: https://support.trakt.tv
            """
        ),
        Answer(
            426,
            """
            error[account.limit]: Trakt requires a VIP account for this, or a limit of the account is reached (426)
              hint: apps are made at https://app.trakt.tv/settings/apps, since July 2026 by VIP accounts only. The export \
            works for every account: sprocket run trakt-export-to-letterboxd -D export=trakt-export.zip
            """
        ),
        Answer(429, busy(429)), Answer(429, busy(429, after: "17 s"), retryAfter: "17"),
        Answer(503, busy(503, after: "90 s"), retryAfter: "90"),
        Answer(429, busy(429), retryAfter: "soon"),
        Answer(408, busy(408)), Answer(500, busy(500)), Answer(502, busy(502)), Answer(503, "<html>", busy(503)),
        Answer(520, busy(520)), Answer(418, server(418)), Answer(302, server(302)),
        Answer(200, "", unreadable), Answer(200, "<html>", unreadable), Answer(204, "", unreadable),
        Answer(200, #"{"access_token":"#, unreadable), Answer(200, #"{"access_token":""}"#, unreadable),
        Answer(200, #"{"access_token":"a\nb"}"#, unreadable), Answer(200, #"[{"access_token":"x"}]"#, unreadable),
    ]

    @Test(arguments: answers) func `every answer has its outcome, and the sign-in stays what it was`(answer: Answer)
        async throws
    {
        let outcome = await renew { _, _ in answer.response }
        #expect(outcome.message == answer.message)
        #expect(outcome.requests == 1)
        let kept = try #require(try bench.kept)
        #expect(kept.access.revealed == "access-1")
        #expect(kept.refresh?.revealed == "refresh-1")
        // Whoever refuses has spent nothing; after anything else it is not known.
        let isRefusal = 400...499 ~= answer.response.status
        #expect(kept.renewalBegun == (isRefusal ? nil : SessionBench.noon))
    }

    @Test(arguments: HTTPFailure.Kind.allCases)
    func `every failure of the network has its outcome, and the mark says whether the token may be spent`(
        kind: HTTPFailure.Kind
    ) async throws {
        let outcome = await renew { request, _ in throw HTTPFailure(kind, origin: request.url.origin) }
        let failure = HTTPFailure(kind, origin: "https://auth.trakt.tv")
        #expect(outcome.message == (failure.isTransient ? "transient: " : "") + failure.diagnostic.rendered())
        let neverLeft: Set<HTTPFailure.Kind> = [.unresolved, .refused, .unreachable, .tls, .unavailable, .proxy]
        #expect(try bench.kept?.renewalBegun == (neverLeft.contains(kind) ? nil : SessionBench.noon))
        #expect(try bench.kept?.refresh?.revealed == "refresh-1")
    }

    @Test func `200 and 201 are the same, and a refresh token that is not replaced stays`() async throws {
        let outcome = await renew { _, _ in
            HTTPResponse(status: 201, body: Array(#"{"access_token":"fresh","more":[1]}"#.utf8))
        }
        #expect(outcome.message == "nothing was thrown")
        #expect(try bench.kept?.access.revealed == "fresh")
        #expect(try bench.kept?.refresh?.revealed == "refresh-1")
        #expect(try bench.kept?.end == nil)
    }

    @Test func `a refusal after a renewal whose answer nobody stored says what happened, and when`() async throws {
        try bench.signIn(begun: SessionBench.noon - 3600)
        let outcome = await renew { _, _ in SignInServer.refusal(400) }
        #expect(
            outcome.message == """
                @/sprocket/trakt.json: error[account.ended]: the sign-in was lost: a new token was requested at \
                2026-01-01 11:00 UTC, and the answer, the only copy of it, was never received or never stored; Trakt \
                does not send it again
                  hint: sign in again: sprocket auth trakt login; the run can then be resumed
                """
        )
        // The next start says the same.
        #expect(try bench.kept?.renewalBegun == SessionBench.noon - 3600)
    }

    @Test func `an answer that is lost is asked for again, and a refusal then reports that`() async throws {
        let server = SignInServer(clock: bench.clock)
        let transport = ScriptedTransport { request, number in
            let answer = try server.answer(request)
            if number == 1 { throw HTTPFailure(.reset, origin: request.url.origin) }
            return answer
        }
        let session = bench.session(transport, layers: [try Bench(time: bench.time).middleware(Again.self)])
        let message = await bench.rendered { _ = try await session.token(replacing: Secret("access-1")) }
        #expect(message.contains("the sign-in was lost: a new token was requested at 2026-01-01 12:00 UTC"))
        #expect(server.sent == ["refresh-1", "refresh-1"])
        // No more than one request a second, repeated ones included.
        #expect(bench.time.now == .seconds(1))
    }

    @Test func `a server that keeps the old token until the new one is used gives the answer again`() async throws {
        let server = SignInServer(reuse: .repeated, clock: bench.clock)
        let transport = ScriptedTransport { request, number in
            let answer = try server.answer(request)
            if number == 1 { throw HTTPFailure(.truncated, origin: request.url.origin) }
            return answer
        }
        let session = bench.session(transport, layers: [try Bench(time: bench.time).middleware(Again.self)])
        #expect(try await session.token(replacing: Secret("access-1"))?.revealed == "access-2")
        #expect(try bench.kept?.renewalBegun == nil)
    }

    @Test func `a caller that was refused is not asked again, until the person has signed in`() async throws {
        let transport = ScriptedTransport { _, _ in SignInServer.refusal(401) }
        let session = bench.session(transport)
        let first = await bench.rendered { _ = try await session.token(replacing: Secret("access-1")) }
        #expect(first == Self.ended)
        #expect(await bench.rendered { _ = try await session.token() } == first)
        #expect(await bench.rendered { _ = try await session.token(replacing: Secret("access-1")) } == first)
        #expect(transport.requests.count == 1)
        try bench.signIn(5)
        #expect(try await session.token()?.revealed == "access-5")
    }

    @Test func `a token that still holds is used while renewing does not work`() async throws {
        let transport = ScriptedTransport { _, number in
            number <= 2 ? HTTPResponse(status: 503) : SignInServer.tokens(2, created: SessionBench.noon + 604_000)
        }
        let session = bench.session(transport)
        bench.time.advance(by: .seconds(604_800 - 3600))
        #expect(try await session.token()?.revealed == "access-1")
        #expect(try await session.token()?.revealed == "access-1")
        #expect(transport.requests.count == 1)
        bench.time.advance(by: .seconds(60))
        #expect(try await session.token()?.revealed == "access-1")
        #expect(transport.requests.count == 2)
        bench.time.advance(by: .seconds(60))
        #expect(try await session.token()?.revealed == "access-2")
    }

    @Test func `a token that is over is not used while renewing does not work`() async throws {
        let session = bench.session(failing(.timedOut))
        bench.time.advance(by: .seconds(604_800))
        #expect(
            await bench.rendered { _ = try await session.token() }
                == "transient: error[http.timed-out]: https://auth.trakt.tv: the timeout was exceeded"
        )
    }

    @Test func `without a refresh token the person signs in again`() async throws {
        try bench.signIn(refresh: false)
        let outcome = await renew { _, _ in SignInServer.tokens(2, created: 0) }
        #expect(outcome.message == Self.ended)
        #expect(outcome.requests == 0)
    }

    @Test(.timeLimit(.minutes(1))) func `a user who stops the run while Trakt answers loses nothing`() async throws {
        let server = SignInServer(clock: bench.clock)
        let (asked, answered) = (Gate(), Gate())
        let transport = ScriptedTransport { request, _ in
            let answer = try server.answer(request)
            asked.open()
            await answered.wait()
            // The exchange itself hears nothing of the cancellation.
            try Task.checkCancellation()
            return answer
        }
        let session = bench.session(transport)
        let asking = Task { try await session.token(replacing: Secret("access-1")) }
        await asked.wait()
        asking.cancel()
        answered.open()
        _ = try? await asking.value
        #expect(try bench.kept?.access.revealed == "access-2")
        #expect(try bench.kept?.refresh?.revealed == "refresh-2")
    }

    @Test(.timeLimit(.minutes(1))) func `one that gives up does not take the others along`() async throws {
        let bench = try SessionBench(sleepers: .wait)
        try bench.signIn()
        let server = SignInServer(clock: bench.clock)
        let session = bench.session(ScriptedTransport { request, _ in try server.answer(request) })
        // Both wait for the lock, in the one renewal that the first has begun.
        let second = try await bench.store.withLock(time: bench.time) { _ in
            let first = Task { try await session.token(replacing: Secret("access-1")) }
            await bench.time.sleepers(atLeast: 1)
            let second = Task.immediate { try await session.token(replacing: Secret("access-1")) }
            first.cancel()
            await #expect(throws: CancellationError.self) { try await first.value }
            await bench.time.sleepers(atLeast: 1)
            return second
        }
        let clock = Task {
            while !Task.isCancelled {
                bench.time.advance(by: .milliseconds(10))
                await Task.yield()
            }
        }
        #expect(try await second.value?.revealed == "access-2")
        clock.cancel()
        await clock.value
        #expect(server.sent == ["refresh-1"])
    }

    @Test func `a full disk is found before Trakt is asked`() async throws {
        let full = Diagnostic("file.disk-full", message: "the disk is full")
        let disk = try SimulatedDisk(script: [2: .fail(full)])
        let outcome = await Faults.$current.withValue(disk) {
            await renew { _, _ in SignInServer.tokens(2, created: SessionBench.noon) }
        }
        #expect(outcome.message == "error[file.disk-full]: the disk is full")
        #expect(outcome.requests == 0)
        #expect(try bench.kept?.access.revealed == "access-1")
    }

    @Test func `a disk that is full when the answer comes is reported, with what it means`() async throws {
        let full = Diagnostic("file.disk-full", message: "the disk is full")
        // The mark takes ten moments: create, write, sync, rename and the folder's sync, before and after.
        let disk = try SimulatedDisk(script: [12: .fail(full)])
        let outcome = await Faults.$current.withValue(disk) {
            await renew { _, _ in SignInServer.tokens(2, created: SessionBench.noon) }
        }
        #expect(
            outcome.message == """
                error[file.disk-full]: Trakt has sent a new token, which could not be stored: the disk is full
                  hint: make it writable, then sign in again: sprocket auth trakt login; the run can then be resumed
                """
        )
        #expect(try bench.kept?.refresh?.revealed == "refresh-1")
        #expect(try bench.kept?.renewalBegun == SessionBench.noon)
    }
}

/// Makes a call again, once, that failed for a moment.
private struct Again: Middleware {
    static let name = "again"
    static let summary = "Makes a call again."
    static let wraps: Set<CallKind> = [.exchange]

    init(_ options: NoOptions, in context: StageContext) {}

    func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        do { return try await next(call) } catch StageFailure.transient { return try await next(call) }
    }
}

/// Something to wait for.
final class Gate: Sendable {
    private let state = Locked<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for one in waiting { one.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}
