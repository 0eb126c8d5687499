/// A temporary file of a run, recorded before it is created.
///
/// So the next start knows which of the files next to its outputs are its own.
public struct TemporaryFileRecord: Sendable, Hashable {
    /// Its canonical path.
    public let path: String
    /// The pipeline whose run created it.
    public let pipeline: String
    /// That run.
    public let run: String

    /// A temporary file of a run.
    public init(path: String, pipeline: String, run: String) {
        self.path = path
        self.pipeline = pipeline
        self.run = run
    }
}
