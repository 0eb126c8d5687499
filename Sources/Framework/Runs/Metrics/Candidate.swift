internal import PluginKit

/// Something that may have slowed a run down.
struct Candidate: Sendable {
    /// What it was.
    enum Cause: Sendable {
        /// The run itself, or a stage's own work.
        case work(Work)
        /// A plugin that delayed calls.
        case wait(RunTimes.Wait)
    }

    /// What a run spends its time on, by its name in reports.
    enum Work: String, Sendable {
        /// A source's own work on its pages.
        case source
        /// A transform's own work on its batches.
        case transform
        /// A sink's own work on its batches.
        case sink
        /// Waiting for the responses of a server.
        case server
        /// Storing checkpoints.
        case checkpoints
        /// Completing files, and verifying them before they get their names.
        case finishing
        /// Asking sources whether they have new data.
        case asking
        /// The engine itself: counting, and passing pages on.
        case engine
    }

    let cause: Cause
    var stage: String?
    let seconds: Double

    /// The name of the cause in reports.
    var name: String {
        switch cause {
        case .work(let work): work.rawValue
        case .wait(let wait): wait.delay.cause
        }
    }

    /// The name of the layer in the pipeline; nil if no layer was the cause.
    var layer: String? {
        if case .wait(let wait) = cause { wait.layer } else { nil }
    }

    var key: String { "\(name) \(stage ?? "") \(layer ?? "")" }

    /// What happened, to precede a share of the time.
    var sentence: String {
        let stage = "'\(stage ?? "")'"
        switch cause {
        case .wait(let wait): return wait.delay.sentence
        case .work(let work):
            return switch work {
            case .source: "the run waited for the source \(stage)"
            case .transform: "the run waited for the transform \(stage)"
            case .sink: "the run waited for the sink \(stage)"
            case .server: "\(stage) waited for the server"
            case .asking: "sources were asked whether there is anything new"
            case .checkpoints: "the run waited for checkpoints to be stored"
            case .finishing: "files were completed and looked at"
            case .engine: "the run counted and handed pages on"
            }
        }
    }
}
