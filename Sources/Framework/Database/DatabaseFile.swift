package import Diagnostics
internal import Glibc
internal import PluginKit

/// The file of a database, before SQLite has it.
///
/// Closing any descriptor of a file drops all locks that the process holds on it (POSIX, `fcntl`), those of SQLite among
/// them. Another process that closes the database then takes itself for the last one, and removes the journal that this one
/// still writes to. So nobody but SQLite ever opens a database that is there.
package enum DatabaseFile {
    /// Held while a descriptor of a new file is open, and while SQLite opens one.
    private static let opening = Guarded(())

    /// Opens a database; a file that is not there comes into being so that only its owner may read and write it.
    ///
    /// What SQLite puts beside it gets the same permissions.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - patience: How long a statement waits for another process that is writing.
    ///   - problems: What its problems are called.
    /// - Returns: A connection that knows nothing yet of what is in the file.
    /// - Throws: one of `problems`, or `file.permission` and the like, with the path.
    package static func openPrivately(
        _ path: String,
        patience: Duration,
        problems: any DatabaseProblems.Type
    ) throws(Diagnostic) -> Connection {
        try opening.withLock { _ throws(Diagnostic) in
            let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            if descriptor >= 0 {
                // Nobody has a lock on it: it is new, and SQLite opens it behind this lock only.
                close(descriptor)
            } else if errno != EEXIST {
                throw SystemFailure.last.diagnostic("write", path)
            } else if let special = SpecialFile(at: path) {
                throw special.refusal(path)
            }
            return try Connection(path: path, patience: patience, problems: problems)
        }
    }
}
