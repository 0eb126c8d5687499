internal import Database
internal import Diagnostics

extension Connection {
    /// Stores a file that a run has published, in place of the previous entry for its path.
    func store(_ file: PublishedFile) throws(Diagnostic) {
        let number = try rows("SELECT coalesce(max(number), 0) + 1 FROM made_files") { $0.integer(0) }.first ?? 1
        try run(
            """
            INSERT OR REPLACE INTO made_files (resolved, path, pipeline, run, bytes, crc32, number, seal)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            with: .text(file.resolved),
            .text(file.path),
            .text(file.pipeline),
            .text(file.run),
            .integer(file.bytes),
            .integer(file.crc32),
            .integer(number),
            .integer(seal(file))
        )
    }

    /// Deletes the oldest files of a pipeline beyond a number.
    func dropPublishedFiles(of pipeline: String, beyond most: Int) throws(Diagnostic) {
        try run(
            """
            DELETE FROM made_files WHERE pipeline = ?1 AND number <= (
                SELECT number FROM made_files WHERE pipeline = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2
            )
            """,
            with: .text(pipeline),
            .integer(most)
        )
    }

    /// The files that a condition selects, the newest first, each with its seal verified.
    ///
    /// The condition is the text after `FROM made_files`, with a `?` for each value.
    func publishedFiles(_ condition: String, with values: SQLValue...) throws(Diagnostic) -> [PublishedFile] {
        let sql = "SELECT resolved, path, pipeline, run, bytes, crc32, seal FROM made_files \(condition)"
        return try rows(sql + " ORDER BY number DESC", with: values) { row throws(Diagnostic) in
            let file = PublishedFile(
                pipeline: row.text(2),
                run: row.text(3),
                path: row.text(1),
                resolved: row.text(0),
                bytes: Int(row.integer(4)),
                crc32: UInt32(truncatingIfNeeded: row.integer(5))
            )
            guard row.integer(6) == seal(file) else {
                throw StateProblem.corrupt(path, detail: "the entry for \(file.path) does not match its checksum")
            }
            return file
        }
    }

    private func seal(_ file: PublishedFile) -> Int64 {
        var seal = Seal()
        seal.add(file.resolved)
        seal.add(file.path)
        seal.add(file.pipeline)
        seal.add(file.run)
        seal.add(file.bytes)
        seal.add(Int(file.crc32))
        return seal.value
    }
}
