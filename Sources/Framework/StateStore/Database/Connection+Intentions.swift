internal import Database
internal import Diagnostics
internal import Platform

extension Connection {
    /// Stores the intention of a run.
    func store(_ intention: Intention, of run: Int64) throws(Diagnostic) {
        try dropIntention(of: run)
        try self.run(
            "INSERT INTO publications (run, seal, form) VALUES (?, ?, ?)",
            with: .integer(run),
            .integer(seal(intention, run: run)),
            intention.bookmarks == nil ? .null : .integer(1)
        )
        for (position, file) in intention.files.enumerated() {
            try self.run(
                """
                INSERT INTO publication_files (run, position, temporary_path, path, bytes, crc32, rule)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                with: .integer(run),
                .integer(position),
                .text(file.temporaryPath),
                .text(file.path),
                .integer(file.bytes),
                .integer(file.crc32),
                .text(file.rule?.rawValue)
            )
        }
        for (position, commit) in intention.commits.enumerated() {
            try self.run(
                """
                INSERT INTO intended_commits
                (run, position, stage, plugin, version, is_refusable, options, mark, is_done)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                with: .integer(run),
                .integer(position),
                .text(commit.stage),
                .text(commit.plugin),
                .integer(commit.version),
                .integer(commit.isRefusable ? 1 : 0),
                .text(commit.options),
                .text(commit.mark),
                .integer(commit.isDone ? 1 : 0)
            )
        }
        for (position, bookmark) in (intention.bookmarks ?? []).enumerated() {
            try self.run(
                """
                INSERT INTO intended_bookmarks (run, position, stage, cursor, edge, source, file)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                with: .integer(run),
                .integer(position),
                .text(bookmark.stage),
                .text(bookmark.cursor),
                .bytes(bookmark.edge),
                .text(bookmark.owner?.source),
                .text(bookmark.owner?.file)
            )
        }
    }

    /// Deletes the intention of a run.
    func dropIntention(of run: Int64) throws(Diagnostic) {
        try self.run("DELETE FROM publications WHERE run = ?", with: .integer(run))
    }

    /// The intention of a run, with its seal verified; nil if its status is another one.
    func intention(of row: RunRow) throws(Diagnostic) -> Intention? {
        guard row.run.status.isIntended else { return nil }
        let heads = try rows("SELECT seal, form FROM publications WHERE run = ?", with: .integer(row.number)) {
            (seal: $0.integer(0), isOfFilesAlone: $0.optionalInteger(1) == nil)
        }
        var intention = Intention()
        intention.files = try rows(
            "SELECT temporary_path, path, bytes, crc32, rule FROM publication_files WHERE run = ? ORDER BY position",
            with: .integer(row.number)
        ) {
            IntendedFile(
                temporaryPath: $0.text(0),
                path: $0.text(1),
                bytes: $0.amount(2),
                crc32: UInt32(truncatingIfNeeded: $0.integer(3)),
                rule: $0.optionalText(4).flatMap(IntendedFile.Rule.init)
            )
        }
        intention.commits = try rows(
            """
            SELECT stage, plugin, version, is_refusable, options, mark, is_done FROM intended_commits WHERE run = ?
            ORDER BY position
            """,
            with: .integer(row.number)
        ) {
            IntendedCommit(
                stage: $0.text(0),
                plugin: $0.text(1),
                version: Int($0.integer(2)),
                isRefusable: $0.integer(3) != 0,
                options: $0.text(4),
                mark: $0.text(5),
                isDone: $0.integer(6) != 0
            )
        }
        let bookmarks = try rows(
            "SELECT stage, cursor, edge, source, file FROM intended_bookmarks WHERE run = ? ORDER BY position",
            with: .integer(row.number)
        ) { row in
            let owner = row.optionalText(3).flatMap { source in
                row.optionalText(4).map { BookmarkOwner(source: source, file: $0) }
            }
            return Bookmark(stage: row.text(0), cursor: row.text(1), edge: row.bytes(2), owner: owner)
        }
        if heads.first?.isOfFilesAlone == false { intention.bookmarks = bookmarks }
        guard heads.map(\.seal) == [seal(intention, run: row.number)] else {
            throw StateProblem.corrupt(
                path,
                detail: "the planned publication of the run '\(row.run.identity.id)' does not match its checksum"
            )
        }
        return intention
    }

    private func seal(_ intention: Intention, run: Int64) -> Int64 {
        var seal = Seal()
        seal.add(run)
        seal.add(intention.files.count)
        for file in intention.files {
            seal.add(file.temporaryPath)
            seal.add(file.path)
            seal.add(file.bytes)
            seal.add(Int(file.crc32))
            // Those of earlier versions have no rule, and their seals do not include one.
            if let rule = file.rule { seal.add(rule.rawValue) }
        }
        // The seals of earlier versions end here.
        guard let bookmarks = intention.bookmarks else { return seal.value }
        seal.add(intention.commits.count)
        for commit in intention.commits {
            seal.add(commit.stage)
            seal.add(commit.plugin)
            seal.add(commit.version)
            seal.add(commit.isRefusable ? 1 : 0)
            seal.add(commit.options)
            seal.add(commit.mark)
            seal.add(commit.isDone ? 1 : 0)
        }
        seal.add(bookmarks.count)
        for bookmark in bookmarks {
            seal.add(bookmark.stage)
            seal.add(bookmark.cursor)
            seal.add(bookmark.edge)
            if let owner = bookmark.owner {
                seal.add(owner.source)
                seal.add(owner.file)
            }
        }
        return seal.value
    }
}
