import Foundation
import PluginTestKit
import SampleExport
import Testing
import TraktServer

/// The pipelines that read Trakt's API, run as a user runs them, against a stand-in for Trakt.
@Suite struct TraktTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    private static let secrets = ["test-client", "test-secret", "test-access", "test-refresh"]

    private func run(_ pipeline: String, on server: TraktServer, _ more: String...) throws -> Program.Outcome {
        try Program.run(
            Program.path,
            ["run", pipeline, "-D", "api=\(server.url)", "-D", "auth=\(server.authURL)"] + more,
            in: work.folder.path,
            environment: [
                "TRAKT_CLIENT_ID": "test-client", "TRAKT_CLIENT_SECRET": "test-secret",
                "TRAKT_ACCESS_TOKEN": "test-access", "XDG_CONFIG_HOME": work.folder.path("config"), "NO_PROXY": "*",
            ]
        )
    }

    @Test(arguments: ServerOptions.Paging.allCases)
    func `the API and the export of one account give the same bytes`(paging: ServerOptions.Paging) throws {
        var options = ServerOptions()
        options.paging = paging
        let server = try TraktServer(account: TraktAccount(MadeUpAccount()), options: options)
        for pipeline in ["trakt-to-letterboxd", "trakt-ratings", "trakt-watchlist"] {
            let outcome = try run(pipeline, on: server)
            #expect(outcome.code == 0, "\(outcome.errors)")
        }
        try work.folder.write(try MadeUpAccount().archive(), to: "export.zip")
        for pipeline in ["trakt-export-to-letterboxd", "trakt-export-ratings", "trakt-export-watchlist"] {
            let outcome = try work.sprocket("run", pipeline, "-D", "export=export.zip", "-D", "out=zip")
            #expect(outcome.code == 0, "\(outcome.errors)")
        }
        for file in ["diary.csv", "ratings.csv", "watchlist.csv"] {
            #expect(try work.folder.bytes(of: "exports/\(file)") == work.folder.bytes(of: "zip/\(file)"), "\(file)")
        }
    }

    @Test(arguments: [(403, 3), (404, 1), (420, 1), (422, 1), (423, 3), (426, 3)])
    func `every fault that stays is one sentence, a code, and no file`(status: Int, code: Int32) throws {
        var options = ServerOptions()
        options.faults = [Fault(.status(status), to: "/sync/history*")]
        let server = try TraktServer(account: TraktAccount(AccountSize(plays: 600)), options: options)
        let outcome = try run("trakt-to-letterboxd", on: server)
        #expect(outcome.code == code, "\(outcome.errors)")
        #expect(outcome.errors.components(separatedBy: "error[").count == 2, "\(outcome.errors)")
        #expect(work.files().filter { $0.hasSuffix(".csv") } == [])
    }

    @Test func `plays that come and go while they are read have the run begin anew`() throws {
        var options = ServerOptions()
        options.changes = [
            ScheduledChange(afterRequest: 9) { account, _ in account = TraktAccount(AccountSize(plays: 2501)) }
        ]
        let server = try TraktServer(account: TraktAccount(AccountSize(plays: 2500)), options: options)
        let outcome = try run("trakt-to-letterboxd", on: server)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let calm = try TraktServer(account: TraktAccount(AccountSize(plays: 2501)))
        #expect(try run("trakt-to-letterboxd", on: calm, "-D", "out=calm", "--state", "calm-state").code == 0)
        #expect(try work.folder.bytes(of: "exports/diary.csv") == work.folder.bytes(of: "calm/diary.csv"))
    }

    @Test func `nothing new is one request and no file`() throws {
        let server = try TraktServer(account: TraktAccount(AccountSize(plays: 600)))
        #expect(try run("trakt-nightly", on: server).code == 0)
        let files = work.files()
        server.forgetRequests()
        let outcome = try run("trakt-nightly", on: server)
        #expect(outcome.code == 0)
        #expect((outcome.output + outcome.errors).contains("nothing new since"))
        #expect(server.requests.map(\.target) == ["/sync/last_activities"])
        #expect(work.files() == files)
    }

    @Test func `no secret is in any output, report, state or file`() throws {
        var options = ServerOptions()
        options.faults = [Fault(.status(500), of: .every(7), once: true)]
        let server = try TraktServer(account: TraktAccount(MadeUpAccount()), options: options)
        var texts: [String] = []
        for pipeline in ["trakt-backup", "trakt-to-letterboxd"] {
            let outcome = try run(pipeline, on: server, "--report", "report-\(pipeline).json")
            #expect(outcome.code == 0, "\(outcome.errors)")
            texts += [outcome.output, outcome.errors]
        }
        for file in work.folder.files {
            texts.append(String(decoding: try work.folder.bytes(of: file), as: UTF8.self))
        }
        for secret in Self.secrets { #expect(texts.allSatisfy { !$0.contains(secret) }, "\(secret)") }
    }
}
