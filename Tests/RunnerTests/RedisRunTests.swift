import Foundation
import PluginTestKit
import RedisServer
import TestTags
import Testing

/// Runs of the program that keep answers on a Redis server, or share a limit through it.
@Suite(.tags(.process, .server, .waits)) struct RedisRunTests {
    private static let pages = 120
    private let work: Workplace
    private let server: RedisServer
    private let account: AskedAccount

    init() throws {
        work = try Workplace()
        server = try RedisServer()
        account = try AskedAccount(plays: Self.pages * 10 - 5)
    }

    /// A pipeline whose pages are ten records each, and come no faster than a hundred a second.
    private func write(_ name: String, _ layer: String) throws {
        let pipeline = """
            \(layer)
            [middleware.slowly]
            use = "rate-limit"
            requests = 100
            per = "1s"
            burst = 1
            \(account.source)
            [[sink]]
            use = "csv"
            path = "out/\(name).csv"
            """
        try work.folder.write(pipeline, to: "pipelines/\(name).toml")
    }

    private var cache: String {
        """
        [middleware.answers]
        use = "cache"
        store = "redis"
        url = "${env:REDIS_URL}"
        timeout = "5s"
        connect_timeout = "5s"
        """
    }

    private func figures(_ report: String, of layer: String = "answers") throws -> [String: Double] {
        let object = try JSONSerialization.jsonObject(with: Data(try work.folder.bytes(of: report)))
        let report = try #require(object as? [String: Any])
        for stage in try #require((report["stages"] ?? report["sources"]) as? [[String: Any]]) {
            guard let layers = stage["layers"] as? [String: [String: Double]] else { continue }
            if let figures = layers[layer] { return figures }
        }
        return [:]
    }

    @Test func `runs share what they keep on a server`() async throws {
        let environment = account.environment(work.folder, ["REDIS_URL": server.url])
        try write("first", cache)
        try write("second", cache)
        for isSecond in [false, true] {
            account.forgetRequests()
            let name = isSecond ? "second" : "first"
            let outcome = try work.sprocket("run", name, "--report", "\(name).json", environment: environment)
            #expect(outcome.code == 0, "\(outcome.errors)")
            let figures = try figures("\(name).json")
            #expect(figures["misses"] == Double(account.requests.count))
            #expect(account.requests.isEmpty == isSecond)
            #expect((figures["hits"] ?? 0 >= Double(Self.pages)) == isSecond)
            #expect(figures["redis outages"] == 0)
        }
        #expect(try work.folder.bytes(of: "out/first.csv") == work.folder.bytes(of: "out/second.csv"))
    }

    @Test func `a server that is killed in the middle of a run costs answers, and nothing else`() async throws {
        try write("undisturbed", "")
        #expect(try work.sprocket("run", "undisturbed", environment: account.environment(work.folder)).code == 0)
        account.forgetRequests()
        try write("disturbed", cache)
        // The URL has a password, which nobody may see afterwards.
        let url = "redis://:hidden-word@127.0.0.1:\(server.port)"
        let password = "CONFIG SET requirepass hidden-word"
        _ = try server.answers(to: password)
        let running = try Program.Running(
            Program.path,
            ["run", "disturbed", "--report", "report.json"],
            in: work.folder.path,
            environment: account.environment(work.folder, ["REDIS_URL": url])
        )
        // All of it on one thread, which no other test can hold up: the run lasts no longer than it has to.
        let isKept = try await onOwnThread { [server] in
            let before = try Self.keeps(10, server)
            server.kill()
            usleep(100_000)
            // However long the server takes to start, the run is not at its end by then.
            running.signal(SIGSTOP)
            try server.start()
            // It has forgotten the password with everything else.
            _ = try server.answers(to: password)
            running.signal(SIGCONT)
            return try [before, Self.keeps(10, server)]
        }
        #expect(isKept == [true, true])
        let outcome = try await running.ended
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try work.folder.bytes(of: "out/disturbed.csv") == work.folder.bytes(of: "out/undisturbed.csv"))
        let figures = try figures("report.json")
        #expect(figures["misses"] == Double(account.requests.count))
        #expect(figures["failed"] ?? 0 >= 1)
        #expect(figures["redis outages"] ?? 0 >= 1)
        #expect(figures["redis reconnects"] ?? 0 >= 1)
        let report = try work.folder.text(of: "report.json")
        for text in [outcome.errors, report] {
            #expect(
                text.components(separatedBy: "is unavailable: until it is available, answers are neither").count == 2,
                "\(text)"
            )
            #expect(!text.contains("hidden-word"))
        }
    }

    /// What a limit does without its server.
    struct Outage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let figure: String
        let warning: String
    }

    @Test(arguments: [
        Outage(testDescription: "wait", figure: "calls in an outage", warning: "is unavailable: calls wait"),
        Outage(testDescription: "local", figure: "turns without redis", warning: "is unavailable: calls keep to 50 %"),
    ])
    func `a shared limit outlives the death of its server in the middle of a run`(_ outage: Outage) async throws {
        try write("undisturbed", "")
        #expect(try work.sprocket("run", "undisturbed", environment: account.environment(work.folder)).code == 0)
        account.forgetRequests()
        let limit = """
            [middleware.shared]
            use = "rate-limit"
            shared = "redis"
            url = "${env:REDIS_URL}"
            without_server = "\(outage.testDescription)"
            key = "limit"
            requests = 40
            per = "400ms"
            """
        try write("disturbed", limit)
        let running = try Program.Running(
            Program.path,
            ["run", "disturbed", "--report", "report.json"],
            in: work.folder.path,
            environment: account.environment(work.folder, ["REDIS_URL": server.url])
        )
        try await onOwnThread { [server] in
            let deadline = ContinuousClock.now + .seconds(30)
            // It knows the limit as soon as somebody has asked for a turn.
            while try server.answers(to: "DBSIZE").last == ":0", ContinuousClock.now < deadline { usleep(2000) }
            server.kill()
            usleep(200_000)
            try server.start()
        }
        let outcome = try await running.ended
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try work.folder.bytes(of: "out/disturbed.csv") == work.folder.bytes(of: "out/undisturbed.csv"))
        let figures = try figures("report.json", of: "shared")
        #expect(figures["calls"] == Double(account.requests.count))
        #expect(figures["redis outages"] ?? 0 >= 1)
        #expect(figures[outage.figure] ?? 0 >= 1, "\(figures)")
        for text in [outcome.errors, try work.folder.text(of: "report.json")] {
            #expect(text.components(separatedBy: outage.warning).count == 2, "\(text)")
        }
    }

    /// Waits until the server keeps so many answers; false if that takes half a minute.
    private static func keeps(_ count: Int, _ server: RedisServer) throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
            let size = try server.answers(to: "AUTH hidden-word", "DBSIZE").last?.dropFirst()
            if Int(size ?? "") ?? 0 >= count { return true }
            usleep(2000)
        }
        return false
    }
}
