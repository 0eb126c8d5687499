package import Diagnostics
internal import Glibc
package import Platform

extension Connection {
    /// Checks that this is a database of a format, migrates an earlier version, and refuses anything else without
    /// changing it.
    ///
    /// - Parameters:
    ///   - format: The format.
    ///   - patience: How long to wait for another process.
    ///   - faults: Observes the commit of a change.
    /// - Throws: The problem with the file, or what `faults` threw.
    package func prepare(_ format: DatabaseFormat, patience: Duration, faults: (any FaultPoint)?) throws {
        let deadline = ContinuousClock.now + patience
        expectedNumber = format.applicationID
        try checkFile(format)
        try script("PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
        let leavesWAL = format.journal == .rollback && isWAL
        // An earlier version has written it. An exclusive user needs no shared memory, so that is not created.
        if leavesWAL { try script("PRAGMA locking_mode = EXCLUSIVE") }
        let version = try waiting(until: leavesWAL ? deadline : nil) { () throws(Diagnostic) in
            try checkedVersion(format)
        }
        expectedNumber = nil
        // Only now is it known that the file may be written.
        switch format.journal {
        // Where the file system has no shared memory, SQLite keeps its rollback journal, which is as durable.
        case .shared: try setJournal("WAL", until: deadline)
        case .rollback where leavesWAL:
            try setJournal("DELETE", until: deadline)
            // The lock is released with the next read.
            try script("PRAGMA locking_mode = NORMAL; SELECT count(*) FROM sqlite_schema")
        case .rollback: break
        }
        // A removed journal must stay removed after a power failure: EXTRA syncs the folder as well.
        let waitingForDisk = format.journal == .rollback ? "EXTRA" : "FULL"
        try script("PRAGMA synchronous = \(format.waitsForDisk ? waitingForDisk : "NORMAL")")
        if version < format.migrations.count { try migrate(format, faults: faults) }
    }

    /// Checks that this is a database of a format in its newest version, for reading on a full disk.
    ///
    /// Nothing is written to the disk, so this works where `prepare` fails because the disk is full. Other processes
    /// are excluded while the connection exists, so it should be short-lived.
    ///
    /// - Parameter format: The format.
    /// - Returns: Whether there is something to read: false if the format is an earlier version.
    /// - Throws: The problem with the file, or that others use it.
    package func prepareForReading(_ format: DatabaseFormat) throws(Diagnostic) -> Bool {
        expectedNumber = format.applicationID
        try checkFile(format)
        // An exclusive user needs no shared memory, which would be in a file next to the database.
        try script("PRAGMA locking_mode = EXCLUSIVE; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
        let version = try checkedVersion(format)
        expectedNumber = nil
        return version == format.migrations.count
    }

    /// Checks every page of some tables.
    ///
    /// - Throws: That the database is corrupt.
    package func checkPages(of tables: [String]) throws(Diagnostic) {
        for table in tables {
            let findings = try rows("PRAGMA integrity_check(\(table))") { $0.text(0) }
            guard findings == ["ok"] else {
                throw problems.corrupt(path, detail: findings.first ?? "'\(table)' cannot be checked")
            }
        }
    }

    /// Refuses files that SQLite would accept and misinterpret: it treats a file without a complete header as new, and
    /// notices a read-only file only at the first transaction.
    private func checkFile(_ format: DatabaseFormat) throws(Diagnostic) {
        var status = stat()
        guard stat(path, &status) == 0, access(path, W_OK) == 0 else {
            throw SystemFailure.last.diagnostic("write", at: path)
        }
        // A database is created together with its tables (`DatabaseFile`): this one has lost them.
        guard status.st_size > 0 else { throw problems.corrupt(path, detail: "it is empty, with 0 bytes") }
        guard status.st_size >= 512 else {
            let detail = "it has only \(Int(status.st_size).counted("byte"))"
            throw hasNumber(format.applicationID)
                ? problems.corrupt(path, detail: detail) : problems.foreign(path, detail: detail)
        }
    }

    /// The version of the format, at least 1.
    private func checkedVersion(_ format: DatabaseFormat) throws(Diagnostic) -> Int {
        let (application, version, tables) = try reading { () throws(Diagnostic) in
            (
                try number("PRAGMA application_id"), try number("PRAGMA user_version"),
                try number("SELECT count(*) FROM sqlite_schema")
            )
        }
        if application == 0, version == 0, tables == 0 {
            throw problems.foreign(path, detail: "it is an empty database")
        }
        guard application == format.applicationID else {
            throw problems.foreign(path, detail: "it is a database of another program")
        }
        guard version <= format.migrations.count else {
            throw problems.newer(path, version: version, known: format.migrations.count)
        }
        guard version > 0, tables > 0 else { throw problems.corrupt(path, detail: "it has lost its tables") }
        return Int(version)
    }

    private func setJournal(_ mode: String, until deadline: ContinuousClock.Instant) throws(Diagnostic) {
        try waiting(until: deadline) { () throws(Diagnostic) in try script("PRAGMA journal_mode = \(mode)") }
    }

    /// Repeats an operation while others hold the file, in cases where SQLite itself does not wait.
    ///
    /// - Parameters:
    ///   - deadline: When to stop; nil for one attempt.
    ///   - body: The operation.
    /// - Returns: What `body` returned.
    /// - Throws: What `body` threw last.
    private func waiting<Value>(
        until deadline: ContinuousClock.Instant?,
        body: () throws(Diagnostic) -> Value
    ) throws(Diagnostic) -> Value {
        while true {
            do throws(Diagnostic) {
                return try body()
            } catch {
                guard error.code == problems.busy(path).code, let deadline, ContinuousClock.now < deadline
                else { throw error }
                usleep(5000)
            }
        }
    }

    private func migrate(_ format: DatabaseFormat, faults: (any FaultPoint)?) throws {
        try writing("format", faults: faults) {
            // Another process may have done it while this one waited.
            let version = Int(try number("PRAGMA user_version"))
            guard 0...format.migrations.count ~= version else {
                throw problems.newer(path, version: Int64(version), known: format.migrations.count)
            }
            try apply(format, from: version)
        }
    }

    /// Migrates the tables from another version to the newest.
    func apply(_ format: DatabaseFormat, from version: Int) throws(Diagnostic) {
        for migration in format.migrations[version...] { try script(migration) }
        try script("PRAGMA application_id = \(format.applicationID)")
        try script("PRAGMA user_version = \(format.migrations.count)")
    }

    private func number(_ sql: String) throws(Diagnostic) -> Int64 {
        try rows(sql) { $0.integer(0) }.first ?? 0
    }
}
