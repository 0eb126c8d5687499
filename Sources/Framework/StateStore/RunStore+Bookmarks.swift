internal import Database
public import Diagnostics

extension RunStore {
    /// The bookmarks of a pipeline's sources, by the names of the stages; of all pipelines if none is named.
    public func bookmarks(of pipeline: String? = nil) throws(Diagnostic) -> [StoredBookmark] {
        try read { connection throws(Diagnostic) in
            try connection.storedBookmarks(
                "WHERE pipeline = coalesce(?, pipeline) ORDER BY pipeline, stage",
                .text(pipeline)
            )
        }
    }

    /// Forgets bookmarks, so that the next run reads everything.
    ///
    /// - Parameters:
    ///   - pipeline: Whose.
    ///   - stage: Of which source; nil for all.
    /// - Returns: How many there were.
    /// - Throws: `state.*` and `file.*`, as opening does.
    @discardableResult
    public func resetBookmarks(of pipeline: String, stage: String? = nil) throws -> Int {
        try write("reset") { connection in
            try connection.run(
                "DELETE FROM bookmarks WHERE pipeline = ? AND stage = coalesce(?, stage)",
                .text(pipeline),
                .text(stage)
            )
            return connection.changes
        }
    }
}
