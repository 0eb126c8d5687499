internal import PluginKit
internal import StateStore

/// Whether there is anything to do: what incremental sources say of their data, compared with what they said last time.
extension Plan {
    /// When the data was as it is now, if a complete run has read it since; nil if there is something to read, or nobody
    /// can tell.
    ///
    /// What the sources say now is noted in the journal, so that the next run can compare.
    ///
    /// - Returns: The moment in milliseconds since 1970-01-01T00:00:00Z.
    /// - Throws: What a source throws when it is asked, at the stage.
    func unchangedSince(_ journal: RunJournal) async throws -> Int64? {
        guard journal.resumption == nil else { return nil }
        let tables = tableSources
        var revisions: [Bookmark] = []
        var isWhole = true
        for (index, node) in nodes.enumerated() {
            guard case .source(let source) = node.stage else { continue }
            guard node.increment != nil else {
                // What is only looked up in makes no records.
                if !tables.contains(index) { isWhole = false }
                continue
            }
            do {
                guard let revision = try await source.revision else {
                    isWhole = false
                    continue
                }
                revisions.append(
                    Bookmark(stage: Self.revisionName(of: node.name), cursor: "\(configuration) \(revision)")
                )
            } catch {
                throw Diagnostic.placing(error, node.name, nil)
            }
        }
        journal.note(revisions: revisions)
        guard isWhole, !revisions.isEmpty, let bookmarked = journal.bookmarked else { return nil }
        let isSame = revisions.allSatisfy { revision in
            journal.bookmarks.contains { $0.stage == revision.stage && $0.cursor == revision.cursor }
        }
        // Whoever has forgotten how far a source had got wants it read again.
        let isKnown = nodes.allSatisfy { node in
            node.increment == nil || journal.bookmarks.contains { $0.stage == node.name }
        }
        return isSame && isKnown ? bookmarked : nil
    }

    /// What the state calls the revision of a source: no stage has such a name.
    private static func revisionName(of stage: String) -> String { "\(stage) (revision)" }
}
