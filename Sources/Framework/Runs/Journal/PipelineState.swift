internal import PluginKit
internal import StateStore

/// The state of a pipeline, which belongs to one run as long as that has the lock.
struct PipelineState: Sendable {
    let store: RunStore
    let lock: PipelineLock
    let folder: String
    let owners: BookmarkOwners

    /// The temporary files of a run that is stored.
    func files(of run: RunIdentity, own: Set<String> = []) -> TemporaryFiles {
        TemporaryFiles(
            of: run.id,
            own: own,
            record: { [store] in try store.record(temporaryFiles: $0, of: run) },
            describe: { PipelineLock.words(for: $0.openFiles) }
        )
    }
}
