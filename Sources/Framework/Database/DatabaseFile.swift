package import Diagnostics
internal import Glibc
package import Platform

/// Creates and opens the file of a database.
///
/// Closing any descriptor of a file releases all locks that the process holds on it (POSIX, `fcntl`), including those
/// of SQLite. Another process that closes the database then believes to be the last one, and removes the journal to
/// which this one still writes. So only SQLite may open an existing database.
///
/// A database is created as a whole: its name appears with the tables in it. So an empty file is never an interrupted
/// creation. It has lost its contents or belongs to another program, and is refused.
package enum DatabaseFile {
    /// Held while a descriptor of a new file is open, and while SQLite opens a file.
    private static let opening = Locked(())

    /// Who may read a new file.
    package enum Readers: Sendable {
        /// Its owner only. The files that SQLite creates next to it get the same permissions.
        case owner
        /// All users whom the mask allows.
        case all

        fileprivate var mode: mode_t { self == .owner ? 0o600 : 0o644 }
    }

    /// Opens a database, migrates one of an earlier version, and creates one that does not exist.
    ///
    /// - Parameters:
    ///   - path: The file; its folder exists.
    ///   - format: Its format.
    ///   - readers: Who may read a new file.
    ///   - patience: How long a statement waits for another process that is writing.
    ///   - problems: The diagnostics for its problems.
    ///   - faults: Observes the commits that create or migrate it.
    /// - Returns: A connection.
    /// - Throws: One of `problems`, `file.folder`, `file.permission` and the like with the path, or what `faults` throws.
    package static func open(
        _ path: String,
        format: DatabaseFormat,
        for readers: Readers = .all,
        patience: Duration,
        problems: any DatabaseProblems.Type,
        faults: (any FaultPoint)? = nil
    ) throws -> Connection {
        guard !FileSystem.isFolder(path) else {
            throw Diagnostic(
                "file.folder",
                message: "this is a folder, not a file",
                category: .environment,
                at: .file(path),
                hint: "choose \(problems.alternative)"
            )
        }
        let connection = try opening.withLock { _ in
            try create(path, format: format, for: readers, problems: problems, faults: faults)
            return try Connection(path: path, patience: patience, problems: problems)
        }
        try connection.prepare(format, patience: patience, faults: faults)
        return connection
    }

    /// Opens an existing database, whatever it contains.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - patience: How long a statement waits for another process that is writing.
    ///   - problems: The diagnostics for its problems.
    /// - Returns: A connection that has not examined the file's contents yet.
    /// - Throws: One of `problems`, or `file.missing` and the like, with the path.
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

    /// The journals next to a database that are not empty.
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
        // In this order: a process that creates the file creates its journal afterwards.
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
