internal import Diagnostics
internal import Glibc
internal import PluginKit

extension Connection {
    /// Makes sure that this is a database of ours in today's format, makes one out of an empty file, and refuses all else
    /// untouched.
    func prepare(patience: Duration, migrations: [String], faults: (any FaultPoint)?) throws {
        let deadline = ContinuousClock.now + patience
        try checkFile()
        try script("PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
        let version = try checkedVersion(newest: migrations.count)
        // Only now is it known to be ours to write to. WAL lets others read while a run writes. Where the file system
        // has no shared memory, SQLite keeps its journal instead, which lasts as well.
        try switchToWAL(until: deadline)
        // Every commit waits for the disk.
        try script("PRAGMA synchronous = FULL")
        if version < migrations.count { try migrate(migrations, faults) }
        try checkPages()
        try checkSeals()
    }

    /// Refuses what SQLite would take, and get wrong: a file without a whole header is new to it, and one that may only be
    /// read is not known as such before the first transaction.
    private func checkFile() throws(Diagnostic) {
        var status = stat()
        guard stat(path, &status) == 0, access(path, W_OK) == 0 else {
            throw SystemFailure.last.diagnostic("write", path)
        }
        guard status.st_size == 0 || status.st_size >= 512 else {
            throw StateProblem.corrupt(path, "it has only \(status.st_size) bytes")
        }
    }

    /// The format's version; 0 for an empty file.
    private func checkedVersion(newest: Int) throws(Diagnostic) -> Int {
        let (application, version, tables) = try reading { () throws(Diagnostic) in
            (
                try number("PRAGMA application_id"), try number("PRAGMA user_version"),
                try number("SELECT count(*) FROM sqlite_schema")
            )
        }
        if application == 0, version == 0, tables == 0 { return 0 }
        guard application == Migrations.applicationID else {
            throw StateProblem.corrupt(path, "it is a database of another program")
        }
        guard version <= newest else { throw StateProblem.newer(path, version: version, known: newest) }
        guard version > 0, tables > 0 else { throw StateProblem.corrupt(path, "it has lost its tables") }
        return Int(version)
    }

    /// SQLite does not wait for others here, so this does.
    private func switchToWAL(until deadline: ContinuousClock.Instant) throws(Diagnostic) {
        while true {
            do throws(Diagnostic) {
                try script("PRAGMA journal_mode = WAL")
                return
            } catch {
                guard error.code == "state.busy", ContinuousClock.now < deadline else { throw error }
                usleep(5000)
            }
        }
    }

    private func migrate(_ migrations: [String], _ faults: (any FaultPoint)?) throws {
        try writing("format", faults) {
            // Another process may have done it while this one waited.
            let version = Int(try number("PRAGMA user_version"))
            guard version <= migrations.count else {
                throw StateProblem.newer(path, version: Int64(version), known: migrations.count)
            }
            for migration in migrations[version...] { try script(migration) }
            try script("PRAGMA application_id = \(Migrations.applicationID)")
            try script("PRAGMA user_version = \(migrations.count)")
        }
    }

    /// Looks at every page of the tables that a run is taken up from.
    private func checkPages() throws(Diagnostic) {
        for table in Migrations.checkedTables {
            let findings = try rows("PRAGMA integrity_check(\(table))") { $0.text(0) }
            guard findings == ["ok"] else {
                throw StateProblem.corrupt(path, findings.first ?? "'\(table)' cannot be checked")
            }
        }
    }

    /// Looks at the seals of what a damaged key would make invisible instead of wrong.
    private func checkSeals() throws(Diagnostic) {
        _ = try storedBookmarks("")
        // The keys of runs are in an index, too, which the check of the pages compares; one shows that all columns are
        // there.
        _ = try storedRuns("LIMIT 1")
    }

    private func number(_ sql: String) throws(Diagnostic) -> Int64 {
        try rows(sql) { $0.integer(0) }.first ?? 0
    }
}
