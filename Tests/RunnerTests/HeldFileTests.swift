import Foundation
import PluginKit
import PluginTestKit
import TestTags
import Testing

/// A database of the state folder that another program holds: what the run waits for it is bounded, and it says who that is.
@Suite(.tags(.crash, .process, .server, .waits)) struct HeldFileTests {
    private let work: Workplace
    private let account: AskedAccount

    init() throws {
        work = try Workplace()
        account = try AskedAccount(plays: 300)
        try work.folder.write(
            """
            [middleware.answers]
            use = "cache"
            store = "disk"
            ttl = "1d"
            \(account.source)
            [[sink]]
            use = "csv"
            path = "out/plays.csv"
            """,
            to: "pipelines/plays.toml"
        )
        try work.folder.write(
            """
            [middleware.pace]
            use = "rate-limit"
            requests = 1000
            per = "1s"
            [[source]]
            use = "generate"
            rows = 600
            page_size = 20
            columns = ["id: sequence"]
            middleware = ["pace"]
            [[sink]]
            use = "csv"
            path = "out/films.csv"
            """,
            to: "pipelines/films.toml"
        )
    }

    /// Runs a pipeline, which leaves its databases.
    private func run(_ pipeline: String) throws {
        let environment = account.environment(work.folder)
        let outcome = try work.sprocket("run", pipeline, environment: environment)
        #expect(outcome.code == 0, "\(outcome.errors)")
    }

    /// How a program holds a file.
    enum Hold: String, CaseIterable {
        case writing = "BEGIN IMMEDIATE"
        case everything = "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE"
    }

    /// Has Python hold a database; returns when it does.
    private func hold(_ file: String, _ hold: Hold) async throws -> Program.Running {
        let script = """
            import os, sqlite3, sys, time
            held = sqlite3.connect('.sprocket/\(file)', isolation_level=None)
            for statement in '\(hold.rawValue)'.split(';'): held.execute(statement)
            open('holder', 'w').write(str(os.getpid()))
            os.rename('holder', 'held')
            sys.stdin.read() or time.sleep(120)
            """
        let holder = try Program.Running("/usr/bin/env", ["python3", "-c", script], in: work.folder.path)
        let folder = work.folder
        try await onOwnThread {
            let deadline = ContinuousClock.now + .seconds(30)
            while !folder.files.contains("held"), ContinuousClock.now < deadline { usleep(2000) }
        }
        return holder
    }

    /// Runs a pipeline while Python holds a database.
    private func run(
        _ pipeline: String,
        whileHeld file: String,
        _ hold: Hold
    ) async throws -> (Program.Outcome, holder: String) {
        let holder = try await self.hold(file, hold)
        defer { holder.signal(SIGKILL) }
        let running = try Program.Running(
            Program.path,
            ["run", pipeline],
            in: work.folder.path,
            environment: account.environment(work.folder)
        )
        return (try await running.ended, "process \(try work.folder.text(of: "held")) (python3")
    }

    @Test(arguments: Hold.allCases)
    func `a held cache is given up after a second, and the run has all records`(hold: Hold) async throws {
        let clock = ContinuousClock()
        let undisturbed = try clock.measure { try run("plays") }
        let start = clock.now
        let (outcome, holder) = try await run("plays", whileHeld: "cache.db", hold)
        // Seven waits of five seconds it used to be; whatever else the machine does, slows the run before as well.
        #expect(clock.now - start < undisturbed * 4 + .seconds(12))
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("warning[cache.disk]"), "\(outcome.errors)")
        #expect(outcome.errors.contains(holder), "\(outcome.errors)")
        #expect(try work.csv("out/plays.csv").count == 300)
    }

    @Test(arguments: Hold.allCases) func `a held state ends the run, and names the process that holds it`(hold: Hold)
        async throws
    {
        try run("films")
        let (outcome, holder) = try await run("films", whileHeld: "state.db", hold)
        #expect(outcome.code == 3)
        #expect(outcome.errors.contains("error[state.busy]"), "\(outcome.errors)")
        #expect(outcome.errors.contains(holder), "\(outcome.errors)")
    }

    @Test(arguments: Hold.allCases)
    func `held values are deleted, with a warning that names the process that holds them`(hold: Hold) async throws {
        try run("films")
        let (outcome, holder) = try await run("films", whileHeld: "kept.db", hold)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("warning[limit.not-stored]"), "\(outcome.errors)")
        #expect(outcome.errors.contains(holder), "\(outcome.errors)")
    }

    @Test func `a run that is stopped waits for its state for a moment only`() async throws {
        try work.folder.write(
            """
            [middleware.pace]
            use = "rate-limit"
            requests = 1
            per = "1h"
            [[source]]
            use = "generate"
            rows = 600
            page_size = 20
            columns = ["id: sequence"]
            middleware = ["pace"]
            [[sink]]
            use = "csv"
            path = "out/slow.csv"
            """,
            to: "pipelines/slow.toml"
        )
        let running = try Program.Running(Program.path, ["run", "slow"], in: work.folder.path)
        let folder = work.folder
        try await onOwnThread {
            while running.isRunning, FileSystem.size(of: folder.path("out/slow.csv.part")) ?? 0 == 0 { usleep(2000) }
        }
        let holder = try await hold("state.db", .writing)
        defer { holder.signal(SIGKILL) }
        let took = try await onOwnThread {
            let start = ContinuousClock.now
            running.signal(SIGINT)
            while running.isRunning, ContinuousClock.now < start + .seconds(30) { usleep(1000) }
            return ContinuousClock.now - start
        }
        // It was 3.8 s.
        #expect(took < .seconds(2))
        let outcome = try await running.ended
        #expect(outcome.code == 3)
        #expect(outcome.errors.contains("error[state.busy]"), "\(outcome.errors)")
    }
}
