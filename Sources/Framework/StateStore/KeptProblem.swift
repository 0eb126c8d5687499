internal import Database
internal import Diagnostics

/// Problems with the values that outlive runs (`kept.db`), each with a remedy.
///
/// The file contains no run, bookmark or report: removing it loses no record.
enum KeptProblem: DatabaseProblems {
    static let area = "kept"
    static let content = "the file of values kept for later runs"
    static let alternative = "another state folder"

    static func corrupt(_ path: String, detail: String) -> Diagnostic {
        Diagnostic(
            "kept.corrupt",
            message: "the values kept for later runs are damaged: \(detail)",
            category: .environment,
            at: .file(path),
            hint: remedy(path)
        )
    }

    /// No message advises removing a file that may belong to another program.
    static func foreign(_ path: String, detail: String) -> Diagnostic {
        Diagnostic(
            "kept.foreign",
            message: "this is not sprocket's file of values for later runs: \(detail)",
            category: .environment,
            at: .file(path),
            hint: "move it away, or choose another state folder"
        )
    }

    static func remedy(_ path: String) -> String? {
        "remove it and the files next to it (\(path)*) while nothing runs; runs and bookmarks are stored elsewhere; "
            + "this loses how much of each rate limit is used, so wait for its window, and how many items an account had, "
            + "so the next run cannot detect missing ones"
    }
}
