import Foundation
import PluginKit
import PluginTestKit
import StateStore
import TestTags
import Testing

/// Two runs, and what lies beside the outputs of one that was cut off.
@Suite(.tags(.crash, .process, .waits)) struct SharedOutputTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(Self.pipeline(rows: 200_000), to: "long.toml")
        try folder.write(Self.pipeline(rows: 10), to: "short.toml")
        #expect(mkdir(folder.path("out"), 0o755) == 0)
        #expect(symlink("out", folder.path("door")) == 0)
        #expect(symlink("out/x.csv", folder.path("link.csv")) == 0)
    }

    private static func pipeline(rows: Int) -> String {
        """
        [vars]
        path = "out/x.csv"
        every = "5s"
        [run]
        checkpoint_every = "${var:every}"
        [[source]]
        use = "generate"
        rows = \(rows)
        columns = ["id: sequence", "t: text 30"]
        [[sink]]
        use = "csv"
        path = "${var:path}"
        on_existing = "replace"
        """
    }

    private func run(_ arguments: String...) throws -> Program.Outcome {
        try Program.run(Program.path, ["run"] + arguments, in: folder.path)
    }

    /// Starts the long run, and stops it in its midst.
    ///
    /// On a thread of its own from the start to the stop: where other tests hold all threads of tasks, a task that sleeps
    /// wakes after the run has ended.
    private func startAndHold(_ more: String...) async throws -> Program.Running {
        let running = try await onOwnThread { [folder] in
            let running = try Program.Running(Program.path, ["run", "long.toml"] + more, in: folder.path)
            while FileSystem.size(of: folder.path("out/x.csv.part")) ?? 0 < 100_000, running.isRunning { usleep(2000) }
            // A checkpoint that the run goes on from, where it stores one for each page.
            let state = folder.path(".sprocket")
            while more.contains("every=1"), running.isRunning,
                try RunStore(in: state).history(of: "long", limit: 1).first?.checkpoint ?? 0 < 1
            {
                usleep(2000)
            }
            running.signal(SIGSTOP)
            return running
        }
        // One that is stopped has not ended.
        try #require(running.isRunning, "it has ended before it could be stopped")
        return running
    }

    private func end(_ running: Program.Running) async throws -> Program.Outcome {
        running.signal(SIGCONT)
        running.signal(SIGKILL)
        return try await running.ended
    }

    @Test(
        arguments: ["out/x.csv", "./out/../out/x.csv", "door/x.csv", "link.csv"],
        [[], ["--state", "other"]]
    )
    func `the second run with one output is refused, and names the first`(path: String, state: [String]) async throws {
        try folder.write("yesterday's", to: "out/x.csv")
        let first = try await startAndHold()
        let second = try Program.run(
            Program.path,
            ["run", "short.toml", "-D", "path=\(path)"] + state,
            in: folder.path
        )
        #expect(second.code == 3)
        #expect(second.errors.contains("error[file.claimed]"), "\(second.errors)")
        let holder = "the pipeline 'long' of the state in \(folder.path)/.sprocket"
        #expect(second.errors.contains(holder), "\(second.errors)")
        #expect(try folder.text(of: "out/x.csv") == "yesterday's")
        first.signal(SIGCONT)
        let outcome = try await first.ended
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(folder.files.filter { $0.hasPrefix("out/") } == ["out/x.csv"])
        #expect(FileSystem.resolved(folder.path("link.csv")) == folder.path("out/x.csv"))
        #expect(try folder.bytes(of: "out/x.csv").count(where: { $0 == 10 }) == 200_001)
        // The holder is gone, so nothing holds.
        #expect(try Program.run(Program.path, ["run", "short.toml"] + state, in: folder.path).code == 0)
    }

    @Test func `what a killed run without a checkpoint has left is removed by the next of any pipeline`() async throws {
        _ = try await end(try await startAndHold())
        #expect(folder.files.contains("out/x.csv.part"))
        let next = try run("short.toml")
        #expect(next.code == 0, "\(next.errors)")
        #expect(folder.files.filter { $0.hasPrefix("out/") } == ["out/x.csv"])
        #expect(try folder.bytes(of: "out/x.csv").count(where: { $0 == 10 }) == 11)
    }

    @Test func `what another state has left is named and not touched`() async throws {
        _ = try await end(try await startAndHold("--state", "other"))
        let bytes = try folder.bytes(of: "out/x.csv.part")
        let next = try run("short.toml")
        #expect(next.code == 3)
        #expect(next.errors.contains("out/x.csv.part: error[file.foreign]"), "\(next.errors)")
        #expect(try folder.bytes(of: "out/x.csv.part") == bytes)
        // Its own state goes on, or removes it.
        #expect(try run("short.toml", "--state", "other").code == 0)
        #expect(folder.files.filter { $0.hasPrefix("out/") } == ["out/x.csv"])
    }

    @Test func `what an unfinished run of another pipeline continues with is refused, with the ways out`() async throws
    {
        _ = try await end(try await startAndHold("-D", "every=1"))
        let bytes = try folder.bytes(of: "out/x.csv.part")
        let next = try run("short.toml")
        #expect(next.code == 3)
        #expect(next.errors.contains("error[file.claimed]"), "\(next.errors)")
        #expect(next.errors.contains("pipeline 'long'"))
        #expect(next.errors.contains("sprocket state reset long"))
        #expect(try folder.bytes(of: "out/x.csv.part") == bytes)
        let reset = try Program.run(Program.path, ["state", "reset", "long"], in: folder.path)
        #expect(reset.code == 0, "\(reset.errors)")
        #expect(!folder.files.contains("out/x.csv.part"))
        #expect(try run("short.toml").code == 0)
    }

    @Test func `a file that took the place of a part is neither written nor published`() async throws {
        let first = try await startAndHold()
        #expect(rename(folder.path("out/x.csv.part"), folder.path("moved")) == 0)
        try folder.write("another's", to: "other.csv")
        #expect(rename(folder.path("other.csv"), folder.path("out/x.csv.part")) == 0)
        first.signal(SIGCONT)
        let outcome = try await first.ended
        #expect(outcome.code != 0)
        #expect(try folder.text(of: "out/x.csv.part") == "another's")
        #expect(!folder.files.contains("out/x.csv"))
    }

    @Test func `temporary files of others beside the outputs are named in a note`() throws {
        try folder.write("", to: "out/x.csv.7.part")
        let next = try run("short.toml")
        #expect(next.code == 0)
        #expect(next.errors.contains("note[files.left]"), "\(next.errors)")
        #expect(next.errors.contains("out/x.csv.7.part"))
        #expect(folder.files.contains("out/x.csv.7.part"))
    }
}
