internal import Database
internal import Diagnostics
internal import Platform

extension Connection {
    /// A run and the number of its row.
    struct RunRow: Sendable {
        let number: Int64
        var run: StoredRun
    }

    /// The runs that a condition selects.
    ///
    /// The checksum (`seal`) of each row is verified. The condition is the text after `FROM runs`, with a `?` for each value.
    func storedRuns(_ condition: String, with values: SQLValue...) throws(Diagnostic) -> [RunRow] {
        let sql = """
            SELECT number, pipeline, id, date, time, configuration, started_at, ended_at, attempts, status, checkpoint,
            seal FROM runs \(condition)
            """
        return try rows(sql, with: values) { row throws(Diagnostic) in
            guard let status = StoredRun.Status(stored: row.text(9)) else {
                throw StateProblem.corrupt(path, detail: "a run has the unknown status '\(row.text(9))'")
            }
            let run = StoredRun(
                identity: RunIdentity(pipeline: row.text(1), id: row.text(2), date: row.text(3), time: row.text(4)),
                configuration: row.text(5),
                startedAt: row.integer(6),
                endedAt: row.optionalInteger(7),
                attempts: row.amount(8),
                status: status,
                checkpoint: row.amount(10)
            )
            guard row.integer(11) == seal(run, number: row.integer(0), status: row.text(9)) else {
                throw StateProblem.corrupt(path, detail: "the run '\(run.identity.id)' does not match its checksum")
            }
            return RunRow(number: row.integer(0), run: run)
        }
    }

    /// The newest run of a pipeline.
    func newestRun(of pipeline: String) throws(Diagnostic) -> RunRow? {
        try storedRuns("WHERE pipeline = ? ORDER BY number DESC LIMIT 1", with: .text(pipeline)).first
    }

    /// A run that must exist and be in one of these states.
    ///
    /// - Throws: `state.changed`.
    func run(
        _ identity: RunIdentity,
        in statuses: Set<StoredRun.Status>,
        to act: String
    ) throws(Diagnostic) -> RunRow {
        let found = try storedRuns(
            "WHERE pipeline = ? AND id = ?",
            with: .text(identity.pipeline),
            .text(identity.id)
        )
        guard let row = found.first else {
            throw StateProblem.changed(path, detail: "there is no run '\(identity.id)' to \(act) any more")
        }
        guard statuses.contains(row.run.status) else {
            throw StateProblem.changed(
                path,
                detail: "the run '\(identity.id)' is '\(row.run.status.rawValue)': there is nothing to \(act)"
            )
        }
        return row
    }

    /// Stores a new run.
    func insert(_ run: StoredRun) throws(Diagnostic) {
        let number = try rows("SELECT coalesce(max(number), 0) + 1 FROM runs") { $0.integer(0) }.first ?? 1
        try self.run(
            """
            INSERT INTO runs (number, pipeline, id, date, time, configuration, started_at, ended_at, attempts, status,
            checkpoint, seal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            with: .integer(number),
            .text(run.identity.pipeline),
            .text(run.identity.id),
            .text(run.identity.date),
            .text(run.identity.time),
            .text(run.configuration),
            .integer(run.startedAt),
            run.endedAt.map { .integer($0) } ?? .null,
            .integer(run.attempts),
            .text(run.status.rawValue),
            .integer(run.checkpoint),
            .integer(seal(run, number: number))
        )
    }

    /// Stores the changed values of a run.
    func update(_ row: RunRow) throws(Diagnostic) {
        try run(
            "UPDATE runs SET ended_at = ?, attempts = ?, status = ?, checkpoint = ?, seal = ? WHERE number = ?",
            with: row.run.endedAt.map { .integer($0) } ?? .null,
            .integer(row.run.attempts),
            .text(row.run.status.rawValue),
            .integer(row.run.checkpoint),
            .integer(seal(row.run, number: row.number)),
            .integer(row.number)
        )
    }

    /// Stores the report of a run.
    func store(report: String, of row: RunRow) throws(Diagnostic) {
        try run(
            "INSERT OR REPLACE INTO reports (run, json, seal) VALUES (?, ?, ?)",
            with: .integer(row.number),
            .text(report),
            .integer(seal(report, number: row.number))
        )
    }

    /// The report of a run.
    func report(of row: RunRow) throws(Diagnostic) -> String? {
        try rows("SELECT json, seal FROM reports WHERE run = ?", with: .integer(row.number)) {
            found throws(Diagnostic) in
            let report = found.text(0)
            guard found.integer(1) == seal(report, number: row.number) else {
                throw StateProblem.corrupt(
                    path,
                    detail: "the report of the run '\(row.run.identity.id)' does not match its checksum"
                )
            }
            return report
        }.first
    }

    /// The seal of a run.
    ///
    /// Seals of earlier versions include their own word for the status, until the row is stored again.
    private func seal(_ run: StoredRun, number: Int64, status: String? = nil) -> Int64 {
        var seal = Seal()
        seal.add(number)
        seal.add(run.identity.pipeline)
        seal.add(run.identity.id)
        seal.add(run.identity.date)
        seal.add(run.identity.time)
        seal.add(run.configuration)
        seal.add(run.startedAt)
        seal.add(run.endedAt)
        seal.add(run.attempts)
        seal.add(status ?? run.status.rawValue)
        seal.add(run.checkpoint)
        return seal.value
    }

    private func seal(_ report: String, number: Int64) -> Int64 {
        var seal = Seal()
        seal.add(number)
        seal.add(report)
        return seal.value
    }
}

extension StoredRun.Status {
    /// A status from its stored form; nil if there is none with that name.
    fileprivate init?(stored word: String) {
        // Versions before 0.2.
        self.init(rawValue: word == "publishing" ? Self.intended.rawValue : word)
    }
}
