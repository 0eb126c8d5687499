internal import Database
internal import Diagnostics
internal import PluginKit

/// What can be wrong with the file of a cache.
enum DiskProblem: DatabaseProblems {
    static func busy(_ path: String) -> Diagnostic {
        Diagnostic(
            "cache.busy",
            message: "another program holds the cache file",
            category: .environment,
            at: .file(path),
            hint: FileHolders.hint(path)
        )
    }

    static func corrupt(_ path: String, detail: String) -> Diagnostic {
        Diagnostic(
            "cache.corrupt",
            message: "the cache is damaged: \(detail)",
            category: .environment,
            at: .file(path),
            hint: "delete it and the files next to it (\(path)*); answers are fetched again"
        )
    }

    /// Nobody is told to remove what may be somebody else's.
    static func foreign(_ path: String, detail: String) -> Diagnostic {
        Diagnostic(
            "cache.foreign",
            message: "this is not a cache of sprocket: \(detail)",
            category: .environment,
            at: .file(path),
            hint: "choose another path"
        )
    }

    static func newer(_ path: String, version: Int64, known: Int) -> Diagnostic {
        Diagnostic(
            "cache.newer",
            message: "the cache has format \(version), and this sprocket knows formats up to \(known)",
            category: .environment,
            at: .file(path),
            hint: "use the later sprocket that wrote it, or another path"
        )
    }

    static func failed(_ path: String, detail: String) -> Diagnostic {
        Diagnostic("cache.failed", message: "the database reports: \(detail)", category: .environment, at: .file(path))
    }

    /// A problem with the way out that there is for a cache; the system's own is that of a run's files.
    static func explained(_ problem: Diagnostic, at path: String) -> Diagnostic {
        guard SystemFailure.isDiskFull(problem) else { return problem }
        var explained = problem
        explained.hint = "free some space, or delete the cache: 'sprocket cache clear --all --file \(path)'"
        return explained
    }

    /// What a run is told, once, when its cache cannot do what it should: it goes on without.
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
