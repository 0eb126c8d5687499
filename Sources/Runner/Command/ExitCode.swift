internal import Diagnostics
internal import Pipelines
internal import Runs
internal import Jobs

/// What the program tells the one who started it.
struct ExitCode: RawRepresentable, Equatable {
    let rawValue: Int32

    /// Done.
    static let done = ExitCode(rawValue: 0)
    /// The run failed.
    static let failed = ExitCode(rawValue: 1)
    /// The pipeline or the command line is wrong.
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
    /// The code for something that stood in the way, read off the area of its own code and the place.
    init(for diagnostic: Diagnostic) {
        // The files are right, and the state could not be written.
        if diagnostic.code == "run.not-recorded" {
            self = .environment
            return
        }
        // What an array job sets is the command line's other half.
        if diagnostic.code == "environment.partition" {
            self = .usage
            return
        }
        switch diagnostic.code.name.prefix(while: { $0 != "." }) {
        case "file", "environment", "state", "kept", "account", "http": self = .environment
        case "cache", "redis":
            // An option of a cache may be wrong; else it is the file or the server.
            if case .text = diagnostic.place { self = .usage } else { self = .environment }
        case "command", "pipeline", "option", "plugin", "schema", "interpolation", "toml", "zone", "expression":
            self = .usage
        default:
            // What stands at a place of the pipeline file is wrong there, whichever plugin says it.
            if case .text = diagnostic.place { self = .usage } else { self = .failed }
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
