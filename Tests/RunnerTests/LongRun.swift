import Foundation
import PluginTestKit
import StateStore
import Testing

/// A workplace with a pipeline of many pages, `long`, whose runs are stopped in the middle.
struct LongRun {
    let work: Workplace

    init() throws {
        work = try Workplace()
        try work.folder.write(Self.pipeline(), to: "pipelines/long.toml")
    }

    /// Two sinks, one of them with parts, behind a transform with a memory.
    static func pipeline(rows: Int = 8000) -> String {
        """
        [vars]
        every = "5s"
        [run]
        checkpoint_every = "${var:every}"
        [[source]]
        use = "generate"
        rows = \(rows)
        page_size = 4
        columns = ["id: sequence", "film: integer 1..200", "title: text 4..24"]
        [[transform]]
        use = "number"
        per = ["film"]
        [[sink]]
        use = "csv"
        path = "out/films.csv"
        [[sink]]
        use = "json-lines"
        path = "out/films-{part}.jsonl"
        max_rows = 700
        """
    }

    /// What a run leaves that nothing disturbs.
    static let undisturbed = Result {
        let run = try LongRun()
        #expect(try run.finish().code == 0)
        return try run.files
    }

    /// Starts a run with a checkpoint behind each page, and returns once it has stored so many.
    ///
    /// A chain says itself how often a checkpoint is stored.
    func start(for checkpoints: Int = 3, pipeline: String = "long") throws -> Program.Running {
        let state = work.folder.path(".sprocket")
        var store = RunStore.exists(in: state) ? try RunStore(in: state) : nil
        let before = try store?.history(of: "long", limit: 1).first?.checkpoint ?? 0
        // It yields to the one who watches it, so that it is not at its end before it is seen.
        let running = try Program.Running(
            "/usr/bin/env",
            ["nice", "-n", "10", Program.path, "run", pipeline] + (pipeline == "long" ? ["-D", "every=1"] : []),
            in: work.folder.path
        )
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
            if store == nil, RunStore.exists(in: state) { store = try RunStore(in: state) }
            let run = try store?.history(of: "long", limit: 1).first
            if run?.status == .complete { break }
            if let run, run.checkpoint >= before + checkpoints { return running }
            usleep(2000)
        }
        running.signal(SIGKILL)
        throw NotCaught(detail: try running.outcome.errors)
    }

    /// Starts a run, and kills it once it has stored so many checkpoints.
    func startAndKill(behind checkpoints: Int = 3) throws {
        let running = try start(for: checkpoints)
        running.signal(SIGKILL)
        #expect(try running.outcome.code == 128 + SIGKILL)
    }

    /// Runs to the end.
    func finish(_ more: String...) throws -> Program.Outcome {
        try Program.run(Program.path, ["run", "long"] + more, in: work.folder.path)
    }

    /// What is in the folder of the results, by name.
    var files: [String: [UInt8]] {
        get throws {
            try Dictionary(uniqueKeysWithValues: names.map { ($0, try work.folder.bytes(of: "out/" + $0)) })
        }
    }

    /// The files in the folder of the results.
    var names: [String] { work.files(in: "out") }

    /// Whether there is a file without a temporary name.
    var hasPublished: Bool { names.contains { !$0.hasSuffix(".part") } }
}

/// A run was at its end before it could be caught in the middle.
private struct NotCaught: Error {
    let detail: String
}
