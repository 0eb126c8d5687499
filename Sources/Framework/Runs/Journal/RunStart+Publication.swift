internal import Diagnostics
internal import Pipelines
internal import PluginKit
internal import StateStore

extension RunStart {
    /// Completes the publication of a run that was cut off.
    ///
    /// - Returns: The name of that run; nil if there is none, or if it is given up.
    static func finishLastPublication(
        of plan: Plan,
        in store: RunStore,
        _ existing: ExistingFiles,
        restarts: Bool
    ) throws -> String? {
        let pipeline = plan.run.key
        guard let last = try store.lastRun(of: pipeline), last.run.status == .publishing else { return nil }
        do {
            try existing.refuse(last.publications, of: last.run.identity(of: plan))
            for file in last.publications { try file.finish(run: last.run.identity.id) }
            for file in last.publications { try FileSystem.syncFolder(of: file.path) }
        } catch {
            guard restarts else { throw error }
            // Those that have their names are the pipeline's own, whatever becomes of the run.
            try store.note(existing.made(last.publications.filter(existing.isComplete), run: last.run.identity.id))
            try store.end(last.run.identity, as: .failed, at: RunJournal.now)
            return nil
        }
        let published = Set(last.publications.map(\.temporaryPath))
        for part in last.checkpoint?.parts ?? [] where !published.contains(part.path) {
            store.removeOrphan(part.path)
        }
        let others = try store.temporaryFiles().filter { $0.pipeline == pipeline && $0.run == last.run.identity.id }
        let left = others.filter { store.removeOrphan($0.path) == .failed }.map(\.path)
        try FileSystem.syncFolders(of: others.map(\.path))
        let files = last.publications.map { SourceRevision.MadeFile(path: $0.path, bytes: $0.bytes) }
        let revisions = last.checkpoint.map(SourceRevision.all) ?? []
        do {
            try store.complete(
                last.run.identity,
                report: nil,
                bookmarks: (last.checkpoint.map(Bookmark.edges) ?? []) + revisions.map { $0.bookmark(with: files) },
                files: existing.made(last.publications, run: last.run.identity.id),
                keeping: Set(left),
                at: RunJournal.now
            )
        } catch {
            throw Diagnostic.unrecorded(
                run: last.run.identity.id,
                files: last.publications.map(\.path),
                in: store.path,
                because: error
            )
        }
        return last.run.identity.id
    }
}
