internal import Diagnostics

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
}

extension ExitCode {
    /// The code for what stood in the way, read from its category.
    init(for diagnostic: Diagnostic) { self.init(for: diagnostic.category) }

    /// The code for problems of a category.
    init(for category: Diagnostic.Category) {
        self =
            switch category {
            // Both are wrong as they were written, and running again does not help.
            case .usage, .defect: .usage
            case .environment: .environment
            case .data, .transient: .failed
            }
    }
}
