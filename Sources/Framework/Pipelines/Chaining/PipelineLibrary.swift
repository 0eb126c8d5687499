public import Diagnostics

/// Finds the files of pipelines by the names that a command line or another file uses.
public struct PipelineLibrary: Sendable {
    private let read: @Sendable (String) throws(DiagnosticList) -> RunnableFile

    /// Creates a library.
    ///
    /// - Parameter read: Reads the file for a name; throws the errors in it, or, without a position, that there is
    ///   none.
    public init(_ read: @escaping @Sendable (String) throws(DiagnosticList) -> RunnableFile) { self.read = read }

    /// The file for a name, or why there is none.
    func file(_ name: String) -> Result<RunnableFile, DiagnosticList> {
        do throws(DiagnosticList) {
            return .success(try read(name))
        } catch {
            return .failure(error)
        }
    }
}
