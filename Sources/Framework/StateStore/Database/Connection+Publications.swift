internal import Database
internal import Diagnostics
internal import Platform

extension Connection {
    /// Stores which files a run is about to publish.
    func store(_ publications: [Publication], of run: Int64) throws(Diagnostic) {
        try dropPublications(of: run)
        try self.run(
            "INSERT INTO publications (run, seal) VALUES (?, ?)",
            .integer(run),
            .integer(seal(publications, run))
        )
        for (position, file) in publications.enumerated() {
            try self.run(
                """
                INSERT INTO publication_files (run, position, temporary_path, path, bytes, crc32, rule)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                .integer(run),
                .integer(position),
                .text(file.temporaryPath),
                .text(file.path),
                .integer(file.bytes),
                .integer(file.crc32),
                .text(file.rule?.rawValue)
            )
        }
    }

    /// Forgets which files a run was about to publish.
    func dropPublications(of run: Int64) throws(Diagnostic) {
        try self.run("DELETE FROM publications WHERE run = ?", .integer(run))
    }

    /// The files that a run was about to publish, with their seal checked.
    func publications(of row: RunRow) throws(Diagnostic) -> [Publication] {
        guard row.run.status == .publishing else { return [] }
        let seals = try rows("SELECT seal FROM publications WHERE run = ?", .integer(row.number)) { $0.integer(0) }
        let files = try rows(
            "SELECT temporary_path, path, bytes, crc32, rule FROM publication_files WHERE run = ? ORDER BY position",
            .integer(row.number)
        ) {
            Publication(
                temporaryPath: $0.text(0),
                path: $0.text(1),
                bytes: $0.amount(2),
                crc32: UInt32(truncatingIfNeeded: $0.integer(3)),
                rule: $0.optionalText(4).flatMap(Publication.Rule.init)
            )
        }
        guard seals == [seal(files, row.number)] else {
            throw StateProblem.corrupt(
                path,
                "the files that the run '\(row.run.identity.id)' was publishing do not match their checksum"
            )
        }
        return files
    }

    private func seal(_ publications: [Publication], _ run: Int64) -> Int64 {
        var seal = Seal()
        seal.add(run)
        seal.add(publications.count)
        for file in publications {
            seal.add(file.temporaryPath)
            seal.add(file.path)
            seal.add(file.bytes)
            seal.add(Int(file.crc32))
            // Those of earlier versions have no rule, and were sealed without one.
            if let rule = file.rule { seal.add(rule.rawValue) }
        }
        return seal.value
    }
}
