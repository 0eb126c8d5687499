import Foundation
import PluginTestKit
import SampleExport
import TestTags
import Testing
import TraktServer

/// What goes wrong and passes makes no difference to what is written, and few requests more.
@Suite(.tags(.process, .server, .waits)) struct TraktFaultTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    private static let account = TraktAccount(AccountSize(plays: 5_000, ratings: 500))
    /// 20 of plays, 2 of ratings.
    private static let pages = 22
    /// What is asked besides pages: one behind each of the full last ones, the account's times twice, its settings.
    private static let besides = 5

    /// Signs in by hand, so that tokens can be renewed.
    private func signIn(at server: TraktServer) throws {
        let fields = [
            #""client_id":"test-client","client_secret":"test-secret","access_token":"test-access""#,
            #""refresh_token":"test-refresh","created_at":\#(Int(Date().timeIntervalSince1970))"#,
            #""signed_in_at":1767268800,"expires_in":604800"#,
        ]
        let entry = fields.joined(separator: ",")
        try work.folder.write(
            """
            {"sprocket":"credentials 1","service":"trakt","accounts":{"\(server.authURL)":{\(entry)}}}
            """,
            to: "config/sprocket/trakt.json"
        )
        chmod(work.folder.path("config/sprocket"), 0o700)
        chmod(work.folder.path("config/sprocket/trakt.json"), 0o600)
    }

    /// The files of a run, their bytes, and how many requests it made.
    private func run(on server: TraktServer, workers: Int = 4) throws -> (files: [String: [UInt8]], requests: Int) {
        try signIn(at: server)
        let outcome = try Program.run(
            Program.path,
            [
                "run", "trakt-to-letterboxd", "-D", "api=\(server.url)", "-D", "auth=\(server.authURL)", "-D",
                "workers=\(workers)",
            ],
            in: work.folder.path,
            environment: [
                "TRAKT_CLIENT_ID": "test-client", "TRAKT_CLIENT_SECRET": "test-secret", "TRAKT_ACCESS_TOKEN": "",
                "XDG_CONFIG_HOME": work.folder.path("config"), "NO_PROXY": "*",
            ]
        )
        #expect(outcome.code == 0, "\(outcome.errors)")
        let files = try work.files(in: "exports").map { ($0, try work.folder.bytes(of: "exports/\($0)")) }
        let requests = server.requests.count { !$0.path.hasPrefix("/oauth/") }
        return (Dictionary(uniqueKeysWithValues: files), requests)
    }

    /// What an undisturbed run writes.
    private static let calm = Result { try TraktFaultTests().run(on: TraktServer(account: account)).files }

    private static let kinds: [Fault.Kind] = [
        .tooMany(retryAfter: 1, saysLimit: true), .tooMany(retryAfter: 1, saysLimit: false), .status(500), .status(502),
        .status(503), .status(504), .status(520), .status(521), .status(522), .reset, .resetInBody, .truncated,
        .truncatedChunks, .malformed, .html, .empty, .corruptGzip, .truncatedGzip, .stall, .stallInBody, .expiredToken,
        .noPaging, .noLimit,
    ]

    @Test(.timeLimit(.minutes(3)), arguments: kinds)
    func `a fault that passes leaves the same bytes`(kind: Fault.Kind) throws {
        var options = ServerOptions()
        options.faults = [Fault(kind, of: .every(11), once: true)]
        let server = try TraktServer(account: Self.account, options: options)
        defer { server.stop() }
        let begin = ContinuousClock.now
        let (files, requests) = try run(on: server)
        let isSame = try files == Self.calm.get()
        #expect(isSame)
        #expect(server.requests.contains { $0.fault != nil })
        // When the token runs out, it does so for the requests of the other three workers, too.
        // Requests that are made again may be the ones that bring the next such fault.
        let others = kind == .expiredToken ? max(2, server.requests.count { $0.fault != nil }) * 3 : 0
        #expect(requests <= Self.pages * 110 / 100 + Self.besides + others, "\(requests)")
        // Silence is not waited for as long as the longest answer may take.
        #expect(begin.duration(to: .now) < .seconds(28))
    }

    @Test(.timeLimit(.minutes(5)), arguments: [1, 4])
    func `faults of all kinds, one after the other, leave the same bytes`(workers: Int) throws {
        let account = TraktAccount(AccountSize(plays: 40_000, ratings: 4_000))
        let calm = try TraktFaultTests().run(on: TraktServer(account: account)).files
        var options = ServerOptions()
        // Each seventh request meets another one.
        let kinds = Self.kinds + [.tooMany(retryAfter: nil, saysLimit: false)]
        options.faults = kinds.enumerated().map { Fault($1, of: .request(7 * ($0 + 1))) }
        let server = try TraktServer(account: account, options: options)
        defer { server.stop() }
        let (files, requests) = try run(on: server, workers: workers)
        let isSame = files == calm
        #expect(isSame)
        #expect(server.requests.count { $0.fault != nil } == kinds.count)
        // When the token runs out, it does so for all requests that are under way.
        #expect(requests <= 176 + Self.besides + kinds.count + workers, "\(requests)")
        #expect(server.mostConnections <= workers)
        #expect(server.mostRequests(within: .seconds(300)) <= 1000)
    }
}
