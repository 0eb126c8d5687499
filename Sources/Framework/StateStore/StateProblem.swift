internal import Database
internal import Diagnostics

/// Problems with the state, each with a remedy.
enum StateProblem: DatabaseProblems {
    static let area = "state"
    static let content = "the state"
    static let alternative = "another state folder"

    static func remedy(_ path: String) -> String? { "run again" }

    /// The file is damaged, or belongs to another program.
    static func corrupt(_ path: String, detail: String) -> Diagnostic {
        Diagnostic(
            "state.corrupt",
            message: "the state is damaged, or not a state of sprocket: \(detail)",
            category: .environment,
            at: .file(path),
            hint: "restore it from a backup, or move it and the files next to it away (\(path)*) and run again: "
                + "unfinished runs then start over, and incremental sources read everything once more"
        )
    }

    /// The state has changed since the caller read it.
    static func changed(_ path: String, detail: String) -> Diagnostic {
        Diagnostic(
            "state.changed",
            message: detail,
            category: .environment,
            at: .file(path),
            hint: "another program has changed the state of this pipeline meanwhile; run it again"
        )
    }

    /// A run has begun to publish, and its files have to get their names before another run begins.
    static func publishing(_ path: String, run: String) -> Diagnostic {
        Diagnostic(
            "state.publishing",
            message: "the run '\(run)' has begun to publish its files and has not ended",
            category: .environment,
            at: .file(path),
            hint: "finish or fail that run first"
        )
    }
}
