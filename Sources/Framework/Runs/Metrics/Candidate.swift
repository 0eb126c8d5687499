internal import PluginKit

/// Something that may have held a run up.
struct Candidate: Sendable {
    /// What it was.
    enum Cause: Sendable {
        /// The run itself, or a stage's own work.
        case work(Work)
        /// A plugin that had calls wait.
        case wait(RunTimes.Wait)
    }

    /// What a run spends its time on, by what reports call it.
    enum Work: String, Sendable {
        /// A source's own work on its pages.
        case source
        /// A transform's.
        case transform
        /// A sink's own work on its batches.
        case sink
        /// Answers of a server.
        case server
        /// Checkpoints that were being stored.
        case checkpoints
        /// Sinks that completed their files, and files that were looked at before they got their names.
        case finishing
        /// Sources that were asked whether there is anything new.
        case asking
        /// The run itself: counting, and handing pages on.
        case engine
    }

    let cause: Cause
    var stage: String?
    let seconds: Double

    /// What reports call the cause.
    var name: String {
        switch cause {
        case .work(let work): work.rawValue
        case .wait(let wait): wait.delay.cause
        }
    }

    /// What the pipeline calls the layer; nil if it was none.
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
