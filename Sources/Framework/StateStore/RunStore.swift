internal import Database
internal import Diagnostics
public import Platform

/// A database of a state folder: runs, checkpoints, bookmarks and history of pipelines.
///
/// It is `state.db` in that folder, or the file of one part of a partitioned run in `parts` (see `RunStores`): a SQLite
/// database that several machines may use. Every call that changes something is one transaction, and returns when it is
/// on the disk. A call that throws has changed nothing, unless a fault point threw after the commit. Calls wait for
/// each other; they wait for another process at most `patience`.
///
/// Code that changes the runs of a pipeline must hold its `PipelineLock`. Reading needs no lock.
public final class RunStore: Sendable {
    /// The folder, as given.
    public let folder: String
    /// The path of the database.
    public let path: String

    private let database: Locked<Connection>
    private let faults: (any FaultPoint)?
    let runsKept: Int

    /// Opens the state in a folder; both are created if they do not exist.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - key: The `RunIdentity.key` whose state it is: a part of a partitioned run has a database of its own.
    ///   - patience: How long to wait for another process that is writing.
    ///   - runsKept: How many runs per pipeline the history keeps, at least 1.
    ///   - faults: Observes every durable step; by default the fault point of this task.
    /// - Throws: `state.newer`, `state.corrupt`, `state.busy`, `state.failed`, or `file.permission`, `file.disk-full`
    ///   and the like with the path; and what `faults` throws.
    public convenience init(
        in folder: String = ".sprocket",
        for key: String = "",
        patience: Duration = .seconds(1),
        runsKept: Int = 200,
        faults: (any FaultPoint)? = Faults.current
    ) throws {
        try self.init(
            in: folder,
            at: RunStores.path(of: key, in: folder),
            patience: patience,
            runsKept: runsKept,
            faults: faults,
            migrations: Migrations.all
        )
    }

    /// Opens one file, without looking at the others of the folder.
    ///
    /// With `sharesMemory` it opens it as earlier versions did.
    init(
        in folder: String,
        at path: String? = nil,
        patience: Duration = .seconds(1),
        runsKept: Int = 200,
        faults: (any FaultPoint)?,
        migrations: [String] = Migrations.all,
        sharesMemory: Bool = false
    ) throws {
        self.folder = folder
        self.faults = faults
        self.runsKept = max(1, runsKept)
        let path = path ?? RunStores.path(of: "", in: folder)
        self.path = path
        if !FileSystem.isFolder(path) { _ = try OutputTarget(path) }
        if !FileSystem.isFolder(folder) {
            try faults?.reach(DurableStep(.create, of: folder, at: .before))
            try FileSystem.createFolder(around: path)
            try FileSystem.syncFolder(of: folder)
            try faults?.reach(DurableStep(.create, of: folder, at: .after))
        }
        let parts = RunStores.partsFolder(of: folder)
        if path.hasPrefix(parts + "/"), !FileSystem.isFolder(parts) {
            try FileSystem.createFolder(around: path)
            try FileSystem.syncFolder(of: parts)
        }
        let connection = try DatabaseFile.open(
            path,
            format: DatabaseFormat(
                applicationID: Migrations.applicationID,
                migrations: migrations,
                journal: sharesMemory ? .shared : .rollback
            ),
            patience: patience,
            problems: StateProblem.self,
            faults: faults
        )
        try connection.check()
        database = Locked(connection)
    }
}

extension RunStore {
    /// Reads in one transaction, so that `body` sees a consistent state.
    func read<Value: Sendable>(
        _ body: @Sendable (Connection) throws(Diagnostic) -> Value
    ) throws(Diagnostic) -> Value {
        try database.withLock { connection throws(Diagnostic) in
            let current = connection
            return try current.reading { () throws(Diagnostic) in try body(current) }
        }
    }

    /// Makes changes in one transaction.
    func write<Value: Sendable>(
        _ subject: String,
        body: @Sendable (Connection) throws -> Value
    ) throws -> Value {
        try database.withLock { connection in
            let current = connection
            return try current.writing(subject, faults: faults) { try body(current) }
        }
    }

    /// Makes changes here and in another database, called `other` in SQL, in one transaction: both or neither.
    ///
    /// The connection stays attached to the other database, so the store cannot be used for anything else afterwards.
    func write<Value: Sendable>(
        _ subject: String,
        with other: RunStore,
        body: @Sendable (Connection) throws -> Value
    ) throws -> Value {
        try database.withLock { connection in try connection.run("ATTACH ? AS other", with: .text(other.path)) }
        return try write(subject, body: body)
    }
}
