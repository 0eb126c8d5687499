import Foundation
import PluginTestKit
import SampleExport
import TestTags
import Testing
import TraktServer

/// The pipelines that read Trakt's API, run as a user runs them, against a stand-in for Trakt.
@Suite(.tags(.process, .server)) struct TraktTests {
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

    @Test func `plays that come and go while they are read have the run start over`() throws {
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
        #expect(try run("trakt-new-plays", on: server).code == 0)
        let files = work.files()
        server.forgetRequests()
        let outcome = try run("trakt-new-plays", on: server)
        #expect(outcome.code == 0)
        #expect((outcome.output + outcome.errors).contains("nothing new since"))
        #expect(server.requests.map(\.target) == ["/sync/last_activities"])
        #expect(work.files() == files)
    }

    @Test func `a night in which nothing has happened is one request and no file`() throws {
        let server = try TraktServer(account: TraktAccount(AccountSize(plays: 600)))
        let first = try run("trakt-nightly", on: server)
        #expect(first.code == 0, "\(first.errors)")
        #expect(work.files().count == 11)
        try expectQuietNight(on: server)
    }

    @Test func `what has changed decides which step of a night has something to do`() throws {
        let server = try TraktServer(account: TraktAccount(AccountSize(plays: 600)))
        #expect(try run("trakt-nightly", on: server).code == 0)
        // A rating is nothing for the diary of new plays.
        let film = try #require(server.account.plays.lazy.compactMap(\.film).first)
        server.change { account, now in
            account.rate(.film(film), 3, time: BerlinTime(2026, 11, 1, 20, 0, 0), at: now)
        }
        #expect(try endings(of: try run("trakt-nightly", on: server)) == ["nothing", "done"])
        try expectQuietNight(on: server)
        try FileManager.default.removeItem(atPath: work.folder.path("exports/trakt/notes.jsonl"))
        #expect(try endings(of: try run("trakt-nightly", on: server)) == ["nothing", "done"])
        #expect(work.files().contains("trakt/notes.jsonl"))
        try expectQuietNight(on: server)
    }

    @Test func `a backup is made although the new plays cannot be read`() throws {
        var options = ServerOptions()
        options.faults = [Fault(.status(423), to: "/sync/history/movies*")]
        let server = try TraktServer(account: TraktAccount(AccountSize(plays: 600)), options: options)
        let outcome = try run("trakt-nightly", on: server)
        #expect(outcome.code == 3, "\(outcome.errors)")
        #expect(try endings(of: outcome) == ["failed,", "done"])
        server.removeFaults()
        #expect(try endings(of: try run("trakt-nightly", on: server)) == ["done", "nothing"])
        try expectQuietNight(on: server)
    }

    @Test func `somebody else's account cannot say whether it has changed, and is read`() throws {
        let server = try TraktServer(account: TraktAccount(AccountSize(plays: 60)))
        let user = ["-D", "user=\(server.account.owner.slug)"]
        for _ in 1...2 {
            let outcome = try run("trakt-backup", on: server, user[0], user[1])
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(outcome.errors.contains("trakt-backup: done in "))
        }
    }

    private func expectQuietNight(on server: TraktServer) throws {
        let files = work.files()
        server.forgetRequests()
        let outcome = try run("trakt-nightly", on: server)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try endings(of: outcome) == ["nothing", "nothing"])
        #expect(server.requests.map(\.target) == ["/sync/last_activities"])
        #expect(work.files() == files)
    }

    /// How each step ended, by its first word.
    private func endings(of outcome: Program.Outcome) throws -> [Substring] {
        let lines = outcome.errors.split(separator: "\n").suffix(2)
        return try lines.map { try #require($0.split(separator: " ").dropFirst().first) }
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
