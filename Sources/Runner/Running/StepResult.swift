internal import Pipelines
internal import Runs

/// What became of a step of a command: a pipeline that ran, or one that was not begun.
struct StepResult {
    /// How it ended, or why it was not begun.
    enum Ending {
        /// The pipeline ran, or was to.
        case ran(pipeline: String, PipelineRunner.Ending)
        /// What it needs did not do its work.
        case skipped(needed: String)
        /// The chain was over before.
        case notBegun(behind: String)
        /// A signal came before.
        case stopped
    }

    /// What the step is called; behind the names of the chains that it is in.
    let name: String
    let ending: Ending

    /// What the program says of it; nil if it was not begun.
    var code: ExitCode? {
        if case .ran(_, let ending) = ending { ending.code } else { nil }
    }
}

extension [StepResult] {
    /// What the program says of all: a signal's code, else that of the first one that failed.
    var code: ExitCode {
        let codes = compactMap(\.code).filter { $0 != .done }
        let stopped = contains { if case .stopped = $0.ending { true } else { false } }
        return codes.first(where: \.isOfSignal) ?? (stopped ? .stopped(by: Interruption.signal) : nil) ?? codes.first
            ?? .done
    }
}
