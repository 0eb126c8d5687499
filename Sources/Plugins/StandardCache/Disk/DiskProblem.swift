internal import Database
internal import Diagnostics
internal import PluginKit

/// The problems with the file of a cache.
enum DiskProblem: DatabaseProblems {
    static let area = "cache"
    static let content = "the cache"

    static func corrupt(_ path: String, detail: String) -> Diagnostic {
        Diagnostic(
            "cache.corrupt",
            message: "the cache is damaged: \(detail)",
            category: .environment,
            at: .file(path),
            hint: "delete it and the files next to it (\(path)*); answers are fetched again"
        )
    }

    /// The hint does not propose to delete the file, since it may belong to another program.
    static func foreign(_ path: String, detail: String) -> Diagnostic {
        Diagnostic(
            "cache.foreign",
            message: "this is not a cache of sprocket: \(detail)",
            category: .environment,
            at: .file(path),
            hint: "choose another path"
        )
    }

    /// A problem with a hint for caches; the default hint for a full disk is about a run's files.
    static func explained(_ problem: Diagnostic, at path: String) -> Diagnostic {
        guard SystemFailure.isDiskFull(problem) else { return problem }
        var explained = problem
        explained.hint = "free some space, or delete the cache: 'sprocket cache clear --all --file \(path)'"
        return explained
    }

    /// The warning when the cache fails during a run, which continues without it.
    static func warning(_ problem: any Error, at path: String) -> Diagnostic {
        let problem = explained(problem as? Diagnostic ?? failed(path, detail: "\(problem)"), at: path)
        return Diagnostic(
            "cache.disk",
            message: "the cache does not work fully, and the run continues: \(problem.message)",
            category: .environment,
            at: .file(path),
            hint: problem.hint,
            severity: .warning,
            cause: .diagnostic(problem)
        )
    }
}
