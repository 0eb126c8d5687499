internal import Database
internal import Diagnostics

/// Problems with the values that outlive runs (`kept.db`), each with a remedy.
///
/// The file contains no run, bookmark or report: removing it loses no record.
enum KeptProblem: DatabaseProblems {
    static func busy(_ path: String) -> Diagnostic {
        Diagnostic(
            "kept.busy",
            message: "another program holds the values kept for later runs and does not release them",
            category: .environment,
            at: .file(path),
            hint: FileHolders.hint(path)
        )
    }

    static func corrupt(_ path: String, detail: String) -> Diagnostic {
        Diagnostic(
            "kept.corrupt",
            message: "the values kept for later runs are damaged: \(detail)",
            category: .environment,
            at: .file(path),
            hint: removal(path)
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

    static func newer(_ path: String, version: Int64, known: Int) -> Diagnostic {
        Diagnostic(
            "kept.newer",
            message:
                "the values kept for later runs have format \(version), and this sprocket knows formats up to \(known)",
            category: .environment,
            at: .file(path),
            hint: "use the later sprocket that wrote it, or another state folder"
        )
    }

    static func failed(_ path: String, detail: String) -> Diagnostic {
        Diagnostic(
            "kept.failed",
            message: "the database of the values kept for later runs reports: \(detail)",
            category: .environment,
            at: .file(path),
            hint: removal(path)
        )
    }

    private static func removal(_ path: String) -> String {
        "remove it and the files next to it (\(path)*) while nothing runs; runs and bookmarks are stored elsewhere; "
            + "this loses how much of each rate limit is used, so wait for its window, and how many items an account had, "
            + "so the next run cannot detect missing ones"
    }
}
