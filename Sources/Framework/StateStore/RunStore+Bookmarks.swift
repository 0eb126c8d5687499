internal import Database
public import Diagnostics

extension RunStore {
    /// The bookmarks of a pipeline's sources, sorted by stage; those of all pipelines if none is given.
    public func bookmarks(of pipeline: String? = nil) throws(Diagnostic) -> [StoredBookmark] {
        try read { connection throws(Diagnostic) in
            try connection.storedBookmarks(
                "WHERE pipeline = coalesce(?, pipeline) ORDER BY pipeline, stage",
                with: .text(pipeline)
            )
        }
    }

    /// Deletes bookmarks, so that the next run reads everything.
    ///
    /// - Parameters:
    ///   - pipeline: The pipeline.
    ///   - stage: The stage of the source; nil for all.
    /// - Returns: How many there were.
    /// - Throws: `state.*` and `file.*`, as opening does.
    @discardableResult
    public func resetBookmarks(of pipeline: String, stage: String? = nil) throws -> Int {
        try write("reset") { connection in
            try connection.run(
                "DELETE FROM bookmarks WHERE pipeline = ? AND stage = coalesce(?, stage)",
                with: .text(pipeline),
                .text(stage)
            )
            return connection.changes
        }
    }

    /// Sets the owners of a pipeline's bookmarks; their positions and the runs that set them are unchanged.
    ///
    /// - Parameters:
    ///   - owners: The owners by stage.
    ///   - pipeline: The pipeline.
    /// - Throws: `state.*` and `file.*`, as opening does.
    public func assign(_ owners: [String: BookmarkOwner], of pipeline: String) throws {
        try change(pipeline, subject: "assign") { stored in
            guard let owner = owners[stored.bookmark.stage] else { return stored }
            return stored.owned(by: owner)
        }
    }

    /// Removes the owners of bookmarks, so that the next run adopts them.
    ///
    /// - Parameters:
    ///   - pipeline: The pipeline.
    ///   - name: The new name of the pipeline.
    /// - Returns: How many there were.
    /// - Throws: `state.*` and `file.*`, as opening does.
    @discardableResult
    public func disown(of pipeline: String, as name: String) throws -> Int {
        if name != pipeline { try renameMaker(pipeline, to: name) }
        return try change(pipeline, subject: "adopt") { $0.owned(by: nil, as: name) }
    }

    /// Moves the bookmarks of a pipeline from another database to this one, with the files that it has published; the
    /// store cannot be used for anything else afterwards.
    func adopt(_ pipeline: String, as name: String, from other: RunStore) throws -> Int {
        let bookmarks = try other.bookmarks(of: pipeline)
        let files = try other.publishedFiles(renaming: pipeline, to: name)
        try write("adopt", with: other) { connection in
            for stored in bookmarks { try connection.store(stored.owned(by: nil, as: name)) }
            for file in files { try connection.store(file) }
            try connection.run("DELETE FROM other.bookmarks WHERE pipeline = ?", with: .text(pipeline))
        }
        return bookmarks.count
    }

    @discardableResult
    private func change(
        _ pipeline: String,
        subject: String,
        body: @Sendable (StoredBookmark) -> StoredBookmark
    ) throws -> Int {
        try write(subject) { connection in
            let all = try connection.storedBookmarks("WHERE pipeline = ?", with: .text(pipeline))
            try connection.run("DELETE FROM bookmarks WHERE pipeline = ?", with: .text(pipeline))
            for stored in all { try connection.store(body(stored)) }
            return all.count
        }
    }
}

extension StoredBookmark {
    fileprivate func owned(by owner: BookmarkOwner?, as name: String? = nil) -> StoredBookmark {
        var bookmark = bookmark
        bookmark.owner = owner
        return StoredBookmark(pipeline: name ?? pipeline, bookmark: bookmark, run: run, changedAt: changedAt)
    }
}
