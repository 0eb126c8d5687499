internal import Database
internal import Diagnostics

extension Connection {
    /// Stores that a file belongs to a run.
    func store(_ file: TemporaryFileRecord) throws(Diagnostic) {
        try run(
            "INSERT OR REPLACE INTO temporary_files (path, pipeline, run, seal) VALUES (?, ?, ?, ?)",
            with: .text(file.path),
            .text(file.pipeline),
            .text(file.run),
            .integer(seal(file))
        )
    }

    /// The temporary files that a condition selects, each with its seal verified.
    ///
    /// The condition is the text after `FROM temporary_files`, with a `?` for each value.
    func temporaryFiles(_ condition: String, with values: SQLValue...) throws(Diagnostic) -> [TemporaryFileRecord] {
        let sql = "SELECT path, pipeline, run, seal FROM temporary_files \(condition)"
        return try rows(sql, with: values) { row throws(Diagnostic) in
            let file = TemporaryFileRecord(path: row.text(0), pipeline: row.text(1), run: row.text(2))
            guard row.integer(3) == seal(file) else {
                throw StateProblem.corrupt(
                    path,
                    detail: "the temporary file '\(file.path)' does not match its checksum"
                )
            }
            return file
        }
    }

    /// Deletes the entries for the temporary files of a run, except those for these paths.
    func dropTemporaryFiles(of run: String, in pipeline: String, except kept: Set<String>) throws(Diagnostic) {
        for file in try temporaryFiles("WHERE pipeline = ? AND run = ?", with: .text(pipeline), .text(run))
        where !kept.contains(file.path) {
            try drop(file)
        }
    }

    /// Deletes the entry for a temporary file.
    func drop(_ file: TemporaryFileRecord) throws(Diagnostic) {
        try run(
            "DELETE FROM temporary_files WHERE pipeline = ? AND path = ? AND run = ?",
            with: .text(file.pipeline),
            .text(file.path),
            .text(file.run)
        )
    }

    private func seal(_ file: TemporaryFileRecord) -> Int64 {
        var seal = Seal()
        seal.add(file.path)
        seal.add(file.pipeline)
        seal.add(file.run)
        return seal.value
    }
}
