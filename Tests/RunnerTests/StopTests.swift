import Foundation
import PluginTestKit
import SampleExport
import StateStore
import TestTags
import Testing
import TraktServer

/// Whatever a run waits for, a signal ends it, and the history tells how it ended.
@Suite(.tags(.crash, .process, .server, .waits)) struct StopTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    /// What a run waits for, each time for at least ten seconds.
    enum Wait: String, CaseIterable {
        case connection, identity, revision, header, body, slowBody
        case pauseOfRetry, retryAfter, limit, limitOfSink, redis
        case pipelineLock, database
        case exporter, terminal
    }

    private static let token = ["TRAKT_ACCESS_TOKEN": "test-access"]

    private func environment(_ more: [String: String] = token) -> [String: String] {
        [
            "TRAKT_CLIENT_ID": "test-client", "TRAKT_CLIENT_SECRET": "test-secret",
            "XDG_CONFIG_HOME": work.folder.path("config"), "NO_PROXY": "*",
        ].merging(more) { $1 }
    }

    private func write(_ name: String, _ text: String) throws {
        try work.folder.write(text, to: "pipelines/\(name).toml")
    }

    private func start(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Program.Running {
        try Program.Running(Program.path, ["run"] + arguments, in: work.folder.path, environment: environment)
    }

    /// Waits, on a thread of its own, until something holds.
    private func until(_ holds: @escaping @Sendable () throws -> Bool) async throws {
        let isThere = try await onOwnThread {
            let deadline = ContinuousClock.now + .seconds(60)
            while try !holds(), ContinuousClock.now < deadline { usleep(5000) }
            return try holds()
        }
        try #require(isThere, "what was to be waited for has not begun")
    }

    /// Lets a run wait for a moment, stops it, and measures how long it takes to end.
    private func stop(_ running: Program.Running, _ signal: Int32 = SIGINT) async throws -> (
        outcome: Program.Outcome, took: Duration
    ) {
        let took = try await onOwnThread {
            usleep(300_000)
            let start = ContinuousClock.now
            running.signal(signal)
            while running.isRunning, ContinuousClock.now < start + .seconds(30) { usleep(1000) }
            return ContinuousClock.now - start
        }
        if running.isRunning { running.signal(SIGKILL) }
        return (try await running.ended, took)
    }

    private func trakt(_ faults: Fault...) throws -> TraktServer {
        var options = ServerOptions()
        options.faults = faults
        return try TraktServer(account: TraktAccount(AccountSize(plays: 60)), options: options)
    }

    /// Plays since the last run; `-D` states where.
    private static let plays = """
        [vars]
        api = { default = "" }
        [middleware.patience]
        use = "retry"
        attempts = 20
        delay = "60s"
        max_delay = "60s"
        elapsed = "1h"
        [[source]]
        use = "trakt"
        name = "history"
        data = "history"
        since = "last-run"
        api = "${var:api}"
        auth = "${var:api}"
        middleware = ["patience"]
        [[sink]]
        use = "csv"
        path = "out/plays.csv"
        columns = ["id"]
        """

    private static let numbers = """
        [[source]]
        use = "generate"
        rows = 40
        page_size = 10
        columns = ["id: sequence"]

        """

    /// Starts a run, and returns once it waits; with what has to live as long.
    private func begin(_ wait: Wait) async throws -> (Program.Running, [any Sendable], code: Int32) {
        switch wait {
        case .connection, .identity:
            let port = try SilentPort(isFull: wait == .connection)
            let address = "http://127.0.0.1:\(port.number)"
            let arguments = ["trakt-watchlist", "-D", "api=\(address)", "-D", "auth=\(address)"]
            let running = try start(arguments, environment())
            if wait == .identity {
                try await until { port.connections > 0 }
            } else {
                // Nobody sees one that waits for a connection.
                try await Task.sleep(for: .seconds(1))
            }
            return (running, [port], 130)
        case .revision, .header, .body, .slowBody, .pauseOfRetry, .retryAfter:
            let path = wait == .revision ? "/sync/last_activities*" : "/sync/history*"
            let kind: Fault.Kind =
                switch wait {
                case .body: .stallInBody
                case .slowBody: .drip(bytesPerSecond: 20)
                case .pauseOfRetry: .status(503)
                case .retryAfter: .tooMany(retryAfter: 60, saysLimit: false)
                default: .stall
                }
            let server = try trakt(Fault(kind, to: path))
            try write("plays", Self.plays)
            let running = try start(["plays", "-D", "api=\(server.url)"], environment())
            let prefix = path.dropLast()
            try await until { server.requests.contains { $0.path.hasPrefix(prefix) } }
            return (running, [server], 130)
        case .limit:
            try work.addWaitingPipeline()
            return (try await waits("waiting"), [], 130)
        case .limitOfSink:
            let layer = """
                [middleware.pace]
                use = "rate-limit"
                requests = 1
                per = "1h"
                keep = false
                calls = ["write"]

                """
            let sink = "[[sink]]\nuse = \"csv\"\npath = \"out/n.csv\"\nmiddleware = [\"pace\"]"
            try write("waiting", layer + Self.numbers + sink)
            return (try await waits("waiting"), [], 130)
        case .redis:
            let port = try SilentPort()
            let layer = """
                [middleware.pace]
                use = "rate-limit"
                requests = 1
                per = "1h"
                shared = "redis"
                url = "redis://127.0.0.1:\(port.number)"

                """
            try write("waiting", layer + Self.numbers + "[[sink]]\nuse = \"csv\"\npath = \"out/n.csv\"")
            let running = try start(["waiting"])
            try await until { port.connections > 0 }
            return (running, [port], 130)
        case .pipelineLock:
            try work.addWaitingPipeline()
            let lock = try PipelineLock("waiting", in: work.folder.path(".sprocket"))
            let running = try start(["waiting"])
            try await Task.sleep(for: .milliseconds(50))
            // It is refused after half a second, if the signal does not come before: see the time that `stop` takes.
            return (running, [lock], 3)
        case .database:
            try work.addWaitingPipeline()
            let first = try await onOwnThread { [work] in try work.sprocket("run", "waiting", "-D", "per=1ms") }
            try #require(first.code == 0)
            let script = """
                import sqlite3, time
                c = sqlite3.connect('.sprocket/state.db'); c.isolation_level = None
                c.execute('BEGIN IMMEDIATE'); open('held', 'w').close(); time.sleep(60)
                """
            let holder = try Program.Running("/usr/bin/env", ["python3", "-c", script], in: work.folder.path)
            try await until { [work] in access(work.folder.path("held"), F_OK) == 0 }
            let running = try start(["waiting"])
            // It is refused after a second, if the signal does not come before.
            return (running, [Ender(holder)], 130)
        case .exporter:
            let port = try SilentPort()
            let exporter = """
                [exporter.collector]
                use = "otlp"
                url = "http://127.0.0.1:\(port.number)/v1/metrics"
                time_limit = "60s"

                """
            try write("short", exporter + Self.numbers + "[[sink]]\nuse = \"csv\"\npath = \"out/n.csv\"")
            let running = try start(["short"])
            try await until { port.connections > 0 }
            // All files have their names by then.
            return (running, [port], 0)
        case .terminal:
            try work.addWaitingPipeline()
            // A pipe that is full and has no reader but itself.
            let script = """
                mkfifo pipe; exec 2<>pipe; head -c 65536 /dev/zero >&2; exec "$0" run waiting --progress plain
                """
            let running = try Program.Running("/bin/sh", ["-c", script, Program.path], in: work.folder.path)
            try await until { [work] in RunStore.exists(in: work.folder.path(".sprocket")) }
            return (running, [], 130)
        }
    }

    /// Starts a pipeline that waits an hour, and returns once it is there.
    private func waits(_ pipeline: String) async throws -> Program.Running {
        let running = try start([pipeline])
        let state = work.folder.path(".sprocket")
        try await until { !running.isRunning || PipelineLock.holder(of: pipeline, in: state) != nil }
        try await until { [work] in !running.isRunning || !work.folder.files.filter { $0.hasSuffix(".part") }.isEmpty }
        return running
    }

    /// Ends a program when the test does.
    private final class Ender: Sendable {
        let running: Program.Running
        init(_ running: Program.Running) { self.running = running }
        deinit { running.signal(SIGKILL) }
    }

    @Test(arguments: Wait.allCases)
    func `every wait of a run ends with Ctrl-C`(wait: Wait) async throws {
        let (running, alive, code) = try await begin(wait)
        let (outcome, took) = try await stop(running)
        #expect(took < .seconds(2), "\(outcome.errors)")
        // The lock is refused by itself soon after.
        let codes = wait == .pipelineLock ? [130, code] : [code]
        #expect(codes.contains(outcome.code), "\(outcome.errors)")
        withExtendedLifetime(alive) {}
        let history = try await onOwnThread { [work] in try work.sprocket("history").output }
        #expect(!history.contains("running"), "\(history)")
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGALRM, SIGXCPU])
    func `a signal that asks for the end stops a run with a checkpoint`(signal: Int32) async throws {
        try work.addWaitingPipeline()
        let (outcome, _) = try await stop(try await waits("waiting"), signal)
        #expect(outcome.code == 128 + signal)
        #expect(outcome.errors.contains("waiting: stopped after"), "\(outcome.errors)")
        let (history, resumed) = try await onOwnThread { [work] in
            (try work.sprocket("history").output, try work.sprocket("run", "waiting", "-D", "per=1ms"))
        }
        #expect(history.contains("  waiting  stopped  "), "\(history)")
        #expect(resumed.code == 0, "\(resumed.errors)")
    }

    @Test func `a run that is suspended continues`() async throws {
        try work.addWaitingPipeline()
        let running = try await waits("waiting")
        for signal in [SIGTSTP, SIGCONT, SIGWINCH, SIGCHLD] { running.signal(signal) }
        let (outcome, _) = try await stop(running)
        #expect(outcome.errors.contains("waiting: stopped after"), "\(outcome.errors)")
    }

    @Test func `a file beyond the limit of the shell is a full disk`() async throws {
        try write("long", LongRun.pipeline())
        let outcome = try await Program.Running(
            "/bin/sh",
            ["-c", "ulimit -f 64; exec \"$0\" run long", Program.path],
            in: work.folder.path
        ).ended
        #expect(outcome.code == 3, "\(outcome.errors)")
        #expect(outcome.errors.contains("file.disk-full"), "\(outcome.errors)")
    }

    /// The history of a run that ended in some way, without its name.
    private func history(json: Bool = false) async throws -> String {
        try await onOwnThread { [work] in
            let outcome = json ? try work.sprocket("history", "--json") : try work.sprocket("history")
            return outcome.output
        }
    }

    @Test func `the history of a run that was killed names the process that is gone`() async throws {
        try work.addWaitingPipeline()
        let running = try await waits("waiting")
        let before = try await history()
        #expect(before.contains("  waiting  running"), "\(before)")
        let holder = try #require(PipelineLock.holder(of: "waiting", in: work.folder.path(".sprocket")))
        running.signal(SIGKILL)
        _ = try await running.ended
        let (list, json) = (try await history(), try await history(json: true))
        #expect(list.contains("  waiting  died: the process \(holder.pid) is gone"), "\(list)")
        #expect(json.contains("\"status\":\"died\",\"process\":\(holder.pid),"), "\(json)")
        // On another boot of the machine.
        let lock = ".sprocket/locks/waiting.lock"
        var lines = try work.folder.text(of: lock).split(separator: "\n", omittingEmptySubsequences: false)
        lines[2] = "another-boot"
        try work.folder.write(lines.joined(separator: "\n"), to: lock)
        let words = "died: the process \(holder.pid) ran before the machine was restarted, or on another one"
        let later = try await history()
        #expect(later.contains(words), "\(later)")
        let state = try await onOwnThread { [work] in try work.sprocket("state", "show").output }
        #expect(state.contains(words), "\(state)")
        let resumed = try await onOwnThread { [work] in try work.sprocket("run", "waiting", "-D", "per=1ms") }
        #expect(resumed.code == 0, "\(resumed.errors)")
        let complete = try await history()
        #expect(!complete.contains("died"), "\(complete)")
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGQUIT])
    func `the history of a run that a second signal ended states the signal`(second: Int32) async throws {
        try work.addWaitingPipeline()
        let running = try await waits("waiting")
        // Both are there when it continues, so that the second comes before the run has stopped.
        for signal in [SIGSTOP, SIGHUP, second, SIGCONT] { running.signal(signal) }
        let outcome = try await running.ended
        // Which of two signals that wait comes first is the system's to say.
        let last = outcome.code - 128
        #expect([SIGHUP, second].contains(last))
        if last == second, !outcome.errors.contains("stopped after") {
            let (list, json) = (try await history(), try await history(json: true))
            #expect(list.contains("  waiting  interrupted (signal \(second))"), "\(list)")
            #expect(json.contains("\"status\":\"interrupted\",\"signal\":\(second),"), "\(json)")
        }
        let resumed = try await onOwnThread { [work] in try work.sprocket("run", "waiting", "-D", "per=1ms") }
        #expect(resumed.code == 0, "\(resumed.errors)")
    }

    @Test func `a run that is resumed and stopped again immediately keeps its files`() async throws {
        try work.addWaitingPipeline()
        // Each attempt may read a page more.
        let text = try work.folder.text(of: "pipelines/waiting.toml").replacing("rows = 20", with: "rows = 200")
        try work.folder.write(text, to: "pipelines/waiting.toml")
        _ = try await stop(try await waits("waiting"))
        for _ in 1...3 {
            let running = try start(["waiting"])
            try await until { [work] in
                !running.isRunning || PipelineLock.holder(of: "waiting", in: work.folder.path(".sprocket")) != nil
            }
            running.signal(SIGINT)
            let ended = try await running.ended
            #expect(ended.code == 130, "\(ended.errors)")
        }
        let resumed = try await onOwnThread { [work] in try work.sprocket("run", "waiting", "-D", "per=1ms") }
        #expect(resumed.code == 0, "\(resumed.errors)")
        #expect(try work.csv("exports/numbers.csv").map { $0["id"] } == (1...200).map { "\($0)" })
    }
}
