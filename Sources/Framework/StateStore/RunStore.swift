internal import Database
internal import Diagnostics
public import Platform

/// The state of a folder's pipelines: their runs, checkpoints, bookmarks and history.
///
/// Everything is in `state.db` in that folder, a SQLite database. Every call that changes something is one transaction,
/// and returns when it is on the disk. A call that throws has changed nothing, unless a fault point threw after the
/// commit. Calls wait for each other; those of another process wait at most `patience`.
///
/// Who changes the runs of a pipeline holds its `PipelineLock`. Reading needs no lock.
public final class RunStore: Sendable {
    /// The folder, as it was given.
    public let folder: String
    /// The database in it.
    public var path: String { Self.path(in: folder) }

    private let database: Guarded<Connection>
    private let faults: (any FaultPoint)?
    let runsKept: Int

    /// Opens the state in a folder; both come into being if they are not there.
    ///
    /// - Parameters:
    ///   - folder: Where it is.
    ///   - patience: How long to wait for another process that is writing.
    ///   - runsKept: How many runs of a pipeline the history keeps, at least 1.
    ///   - faults: Sees every durable step; by default the fault point of this task.
    /// - Throws: `state.newer`, `state.corrupt`, `state.busy`, `state.failed`, or `file.permission`, `file.disk-full`
    ///   and the like with the path; and what `faults` throws.
    public convenience init(
        in folder: String = ".sprocket",
        patience: Duration = .seconds(1),
        runsKept: Int = 200,
        faults: (any FaultPoint)? = Faults.current
    ) throws {
        try self.init(
            in: folder,
            patience: patience,
            runsKept: runsKept,
            faults: faults,
            migrations: Migrations.all
        )
    }

    init(
        in folder: String,
        patience: Duration,
        runsKept: Int,
        faults: (any FaultPoint)?,
        migrations: [String]
    ) throws {
        self.folder = folder
        self.faults = faults
        self.runsKept = max(1, runsKept)
        let path = Self.path(in: folder)
        if !FileSystem.isFolder(path) { _ = try OutputTarget(path) }
        if !FileSystem.isFolder(folder) {
            try faults?.reach(DurableStep(.create, folder, .before))
            try FileSystem.createFolder(around: path)
            try FileSystem.syncFolder(of: folder)
            try faults?.reach(DurableStep(.create, folder, .after))
        }
        guard !FileSystem.isFolder(path) else {
            throw Diagnostic(
                "file.folder",
                "this is a folder, not a file",
                at: .file(path),
                hint: "choose another state folder"
            )
        }
        let connection = try DatabaseFile.open(
            path,
            DatabaseFormat(applicationID: Migrations.applicationID, migrations: migrations),
            patience: patience,
            problems: StateProblem.self,
            faults: faults
        )
        try connection.check()
        database = Guarded(connection)
    }

    /// Whether a folder has a state.
    ///
    /// Looking does not make one.
    public static func exists(in folder: String) -> Bool {
        let path = path(in: folder)
        // A journal alone is what is left of one, and opening it reports that.
        return FileSystem.exists(path) || FileSystem.size(of: path + "-wal") ?? 0 > 0
    }

    private static func path(in folder: String) -> String { "\(folder)/state.db" }
}

extension RunStore {
    /// Reads: all of `body` sees the same moment.
    func read<Value: Sendable>(
        _ body: @Sendable (Connection) throws(Diagnostic) -> Value
    ) throws(Diagnostic) -> Value {
        try database.withLock { connection throws(Diagnostic) in
            let current = connection
            return try current.reading { () throws(Diagnostic) in try body(current) }
        }
    }

    /// Changes something, in one transaction.
    func write<Value: Sendable>(
        _ subject: String,
        _ body: @Sendable (Connection) throws -> Value
    ) throws -> Value {
        try database.withLock { connection in
            let current = connection
            return try current.writing(subject, faults) { try body(current) }
        }
    }
}
