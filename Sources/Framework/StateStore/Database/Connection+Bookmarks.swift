internal import Database
internal import Diagnostics

extension Connection {
    /// Stores a bookmark in place of the previous one.
    func store(_ stored: StoredBookmark) throws(Diagnostic) {
        try run(
            """
            INSERT OR REPLACE INTO bookmarks (pipeline, stage, cursor, edge, run, changed_at, source, file, seal)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            with: .text(stored.pipeline),
            .text(stored.bookmark.stage),
            .text(stored.bookmark.cursor),
            .bytes(stored.bookmark.edge),
            .text(stored.run),
            .integer(stored.changedAt),
            .text(stored.bookmark.owner?.source),
            .text(stored.bookmark.owner?.file),
            .integer(seal(stored))
        )
    }

    /// The bookmarks that a condition selects, each with its seal verified.
    ///
    /// The condition is the text after `FROM bookmarks`, with a `?` for each value.
    func storedBookmarks(_ condition: String, with values: SQLValue...) throws(Diagnostic) -> [StoredBookmark] {
        let sql =
            "SELECT pipeline, stage, cursor, edge, run, changed_at, source, file, seal FROM bookmarks \(condition)"
        return try rows(sql, with: values) { row throws(Diagnostic) in
            let owner = row.optionalText(6).flatMap { source in
                row.optionalText(7).map { BookmarkOwner(source: source, file: $0) }
            }
            let stored = StoredBookmark(
                pipeline: row.text(0),
                bookmark: Bookmark(stage: row.text(1), cursor: row.text(2), edge: row.bytes(3), owner: owner),
                run: row.text(4),
                changedAt: row.integer(5)
            )
            guard row.integer(8) == seal(stored) else {
                throw StateProblem.corrupt(
                    path,
                    detail:
                        "the bookmark of '\(stored.pipeline)', stage '\(stored.bookmark.stage)', does not match its checksum"
                )
            }
            return stored
        }
    }

    private func seal(_ stored: StoredBookmark) -> Int64 {
        var seal = Seal()
        seal.add(stored.pipeline)
        seal.add(stored.bookmark.stage)
        seal.add(stored.bookmark.cursor)
        seal.add(stored.bookmark.edge)
        seal.add(stored.run)
        seal.add(stored.changedAt)
        // Those of earlier versions have no owner, and their seals do not include one.
        if let owner = stored.bookmark.owner {
            seal.add(owner.source)
            seal.add(owner.file)
        }
        return seal.value
    }
}
