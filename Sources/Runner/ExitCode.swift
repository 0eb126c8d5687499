internal import Diagnostics

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
