package import Diagnostics
internal import Glibc
package import Platform

/// The file of a database, before SQLite has it.
///
/// Closing any descriptor of a file drops all locks that the process holds on it (POSIX, `fcntl`), those of SQLite among
/// them. Another process that closes the database then takes itself for the last one, and removes the journal that this one
/// still writes to. So nobody but SQLite ever opens a database that is there.
///
/// A database comes into being whole: its name appears with the tables in it. So an empty file is never one that was
/// begun and cut off: it has lost what was in it, or is not ours, and is refused.
package enum DatabaseFile {
    /// Held while a descriptor of a new file is open, and while SQLite opens one.
    private static let opening = Locked(())

    /// Who may read a new file.
    package enum Readers: Sendable {
        /// Its owner only. What SQLite puts beside the file gets the same permissions.
        case owner
        /// All whom the user's mask allows.
        case all

        fileprivate var mode: mode_t { self == .owner ? 0o600 : 0o644 }
    }

    /// Opens a database, brings one of an earlier version up to date, and makes one that is not there.
    ///
    /// - Parameters:
    ///   - path: The file; its folder is there.
    ///   - format: What it looks like.
    ///   - readers: Who may read a file that comes into being.
    ///   - patience: How long a statement waits for another process that is writing.
    ///   - problems: What its problems are called.
    ///   - faults: Sees the commits that make or change the format.
    /// - Returns: A connection.
    /// - Throws: one of `problems`, `file.permission` and the like with the path, or what `faults` throws.
    package static func open(
        _ path: String,
        format: DatabaseFormat,
        for readers: Readers = .all,
        patience: Duration,
        problems: any DatabaseProblems.Type,
        faults: (any FaultPoint)? = nil
    ) throws -> Connection {
        let connection = try opening.withLock { _ in
            try create(path, format: format, for: readers, problems: problems, faults: faults)
            return try Connection(path: path, patience: patience, problems: problems)
        }
        try connection.prepare(format, patience: patience, faults: faults)
        return connection
    }

    /// Opens a database that is there, whatever is in it.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - patience: How long a statement waits for another process that is writing.
    ///   - problems: What its problems are called.
    /// - Returns: A connection that knows nothing yet of what is in the file.
    /// - Throws: one of `problems`, or `file.missing` and the like, with the path.
    package static func openExisting(
        _ path: String,
        patience: Duration,
        problems: any DatabaseProblems.Type
    ) throws(Diagnostic) -> Connection {
        try opening.withLock { _ throws(Diagnostic) in
            if let special = SpecialFile(at: path) { throw special.refusal(path) }
            return try Connection(path: path, patience: patience, problems: problems)
        }
    }

    /// The journals beside a database in which there is something.
    package static func journals(of path: String) -> [String] {
        ["-wal", "-journal"].map { path + $0 }.filter { FileSystem.size(of: $0) ?? 0 > 0 }
    }

    private static func create(
        _ path: String,
        format: DatabaseFormat,
        for readers: Readers,
        problems: any DatabaseProblems.Type,
        faults: (any FaultPoint)?
    ) throws {
        // In this order: a process that makes the file makes its journal after it.
        let journal = journals(of: path).first
        guard !FileSystem.exists(path) else { return }
        if let journal {
            throw problems.corrupt(path, detail: "the file is gone, and its journal \(journal) is still there")
        }
        let image = try Connection.image(of: format, for: path, problems: problems)
        try faults?.reach(DurableStep(.commit, of: "format", at: .before))
        try NewFile.place(image, at: path, mode: readers.mode)
        try faults?.reach(DurableStep(.commit, of: "format", at: .after))
    }
}
