import Accounts
import Diagnostics
import Glibc
import PluginKit
import PluginTestKit
import Testing

/// A service that nobody has heard of and that keeps to RFC 6749 and RFC 8628: all that it needs comes from the framework.
@Suite struct OAuthTests {
    private static let noon: Int64 = 1_767_268_800
    private let folder: TemporaryFolder
    private let time = ManualTime()
    private let clock: WallClock
    private let store: CredentialStore
    private let service: OAuthService
    private let said = Locked<[String]>([])

    init() throws {
        folder = try TemporaryFolder(.inMemory)
        clock = WallClock(time, showing: Self.noon)
        store = CredentialStore(service: "films", folder: folder.path("sprocket"))
        service = OAuthService(
            name: "films",
            title: "Films",
            variables: OAuthVariables(id: "FILMS_ID", secret: "FILMS_SECRET", token: "FILMS_TOKEN"),
            device: try HTTPURL("https://auth.films.test/device"),
            token: try HTTPURL("https://auth.films.test/token"),
            revocation: try HTTPURL("https://auth.films.test/revoke")
        )
    }

    private static let environment = ["FILMS_ID": "id hush", "FILMS_SECRET": "secret&hush"]

    private func account(_ transport: any HTTPTransport, _ service: OAuthService? = nil) -> OAuthAccount {
        let context = AccountContext(
            environment: Self.environment,
            time: time,
            clock: clock,
            http: HTTPClient(transport, stage: "auth"),
            credentials: store
        ) { [said] line in said.withLock { $0.append(line) } }
        return OAuthAccount(service ?? self.service, in: context)
    }

    private func session(_ transport: any HTTPTransport) -> OAuthSession {
        OAuthSession(
            service,
            settings: OAuthSession.Settings(),
            environment: Self.environment,
            http: HTTPClient(transport),
            time: time,
            clock: clock,
            store: store
        )
    }

    /// Signs in by hand.
    private func signIn() throws {
        let entry = """
            "client_id":"id hush","client_secret":"secret&hush","signed_in_at":\(Self.noon),"access_token":"access-1",\
            "refresh_token":"refresh-1","created_at":\(Self.noon),"expires_in":3600
            """
        let text = """
            {"sprocket":"credentials 1","service":"films","accounts":{"https://auth.films.test":{\(entry)}}}
            """
        try folder.write(text, to: "sprocket/films.json")
        chmod(folder.path("sprocket"), 0o700)
        chmod(folder.path("sprocket/films.json"), 0o600)
    }

    private var kept: OAuthTokens? {
        get throws { try store.credential(of: "https://auth.films.test").flatMap { OAuthTokens($0) } }
    }

    private func rendered(_ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return "nothing was thrown"
        } catch let error as Diagnostic {
            return error.rendered().replacing(folder.path, with: "@")
        } catch let StageFailure.transient(error, _) {
            return "transient: " + error.rendered()
        } catch {
            return "\(error)"
        }
    }

    private static func answer(_ body: String, _ status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, headers: ["Content-Type": "application/json"], body: Array(body.utf8))
    }

    private static func refusal(_ error: String, _ status: Int = 400) -> HTTPResponse {
        answer(#"{"error":"\#(error)"}"#, status)
    }

    private static func tokens(_ number: Int) -> HTTPResponse {
        answer(
            #"{"access_token":"access-\#(number)","token_type":"Bearer","expires_in":3600,"refresh_token":"refresh-\#(number)"}"#
        )
    }

    // MARK: The code (RFC 8628)

    /// Signs in with a server that gives a code and then answers questions by a script, counted from 1.
    private func signIn(
        _ service: OAuthService? = nil,
        interval: String = "",
        _ script: @escaping @Sendable (Int) throws -> HTTPResponse
    ) async -> (message: String, requests: [HTTPRequest], moments: [Int64]) {
        let moments = Locked<[Int64]>([])
        let asked = Locked(0)
        let transport = ScriptedTransport { [time] request, _ in
            moments.withLock { $0.append(time.now.components.seconds) }
            guard request.url.target == "/token" else {
                return Self.answer(
                    """
                    {"device_code":"device hush","user_code":"WDJB-MJHT","verification_uri":"https://films.test/device",\
                    "expires_in":120\(interval)}
                    """
                )
            }
            return try script(asked.withLock { ($0 += 1, $0).1 })
        }
        let message = await rendered { try await account(transport, service).signIn() }
        return (message, transport.requests, moments.withLock { $0 })
    }

    @Test func `the person enters a code, and is asked about as often as the standard says`() async throws {
        let outcome = await signIn { number in
            switch number {
            case 1, 3: Self.refusal("authorization_pending")
            case 2: Self.refusal("slow_down")
            default: Self.tokens(1)
            }
        }
        #expect(outcome.message == "nothing was thrown")
        // Every 5 seconds where the answer names no interval, and 5 more after slow_down.
        #expect(outcome.moments == [0, 5, 10, 20, 30])
        #expect(
            said.withLock { $0 } == [
                "Open https://films.test/device in a browser, sign in to Films, and enter the code", "",
                "    WDJB-MJHT", "", "It is valid for 2 minutes. Waiting …", "Signed in.",
            ]
        )
        #expect(
            outcome.requests.prefix(2).map { "\($0.url) \(String(decoding: $0.body, as: UTF8.self))" } == [
                "https://auth.films.test/device client_id=id+hush",
                "https://auth.films.test/token grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code"
                    + "&device_code=device+hush&client_id=id+hush&client_secret=secret%26hush",
            ]
        )
        #expect(
            outcome.requests.allSatisfy {
                $0.headers["Content-Type"] == "application/x-www-form-urlencoded"
                    && $0.headers["Accept"] == "application/json"
            }
        )
        #expect(try kept?.refresh?.revealed == "refresh-1")
        #expect(try kept?.end == Self.noon + 30 + 3600)
    }

    @Test func `a service may want JSON, a scope and its own interval`() async {
        var service = service
        service.encoding = .json
        service.scope = "read write"
        let outcome = await signIn(service, interval: #","interval":7"#) { number in
            number == 1 ? Self.refusal("authorization_pending") : Self.tokens(1)
        }
        #expect(outcome.moments == [0, 7, 14])
        #expect(
            outcome.requests.first.map { String(decoding: $0.body, as: UTF8.self) }
                == #"{"scope":"read write","client_id":"id hush"}"#
        )
    }

    @Test(arguments: [
        (
            "access_denied", 400,
            """
            error[account.denied]: the sign-in was declined on Films's page
              hint: start again: sprocket auth films login
            """
        ),
        (
            "expired_token", 400,
            """
            error[account.expired]: the code was not entered while it was valid
              hint: start again: sprocket auth films login
            """
        ),
        (
            "invalid_grant", 400,
            """
            error[account.code]: Films no longer knows the code
              hint: start again: sprocket auth films login
            """
        ),
        (
            "invalid_client", 401,
            "error[account.app]: Films does not accept this app: its client id or secret is wrong, or the app was deleted"
        ),
        (
            "something", 400,
            "error[account.server]: https://auth.films.test has answered with the undocumented status 400"
        ),
    ])
    func `an error with a name ends it, unless it only asks to wait`(error: String, status: Int, message: String) async
    {
        let outcome = await signIn { _ in Self.refusal(error, status) }
        #expect(outcome.message == message)
        #expect(outcome.requests.count == 2)
        #expect(folder.files.isEmpty)
    }

    @Test func `a caller that is not answered in time asks more slowly, and continues`() async {
        let outcome = await signIn { number in
            if number <= 2 { throw HTTPFailure(.timedOut, origin: "https://auth.films.test") }
            return Self.tokens(1)
        }
        #expect(outcome.message == "nothing was thrown")
        #expect(outcome.moments == [0, 5, 15, 35])
    }

    // MARK: Renewal (RFC 6749 §6)

    /// A server whose refresh tokens work once.
    private final class Server: Sendable {
        let sent = Locked<[String]>([])
        let generation = Locked(1)

        func answer(_ request: HTTPRequest) -> HTTPResponse {
            let form = String(decoding: request.body, as: UTF8.self)
            sent.withLock { $0.append(form) }
            return generation.withLock { generation in
                guard form.contains("refresh_token=refresh-\(generation)&") else {
                    return OAuthTests.refusal("invalid_grant")
                }
                generation += 1
                return OAuthTests.tokens(generation)
            }
        }
    }

    @Test func `a token is renewed some time before its end, and the new pair takes the place of the old`() async throws
    {
        try signIn()
        let server = Server()
        let session = session(ScriptedTransport { request, _ in server.answer(request) })
        time.advance(by: .seconds(3600 - 361))
        #expect(try await session.token()?.revealed == "access-1")
        time.advance(by: .seconds(1))
        #expect(try await session.token()?.revealed == "access-2")
        #expect(
            server.sent.withLock { $0 } == [
                "refresh_token=refresh-1&grant_type=refresh_token&client_id=id+hush&client_secret=secret%26hush"
            ]
        )
        #expect(try kept?.refresh?.revealed == "refresh-2")
    }

    @Test(.timeLimit(.minutes(1))) func `sessions that renew at the same time ask once`() async throws {
        try signIn()
        let server = Server()
        let slow = ScriptedTransport { request, _ in
            try await SystemTime().sleep(until: SystemTime().now + .milliseconds(30))
            return server.answer(request)
        }
        // Each has a file of its own opened, as a process has.
        let sessions = (0..<4).map { _ in
            OAuthSession(
                service,
                settings: OAuthSession.Settings(),
                environment: Self.environment,
                http: HTTPClient(slow),
                time: SystemTime(),
                clock: clock,
                store: store
            )
        }
        let tokens = try await withThrowingTaskGroup(of: String?.self) { group in
            for session in sessions {
                group.addTask { try await session.token(replacing: Secret("access-1"))?.revealed }
            }
            return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(tokens == ["access-2"])
        #expect(server.sent.withLock { $0.count } == 1)
    }

    @Test(.timeLimit(.minutes(1))) func `a service that gives a refused token again is asked once`() async throws {
        try signIn()
        let asked = Locked(0)
        let session = session(
            ScriptedTransport { _, _ in
                asked.withLock { $0 += 1 }
                return Self.tokens(1)
            }
        )
        #expect(try await session.token(replacing: Secret("access-1"))?.revealed == "access-1")
        #expect(asked.withLock { $0 } == 1)
    }

    @Test func `a refusal says to sign in again`() async throws {
        try signIn()
        let session = session(ScriptedTransport { _, _ in Self.refusal("invalid_grant") })
        #expect(
            await rendered { _ = try await session.token(replacing: Secret("access-1")) } == """
                @/sprocket/films.json: error[account.ended]: Films does not renew the sign-in: it was revoked on the website, or \
                a copy was used elsewhere
                  hint: sign in again: sprocket auth films login; the run can then be resumed
                """
        )
    }

    @Test func `a cut between the answer and the file loses the new token at worst, and reports that`() async throws {
        // The mark takes ten moments, and so does what follows the answer.
        for step in 0..<20 {
            let test = try OAuthTests()
            try test.signIn()
            let server = Server()
            let transport = ScriptedTransport { request, _ in server.answer(request) }
            let disk = try SimulatedDisk(script: [step: .stop])
            _ = try? await Faults.$current.withValue(disk) {
                _ = try await test.session(transport).token(replacing: Secret("access-1"))
            }
            #expect(disk.isCut, "\(step)")
            _ = try disk.losePower(seed: UInt64(step))
            let access = try #require(try test.kept?.access.revealed, "\(step)")
            let wasAsked = server.generation.withLock { $0 } == 2
            let message = await test.rendered {
                let token = access == "access-1" ? Secret("access-1") : Secret("other")
                let next = try await test.session(transport).token(replacing: token)
                #expect(next?.revealed == "access-2", "\(step)")
            }
            if access == "access-2" || !wasAsked {
                #expect(message == "nothing was thrown", "\(step)")
            } else {
                #expect(message.contains("the sign-in was lost"), "\(step)")
                #expect(message.contains("sign in again: sprocket auth films login"), "\(step)")
            }
        }
    }

    // MARK: The rest of an account

    @Test func `status and the end are the framework's, too`() async throws {
        try signIn()
        let transport = ScriptedTransport { _, _ in HTTPResponse(status: 200) }
        let status = try account(transport).status()
        #expect(status.isSignedIn && status.isRenewed)
        #expect(status.until == Self.noon + 3600)
        try await account(transport).signOut()
        #expect(
            transport.requests.map { "\($0.url) \(String(decoding: $0.body, as: UTF8.self))" } == [
                "https://auth.films.test/revoke token=access-1&client_id=id+hush&client_secret=secret%26hush"
            ]
        )
        #expect(folder.files == ["sprocket/films.json.lock"])
    }
}
