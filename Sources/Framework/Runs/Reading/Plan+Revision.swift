internal import PluginKit
internal import StateStore
internal import Pipelines

/// Whether there is anything to read: the present revisions of the sources, compared with those of the last run.
extension Plan {
    /// When a complete run read the present data; nil if there is new data, or a source cannot state its revision.
    ///
    /// The present revisions are noted in the journal, so that the next run can compare.
    ///
    /// - Returns: The time in milliseconds since 1970-01-01T00:00:00Z.
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
        // A record that was left out may no longer be in the future.
        let isDue = journal.bookmarks.contains { bookmark in
            guard SourceRevision(bookmark) == nil,
                let increment = nodes.first(where: { $0.name == bookmark.stage })?.increment,
                let due = (try? IncrementEdge(bookmark.edge, of: increment))?.due
            else { return false }
            return due <= journal.startedAt.multiplied(clamped: 1000)
        }
        guard !isDue else { return nil }
        // A user who has deleted the bookmark of a source wants it read again.
        let isKnown = nodes.allSatisfy { node in
            !node.isIncremental || journal.bookmarks.contains { $0.stage == node.name }
        }
        // A missing file with all of the data is made again. One that had only new records cannot be made again.
        let isThere = settings.unchanged == .read || before.allSatisfy { $0.files.allSatisfy(\.isThere) }
        return isSame && isKnown && isThere ? bookmarked : nil
    }

    /// The revisions of the sources that decide whether there is anything to read, and whether all can state one.
    ///
    /// In a run that skips unchanged data, all sources decide, including those that fill tables. In any other run, only
    /// incremental sources do: without new records of theirs, there is nothing to look up.
    private func revisions(_ owners: BookmarkOwners) async throws -> ([SourceRevision], areAll: Bool) {
        let tables = tableStages
        var revisions: [SourceRevision] = []
        var areAll = true
        for (index, node) in nodes.enumerated() {
            guard case .source(let source) = node.stage else { continue }
            guard settings.unchanged == .skip || node.isIncremental else {
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
