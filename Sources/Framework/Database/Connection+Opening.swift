package import Diagnostics
internal import Glibc
package import Platform

extension Connection {
    /// Makes sure that this is a database of a format in its newest version, brings an earlier one up to date, and refuses
    /// all else untouched.
    ///
    /// - Parameters:
    ///   - format: The format.
    ///   - patience: How long to wait for another process.
    ///   - faults: Sees the commit of what is changed.
    /// - Throws: what is wrong with the file, or what `faults` threw.
    package func prepare(_ format: DatabaseFormat, patience: Duration, faults: (any FaultPoint)?) throws {
        let deadline = ContinuousClock.now + patience
        expectedNumber = format.applicationID
        try checkFile(format)
        try script("PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
        let leavesWAL = format.journal == .rollback && isWAL
        // An earlier version has written it. Who is alone needs no memory shared with others, so that is not even made.
        if leavesWAL { try script("PRAGMA locking_mode = EXCLUSIVE") }
        let version = try waiting(until: leavesWAL ? deadline : nil) { () throws(Diagnostic) in
            try checkedVersion(format)
        }
        expectedNumber = nil
        // Only now is it known to be ours to write to.
        switch format.journal {
        // Where the file system has no shared memory, SQLite keeps its journal instead, which lasts as well.
        case .shared: try setJournal("WAL", until: deadline)
        case .rollback where leavesWAL:
            try setJournal("DELETE", until: deadline)
            // The lock goes with the next read.
            try script("PRAGMA locking_mode = NORMAL; SELECT count(*) FROM sqlite_schema")
        case .rollback: break
        }
        // A journal that is removed has to be gone after a power cut, too: EXTRA waits for the folder as well.
        let waitingForDisk = format.journal == .rollback ? "EXTRA" : "FULL"
        try script("PRAGMA synchronous = \(format.waitsForDisk ? waitingForDisk : "NORMAL")")
        if version < format.migrations.count { try migrate(format, faults: faults) }
    }

    /// Makes sure that this is a database of a format in its newest version, for reading on a disk that has no room.
    ///
    /// Nothing is written to the disk, so this works where `prepare` says that the disk is full. Others are kept out while
    /// the connection is there: it should not be there for long.
    ///
    /// - Parameter format: The format.
    /// - Returns: Whether there is something to read: false if the format is an earlier one.
    /// - Throws: what is wrong with the file, or that others use it.
    package func prepareForReading(_ format: DatabaseFormat) throws(Diagnostic) -> Bool {
        expectedNumber = format.applicationID
        try checkFile(format)
        // Who is alone needs no memory shared with others, which would lie in a file beside the database.
        try script("PRAGMA locking_mode = EXCLUSIVE; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
        let version = try checkedVersion(format)
        expectedNumber = nil
        return version == format.migrations.count
    }

    /// Looks at every page of some tables.
    ///
    /// - Throws: that it is corrupt.
    package func checkPages(of tables: [String]) throws(Diagnostic) {
        for table in tables {
            let findings = try rows("PRAGMA integrity_check(\(table))") { $0.text(0) }
            guard findings == ["ok"] else {
                throw problems.corrupt(path, detail: findings.first ?? "'\(table)' cannot be checked")
            }
        }
    }

    /// Refuses what SQLite would take, and get wrong: a file without a whole header is new to it, and one that may only be
    /// read is not known as such before the first transaction.
    private func checkFile(_ format: DatabaseFormat) throws(Diagnostic) {
        var status = stat()
        guard stat(path, &status) == 0, access(path, W_OK) == 0 else {
            throw SystemFailure.last.diagnostic("write", at: path)
        }
        // A database comes into being with its tables (`DatabaseFile`): this one has lost them.
        guard status.st_size > 0 else { throw problems.corrupt(path, detail: "it is empty, with 0 bytes") }
        guard status.st_size >= 512 else {
            let detail = "it has only \(Int(status.st_size).counted("byte"))"
            throw hasNumber(format.applicationID)
                ? problems.corrupt(path, detail: detail) : problems.foreign(path, detail: detail)
        }
    }

    /// The format's version, at least 1.
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

    /// Does something again and again while others hold the file: where SQLite does not wait for them itself.
    ///
    /// - Parameters:
    ///   - deadline: Until when; nil for once.
    ///   - body: What to do.
    /// - Returns: What `body` returned.
    /// - Throws: What `body` threw at last.
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

    /// Makes the tables of the newest version out of those of another one.
    func apply(_ format: DatabaseFormat, from version: Int) throws(Diagnostic) {
        for migration in format.migrations[version...] { try script(migration) }
        try script("PRAGMA application_id = \(format.applicationID)")
        try script("PRAGMA user_version = \(format.migrations.count)")
    }

    private func number(_ sql: String) throws(Diagnostic) -> Int64 {
        try rows(sql) { $0.integer(0) }.first ?? 0
    }
}
