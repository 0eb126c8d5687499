internal import PluginKit
internal import StateStore
internal import Pipelines

/// Whether there is anything to do: what sources say of their data, compared with what they said last time.
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
        let (revisions, areAll) = try await revisions(journal.owners)
        journal.note(revisions: revisions)
        guard areAll, !revisions.isEmpty, let bookmarked = journal.bookmarked else { return nil }
        let before = journal.bookmarks.compactMap(SourceRevision.init).filter { earlier in
            revisions.contains { $0.stage == earlier.stage }
        }
        let isSame = revisions.allSatisfy { revision in
            before.contains { $0.stage == revision.stage && $0.text == revision.text }
        }
        // The time of a record that was left out may have come.
        let isDue = journal.bookmarks.contains { bookmark in
            guard SourceRevision(bookmark) == nil,
                let increment = nodes.first(where: { $0.name == bookmark.stage })?.increment,
                let due = (try? IncrementEdge(bookmark.edge, of: increment))?.due
            else { return false }
            return due <= journal.startedAt.multiplied(clamped: 1000)
        }
        guard !isDue else { return nil }
        // Whoever has forgotten how far a source had got wants it read again.
        let isKnown = nodes.allSatisfy { node in
            node.increment == nil || journal.bookmarks.contains { $0.stage == node.name }
        }
        // A file that was made of all the data is made again; of one that had what was new, nobody can.
        let isThere = settings.unchanged == .read || before.allSatisfy { $0.files.allSatisfy(\.isThere) }
        return isSame && isKnown && isThere ? bookmarked : nil
    }

    /// What the sources say that make records, and whether all of them can.
    ///
    /// A run that skips what has not changed goes by all sources, also by those that are looked up in. Any other goes by
    /// those that are read from the last run on: without new records of theirs, there is nothing to look up.
    private func revisions(_ owners: BookmarkOwners) async throws -> ([SourceRevision], areAll: Bool) {
        let tables = tableStages
        var revisions: [SourceRevision] = []
        var areAll = true
        for (index, node) in nodes.enumerated() {
            guard case .source(let source) = node.stage else { continue }
            guard settings.unchanged == .skip || node.increment != nil else {
                if !tables.contains(index) { areAll = false }
                continue
            }
            do {
                let known = try await source.revision
                let revision = settings.unchanged == .skip && known == nil ? try await source.fingerprint : known
                if let revision {
                    // Two accounts may have last done something at the same time.
                    let identity = owners.identities[node.name]?.digest ?? "-"
                    revisions.append(SourceRevision(of: node.name, text: "\(configuration) \(identity) \(revision)"))
                } else {
                    areAll = false
                }
            } catch {
                throw Diagnostic.placing(error, at: node.name, origin: nil)
            }
        }
        return (revisions, areAll)
    }
}
