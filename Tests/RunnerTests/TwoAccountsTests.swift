import Foundation
import PluginKit
import PluginTestKit
import SampleExport
import StateStore
import TestTags
import Testing
import TraktServer

/// Accounts, servers and pipeline files that share a state folder: each gets all its plays once, and nothing begins anew or
/// continues in the wrong place in silence.
@Suite(.tags(.process, .server)) struct TwoAccountsTests {
    private let work: Workplace

    init() throws {
        work = try Workplace()
        try work.folder.write(Self.pipeline, to: "pipelines/plays.toml")
    }

    private static let pipeline = """
        name = "plays"
        [vars]
        user = { default = "me" }
        api  = { default = "https://api.trakt.tv" }
        size = { default = 250 }
        [[source]]
        use = "trakt"
        name = "history"
        data = "history"
        type = "all"
        since = "last-run"
        lag = "1d"
        page_size = "${var:size}"
        user = "${var:user}"
        api = "${var:api}"
        auth = "${var:api}"
        [[sink]]
        use = "csv"
        path = "out/plays-{run}.csv"
        columns = ["id"]
        """

    private func server(_ name: String, plays: Int) throws -> TraktServer {
        var size = AccountSize(plays: plays)
        size.episodePlays = 0
        // The made-up plays go on into years to come.
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        var account = TraktAccount(plays: TraktAccount(size).plays.filter { $0.milliseconds < now })
        account.owner.slug = name
        account.owner.username = name
        return try TraktServer(account: account)
    }

    private func start(_ server: TraktServer, _ arguments: [String], state: String = ".sprocket") throws
        -> Program.Running
    {
        try Program.Running(
            Program.path,
            ["run"] + arguments + ["-D", "api=\(server.url)", "--state", state],
            in: work.folder.path,
            environment: [
                "TRAKT_CLIENT_ID": "test-client", "TRAKT_CLIENT_SECRET": "test-secret",
                "TRAKT_ACCESS_TOKEN": "test-access", "XDG_CONFIG_HOME": work.folder.path("config"), "NO_PROXY": "*",
            ]
        )
    }

    private func run(_ server: TraktServer, _ arguments: String...) throws -> Program.Outcome {
        try start(server, arguments).outcome
    }

    /// The numbers of all plays that were published, in order; one that came twice stands twice.
    private var published: [Int] {
        get throws {
            try work.files(in: "out").flatMap { file in
                try work.folder.text(of: "out/\(file)").split(separator: "\n").dropFirst().compactMap { Int($0) }
            }.sorted()
        }
    }

    private func plays(_ servers: TraktServer...) -> [Int] {
        servers.flatMap { $0.account.plays.map(\.id) }.sorted()
    }

    @Test func `another account is refused, with both named, and the first loses nothing`() throws {
        let (anna, bert) = (try server("anna", plays: 60), try server("bert", plays: 90))
        #expect(try run(anna, "plays").code == 0)
        let refused = try run(bert, "plays")
        #expect(refused.code == 2, "\(refused.errors)")
        let words = refused.errors.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(words.contains("user = \"anna\" before"))
        #expect(words.contains("user = \"bert\" now"))
        #expect(words.contains("sprocket state reset plays history"))
        #expect(words.contains("--as NAME"))
        let quiet = try run(anna, "plays")
        #expect(quiet.code == 0)
        #expect(try published == plays(anna))
        // The way out.
        #expect(try work.sprocket("state", "reset", "plays", "history").code == 0)
        #expect(try run(bert, "plays").code == 0)
        #expect(try published == plays(anna, bert))
    }

    @Test func `the same account at another server, and another named account, are refused`() throws {
        let (anna, other) = (try server("anna", plays: 20), try server("anna", plays: 20))
        #expect(try run(anna, "plays").code == 0)
        let moved = try run(other, "plays")
        #expect(moved.code == 2)
        #expect(moved.errors.contains("api = "))
        let named = try run(anna, "plays", "-D", "user=carl")
        #expect(named.code == 2)
        #expect(named.errors.contains("user = \"carl\" now"))
        // The owner's own name is the same account, and another page size chooses no records.
        let own = try run(anna, "plays", "-D", "user=anna", "-D", "size=7")
        #expect(own.code == 0, "\(own.errors)")
        #expect(try published == plays(anna))
    }

    @Test func `two accounts at two servers in one state folder, in turn and at the same time`() throws {
        let (anna, bert) = (try server("anna", plays: 300), try server("bert", plays: 700))
        let both = try [start(anna, ["plays"]), start(bert, ["plays", "--as", "bert"])].map { try $0.outcome }
        for outcome in both { #expect(outcome.code == 0, "\(outcome.errors)") }
        #expect(try published == plays(anna, bert))
        for round in 0..<2 {
            for server in [anna, bert] {
                let newest = try #require(server.account.plays.first { $0.film != nil })
                server.change { account, now in
                    let play = Play(subject: newest.subject, time: newest.time, action: "watch", id: 900_000 + round)
                    account.insert(play, at: now + Int64(round))
                }
            }
            #expect(try run(anna, "plays").code == 0)
            #expect(try run(bert, "plays", "--as", "bert").code == 0)
            #expect(try published == plays(anna, bert))
        }
        let wrong = try run(anna, "plays", "--as", "bert")
        #expect(wrong.code == 2)
        let shown = try work.sprocket("state", "show", "plays").output
        #expect(shown.contains("plays @bert\n"))
        #expect(shown.contains("user = \"anna\"") && shown.contains("user = \"bert\""))
    }

    @Test(arguments: ["", "a b", "../x", String(repeating: "x", count: 65)])
    func `what makes no name of a use is refused`(name: String) throws {
        let outcome = try work.sprocket("run", "plays", "--as", name)
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("--as must be a name"))
    }

    @Test func `a bookmark of an earlier version is taken over once, and what was delivered comes no more`() throws {
        let anna = try server("anna", plays: 60)
        let store = try RunStore(in: work.folder.path(".sprocket"))
        let newest = try #require(anna.account.plays.first)
        var writer = StateWriter()
        // As the first version wrote it: the greatest value, and the keys at the edge.
        writer.write(1)
        writer.write(newest.milliseconds)
        writer.write(0)
        let run = RunIdentity(pipeline: "plays", id: "1", date: "", time: "")
        try store.begin(run, configuration: "", at: 0)
        let bookmark = Bookmark(stage: "history", cursor: "\(newest.milliseconds)", edge: writer.bytes)
        try store.complete(run, report: "{}", bookmarks: [bookmark], at: 0)
        let first = try self.run(anna, "plays")
        #expect(first.code == 0, "\(first.errors)")
        #expect(first.errors.contains("state.taken-over"))
        // Those within the lag were not known by their keys to this bookmark.
        let edge = anna.account.plays.filter { $0.milliseconds >= newest.milliseconds - 86_400_000 }.map(\.id)
        #expect(try published == edge.sorted())
        let old = try #require(anna.account.plays.last { $0.film != nil })
        anna.change { account, now in
            account.insert(Play(subject: old.subject, time: old.time, action: "watch", id: 7), at: now)
        }
        let second = try self.run(anna, "plays")
        #expect(second.code == 0)
        #expect(!second.errors.contains("state.taken-over"))
        #expect(try published == (edge + [7]).sorted())
    }

    @Test func `a play of the future is a warning also to a quiet program`() throws {
        let anna = try server("anna", plays: 20)
        let film = try #require(anna.account.plays.first)
        anna.change { account, now in
            account.insert(
                Play(subject: film.subject, time: BerlinTime(2199, 1, 1, 12, 0), action: "watch", id: 7),
                at: now
            )
        }
        let outcome = try run(anna, "plays", "-q")
        #expect(outcome.code == 0)
        #expect(outcome.errors.contains("warning[source.not-yet]"), "\(outcome.errors)")
        #expect(outcome.errors.contains("id 7 at 2199-01-01T11:00:00.000Z"))
        #expect(try published == plays(anna).filter { $0 != 7 })
    }

    // MARK: Files

    @Test func `two files of one name are refused by check and run, wherever the other lies`() throws {
        try work.folder.write(Self.pipeline, to: "pipelines/copy.toml")
        try work.folder.write(Self.pipeline, to: "elsewhere/plays.toml")
        for arguments in [
            ["check", "copy"], ["check", "plays"], ["check"], ["run", "plays"], ["run", "copy"],
            ["check", "elsewhere/plays.toml", "plays"], ["run", "elsewhere/plays.toml", "plays"],
        ] {
            let outcome = try Program.run(Program.path, arguments, in: work.folder.path)
            #expect(outcome.code == 2, "\(arguments)")
            let words = outcome.errors.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(words.contains("two pipeline files are called 'plays'"), "\(arguments): \(outcome.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: work.folder.path(".sprocket")))
        try work.folder.write(Self.pipeline.replacing("\"plays\"", with: "\"others\""), to: "pipelines/copy.toml")
        #expect(try work.sprocket("check", "copy").code == 0)
        // A chain may be called as a pipeline is, and a file that is no pipeline has no name.
        try work.folder.write("name = \"plays\"\n[[step]]\nrun = \"plays\"\n", to: "pipelines/chain.toml")
        try work.folder.write("nothing of the sort", to: "pipelines/broken.toml")
        #expect(try work.sprocket("check", "plays").code == 0)
    }

    @Test func `a copied file is refused, and a moved one too, until it is adopted`() throws {
        let anna = try server("anna", plays: 40)
        #expect(try run(anna, "plays").code == 0)
        try work.folder.write(Self.pipeline, to: "copy/plays.toml")
        let copied = try run(anna, "copy/plays.toml")
        #expect(copied.code == 2)
        #expect(copied.errors.contains("pipeline.same-name"), "\(copied.errors)")
        try FileManager.default.removeItem(atPath: work.folder.path("pipelines/plays.toml"))
        let moved = try run(anna, "copy/plays.toml")
        #expect(moved.code == 2)
        let words = moved.errors.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(words.contains("pipelines/plays.toml before") && words.contains("copy/plays.toml now"))
        #expect(words.contains("sprocket state adopt plays") && words.contains("sprocket state reset plays"))
        let adopted = try work.sprocket("state", "adopt", "plays")
        #expect(adopted.output == "plays: the next run takes over 2 bookmarks\n")
        let outcome = try run(anna, "copy/plays.toml")
        #expect(outcome.code == 0)
        #expect(try published == plays(anna))
    }

    @Test func `a folder that is moved with its state continues`() throws {
        let anna = try server("anna", plays: 40)
        #expect(try run(anna, "plays").code == 0)
        let other = try TemporaryFolder()
        try FileManager.default.copyItem(atPath: work.folder.path, toPath: other.path("moved"))
        let outcome = try Program.run(
            Program.path,
            ["run", "plays", "-D", "api=\(anna.url)"],
            in: other.path("moved"),
            environment: [
                "TRAKT_CLIENT_ID": "test-client", "TRAKT_CLIENT_SECRET": "test-secret",
                "TRAKT_ACCESS_TOKEN": "test-access", "NO_PROXY": "*",
            ]
        )
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("nothing new since"))
    }
}
