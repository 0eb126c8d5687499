internal import Diagnostics
internal import PluginKit
internal import StateStore
internal import Pipelines

/// The temporary files that earlier runs have recorded in the state and not removed: orphans, or files of a run that
/// can be resumed.
struct LeftFiles {
    private let store: RunStore
    private let stores: RunStores
    private let folder: String
    private let pipeline: String
    private let records: [TemporaryFileRecord]

    /// What runs have left.
    ///
    /// - Parameters:
    ///   - store: The database with the pipeline's state.
    ///   - folder: Its folder; the other databases in it are read as well, except those of the other partitions.
    ///   - pipeline: The pipeline whose lock is held.
    ///   - claims: Its outputs. An unfinished run of a version before 0.2 has left files beside them without recording
    ///     them.
    /// - Throws: `state.*`.
    init(
        in store: RunStore,
        folder: String,
        for pipeline: String,
        claiming claims: [TemporaryFiles.Claim] = []
    ) throws {
        self.store = store
        self.folder = folder
        self.pipeline = pipeline
        stores = RunStores(in: folder)
        let records = try Self.records(in: store, stores: stores, for: pipeline)
        guard let last = try store.lastRun(of: pipeline), last.run.status == .running || last.checkpoint != nil,
            !records.contains(where: { $0.pipeline == pipeline && $0.run == last.run.identity.id })
        else {
            self.records = records
            return
        }
        self.records =
            records
            + StrayFiles.paths(beside: claims).filter(TemporaryFiles.isUnused).map { path in
                TemporaryFileRecord(path: path, pipeline: pipeline, run: last.run.identity.id)
            }
    }

    private static func records(
        in store: RunStore,
        stores: RunStores,
        for pipeline: String
    ) throws -> [TemporaryFileRecord] {
        let own = try store.temporaryFiles()
        let others = try stores.each(besides: stores.siblings(of: pipeline).union([store.path])) { other in
            // An unreadable database of one partition does not prevent another from running: its files are left alone.
            do { return try other.temporaryFiles() } catch is Diagnostic { return [] }
        }
        return own + others
    }

    /// The paths of all of them.
    var paths: Set<String> { Set(records.map(\.path).filter(store.mayHaveMade)) }

    /// The paths of those of a run of the pipeline.
    func paths(of run: String) -> Set<String> {
        Set(
            records.filter { $0.pipeline == pipeline && $0.run == run }.map(\.path).filter(store.mayHaveMade)
        )
    }

    /// Refuses outputs whose temporary files an unfinished run of another pipeline needs.
    ///
    /// - Throws: `file.claimed`, which names the pipeline and the ways out.
    func refuseNeeded(_ claims: [TemporaryFiles.Claim]) throws {
        for claim in claims {
            let path = try TemporaryFiles.claimPath(of: claim.path)
            guard FileIdentity(named: path) != nil else { continue }
            let others = records.filter { $0.path == path && $0.pipeline != pipeline }
            guard let record = try others.first(where: { try isNeeded($0) }) else { continue }
            let key = PipelineKey(record.pipeline)
            throw Diagnostic(
                "file.claimed",
                message:
                    "the unfinished run '\(record.run)' of the pipeline '\(record.pipeline)' writes this file, and continues "
                    + "with \(path)",
                category: .environment,
                at: .file(claim.path),
                hint: "complete it (\(key.run)), or abandon that run: \(key.run) --restart, or \(key.reset); or "
                    + "give each pipeline its own path"
            )
        }
    }

    /// Whether the run that a file belongs to can still be resumed with it.
    private func isNeeded(_ record: TemporaryFileRecord) throws -> Bool {
        try all(of: record.pipeline).contains { store in
            guard let last = try store.lastRun(of: record.pipeline), last.run.identity.id == record.run else {
                return false
            }
            return last.run.status.isIntended || last.checkpoint != nil
        }
    }

    /// The databases that may hold state of a pipeline.
    private func all(of pipeline: String) throws -> [RunStore] {
        pipeline == self.pipeline ? [store] : try stores.stores(of: pipeline)
    }

    /// Removes the files that no run needs: all of the pipeline except those of one run, and those of other pipelines
    /// that no unfinished run needs.
    ///
    /// - Parameter run: The run that is resumed; nil if none is.
    /// - Returns: Files that are recorded but were not made by a run of this state, so that they are not removed.
    /// - Throws: `state.*`, `file.*`.
    func removeOrphans(except run: String? = nil) throws -> [String] {
        var gone: [TemporaryFileRecord] = []
        var kept: [TemporaryFileRecord] = []
        for (owner, records) in Dictionary(grouping: records, by: \.pipeline).sorted(by: { $0.key < $1.key }) {
            // A running pipeline needs its files.
            let lock = owner == pipeline ? nil : try? PipelineLock(owner, in: folder, patience: .zero)
            guard owner == pipeline || lock != nil else { continue }
            defer { lock?.release() }
            for record in records where record.run != run || owner != pipeline {
                if owner != pipeline, try isNeeded(record) { continue }
                switch store.removeOrphan(record.path) {
                case .gone: gone.append(record)
                case .foreign: kept.append(record)
                case .failed: break
                }
            }
        }
        try FileSystem.syncFolders(of: gone.map(\.path))
        // A path that the new run has recorded is stored under that run's name by now, and stays.
        for (owner, records) in Dictionary(grouping: gone + kept, by: \.pipeline) {
            for store in try all(of: owner) { try store.forget(records) }
        }
        return kept.map(\.path)
    }
}

extension StateStore.RunStore {
    /// Whether a recorded temporary file can belong to a run of this state.
    ///
    /// The recorded name alone does not prove it: the run may have been killed before it made the file, and a run of
    /// another state may have used the name since.
    func mayHaveMade(_ path: String) -> Bool {
        guard let run = TemporaryFiles.maker(of: path) else { return true }
        // A file that cannot be examined is left alone.
        if (try? record(of: run)).flatMap({ $0 }) != nil { return true }
        return (try? RunStores(in: folder).record(of: run)).flatMap { $0 } != nil
    }

    /// Removes the files that a run of an earlier version left beside the files of its checkpoint.
    ///
    /// Such a run recorded only the latter.
    ///
    /// - Parameters:
    ///   - last: The last run of the pipeline.
    ///   - others: The temporary files that are stored, of all pipelines.
    /// - Throws: `file.*`.
    func removeStrays(of last: LastRun, besides others: [TemporaryFileRecord]) throws {
        let (pipeline, run) = (last.run.identity.pipeline, last.run.identity.id)
        guard let parts = last.checkpoint?.parts, !others.contains(where: { $0.pipeline == pipeline && $0.run == run })
        else { return }
        let finals = parts.flatMap { RunOutput.finalNames(ofTemporary: FileSystem.absoluteName($0.path)) }
        let strays = StrayFiles.paths(beside: finals.map { TemporaryFiles.Claim(path: $0) })
            .subtracting(others.map(\.path)).filter(TemporaryFiles.isUnused)
        for path in strays { removeOrphan(path) }
        try FileSystem.syncFolders(of: Array(strays))
    }

    /// Removes a temporary file that a run of this state made and no run needs.
    @discardableResult
    func removeOrphan(_ path: String) -> TemporaryFiles.Removal {
        FileIdentity(named: path) == nil || mayHaveMade(path) ? TemporaryFiles.removeOrphan(path) : .foreign
    }

    /// Removes the temporary files of a pipeline, or of one of its runs, and deletes their rows.
    func removeTemporaryFiles(of pipeline: String, run: String? = nil) throws {
        let records = try temporaryFiles().filter { $0.pipeline == pipeline && (run == nil || $0.run == run) }
        let done = records.filter { removeOrphan($0.path) != .failed }
        try FileSystem.syncFolders(of: done.map(\.path))
        try forget(done)
    }
}

extension Plan {
    /// The outputs that a run claims before it reads anything: those of its sinks, and the file of rejected records.
    var claims: [TemporaryFiles.Claim] {
        outputs.compactMap { output in
            let path = output.path.path(in: run)
            switch output.owner {
            case .exporter: return nil
            case .rejects: return TemporaryFiles.Claim(path: path)
            case .sink:
                // The name of the first of several files depends on how many there are.
                let others = [2, 100, 1000].map { output.path.path(in: run, part: 1, of: $0) }
                return TemporaryFiles.Claim(path: path, others: others.filter { $0 != path })
            }
        }
    }
}
