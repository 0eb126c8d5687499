import Jobs
import PluginKit
import PluginTestKit
import StandardFiles
import Synthetic

/// A folder with pipelines, and a world in which they run.
struct JobWorkshop {
    let folder: TemporaryFolder
    let world: World

    init(with plugins: [any Plugin.Type] = []) throws {
        folder = try TemporaryFolder(.inMemory)
        world = World(
            plugins: Registry([Paced.self] + plugins + FilePlugins.all + SyntheticPlugins.all),
            stateFolder: folder.path("state"),
            pipelines: PipelineFolder(folder.path("pipelines"))
        )
    }

    /// A name that no other test has.
    func gate(_ name: String) -> String { folder.path(name) }

    /// Adds a pipeline from `paced` to a CSV file of its own name.
    func add(_ name: String, _ options: String = "", run: String = "", top: String = "") throws {
        let text = """
            \(top)
            [run]
            checkpoint_every = 1
            stop_within = "10s"
            \(run)
            [[source]]
            use = "paced"
            \(options)
            [[sink]]
            use = "csv"
            path = "\(folder.path("\(name).csv"))"
            """
        try folder.write(text, to: "pipelines/\(name).toml")
    }

    func add(chain name: String, _ text: String) throws { try folder.write(text, to: "pipelines/\(name).toml") }

    /// The lines of a published file after its header; nil if it is not there.
    func lines(_ name: String) -> [String]? {
        (try? folder.text(of: "\(name).csv")).map { $0.split(whereSeparator: \.isNewline).dropFirst().map(String.init) }
    }
}

extension JobOutcome {
    /// The steps and their outcomes, a line each.
    var words: [String] {
        steps.map { step in
            let outcome =
                switch step.outcome {
                case .complete(let report): "complete, \(report.written) written"
                case .stopped(let report):
                    report.map { "stopped, can be resumed: \($0.canBeResumed)" } ?? "stopped before it began"
                case .failed(_, let problem): "failed: \(problem.code)"
                case .refused: "refused: \(step.outcome.problems.map(\.code.name).joined(separator: ", "))"
                case .skipped(let step): "skipped, blocked by \(step)"
                case .notStarted(let step): "not started, blocked by \(step ?? "the stop")"
                }
            return "\(step.name): \(outcome)"
        }
    }
}
