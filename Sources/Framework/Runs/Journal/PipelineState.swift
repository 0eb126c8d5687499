internal import PluginKit
internal import StateStore

/// The state of a pipeline.
///
/// It belongs to the run that holds the lock.
struct PipelineState: Sendable {
    let store: RunStore
    let lock: PipelineLock
    let folder: String
    let owners: BookmarkOwners

    /// The temporary files of a run, which are recorded in the state.
    func files(of run: RunIdentity, own: Set<String> = []) -> TemporaryFiles {
        TemporaryFiles(
            of: run.id,
            own: own,
            record: { [store] in try store.record(temporaryFiles: $0, of: run) },
            describe: { PipelineLock.words(for: $0.openFiles) }
        )
    }
}
