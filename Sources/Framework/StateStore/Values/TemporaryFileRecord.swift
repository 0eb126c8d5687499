/// A temporary file that a run makes, written down before it is made.
///
/// So the next start knows which of the files that it finds beside its outputs are its own.
public struct TemporaryFileRecord: Sendable, Hashable {
    /// Where it lies, from the root.
    public let path: String
    /// The pipeline whose run made it.
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
