internal import Diagnostics
internal import Pipelines
internal import Runs
internal import Jobs

/// What the program tells the one who started it.
struct ExitCode: RawRepresentable, Equatable {
    let rawValue: Int32

    /// Done.
    static let done = ExitCode(rawValue: 0)
    /// The run failed, by what was read or answered, or because something took too long.
    static let failed = ExitCode(rawValue: 1)
    /// The pipeline or the command line is wrong, or a plugin is.
    static let usage = ExitCode(rawValue: 2)
    /// The environment is: no permission, no such file, a full disk, nobody signed in.
    static let environment = ExitCode(rawValue: 3)
    /// Finished, but records were rejected beyond what the file allows, or the sums do not agree.
    static let rejected = ExitCode(rawValue: 4)

    /// Ended by a signal, as shells say it.
    static func stopped(by signal: Int32) -> ExitCode { ExitCode(rawValue: 128 + signal) }

    /// Whether it is that of a signal.
    var isOfSignal: Bool { rawValue > 128 }
}

extension ExitCode {
    /// The code for what stood in the way, read from its category.
    init(for diagnostic: Diagnostic) {
        self =
            switch diagnostic.category {
            // Both are wrong as they were written, and running again does not help.
            case .usage, .defect: .usage
            case .environment: .environment
            case .data, .transient: .failed
            }
    }
}

extension ExitCode {
    /// The code of a job: of a signal if one stopped it, else that of the first step that failed.
    init(_ outcome: JobOutcome) {
        switch outcome.ending {
        case .complete: self = .done
        case .stopped: self = .stopped(by: Interruption.signal)
        case .refused:
            self = outcome.refusal.all.first { $0.severity == .error }.map(ExitCode.init(for:)) ?? .usage
        case .failed:
            self = outcome.steps.lazy.compactMap { ExitCode($0.outcome) }.first { $0 != .done } ?? .failed
        }
    }

    /// The code of a step, as if it were a job of its own; nil if it was not begun.
    init?(_ outcome: StepOutcome) {
        switch outcome {
        case .complete: self = .done
        case .stopped: self = .stopped(by: Interruption.signal)
        case .failed(let report, let problem):
            switch report.outcome {
            case .tooManyRejected, .sumsDisagree: self = .rejected
            default: self = ExitCode(for: problem)
            }
        case .refused: self = outcome.problems.first.map(ExitCode.init(for:)) ?? .usage
        case .skipped, .notStarted: return nil
        }
    }
}
