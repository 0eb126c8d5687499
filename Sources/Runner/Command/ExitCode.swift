internal import Diagnostics

/// The exit code of the program.
struct ExitCode: RawRepresentable, Equatable {
    let rawValue: Int32

    /// Success.
    static let done = ExitCode(rawValue: 0)
    /// The run failed, because of the data, an answer or a timeout.
    static let failed = ExitCode(rawValue: 1)
    /// The pipeline, the command line or a plugin is wrong.
    static let usage = ExitCode(rawValue: 2)
    /// The environment is wrong: no permission, no such file, a full disk, no account signed in.
    static let environment = ExitCode(rawValue: 3)
    /// The run finished, but more records were rejected than the file allows, or the sums do not agree.
    static let rejected = ExitCode(rawValue: 4)

    /// The program was ended by a signal; the number is the one that shells use.
    static func stopped(by signal: Int32) -> ExitCode { ExitCode(rawValue: 128 + signal) }
}

extension ExitCode {
    /// The code for the problem, by its category.
    init(for diagnostic: Diagnostic) { self.init(for: diagnostic.category) }

    /// The code for a category of problems.
    init(for category: Diagnostic.Category) {
        self =
            switch category {
            // Both are errors of the author, so running again does not help.
            case .usage, .defect: .usage
            case .environment: .environment
            case .data, .transient: .failed
            }
    }
}
