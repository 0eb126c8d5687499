internal import Database
internal import Diagnostics
public import Platform

extension RunStore {
    /// The temporary files that runs of this state have created and not released, sorted by path.
    ///
    /// - Throws: `state.*`, `file.*`.
    public func temporaryFiles() throws -> [TemporaryFileRecord] {
        try read { connection throws(Diagnostic) in try connection.temporaryFiles("ORDER BY path") }
    }

    /// Stores that a run is about to create temporary files.
    ///
    /// - Parameters:
    ///   - paths: Their canonical paths; none of them exists.
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

    /// Deletes the entries for temporary files that no longer exist or belong to another program now.
    public func forget(_ files: [TemporaryFileRecord]) throws {
        guard !files.isEmpty else { return }
        try write("temporary") { connection in for file in files { try connection.drop(file) } }
    }
}
