internal import Database
internal import Diagnostics
public import Platform

extension RunStore {
    /// The temporary files that runs of this state have made and not released, sorted by path.
    ///
    /// - Throws: `state.*`, `file.*`.
    public func temporaryFiles() throws -> [TemporaryFileRecord] {
        try read { connection throws(Diagnostic) in try connection.temporaryFiles("ORDER BY path") }
    }

    /// Stores that a run is about to make temporary files.
    ///
    /// - Parameters:
    ///   - paths: Where, from the root; none of them is there.
    ///   - identity: The run.
    /// - Throws: `state.changed` if the run is not running or publishing.
    public func record(temporaryFiles paths: [String], of identity: RunIdentity) throws {
        try write("temporary") { connection in
            _ = try connection.run(identity, in: [.running, .intended, .partly], to: "write files of")
            for path in paths {
                try connection.store(TemporaryFileRecord(path: path, pipeline: identity.pipeline, run: identity.id))
            }
        }
    }

    /// Deletes what is stored of temporary files: they are gone, or another program's by now.
    public func forget(_ files: [TemporaryFileRecord]) throws {
        guard !files.isEmpty else { return }
        try write("temporary") { connection in for file in files { try connection.drop(file) } }
    }
}
