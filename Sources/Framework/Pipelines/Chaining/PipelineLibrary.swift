public import Diagnostics

/// How files of pipelines are found by the names that a command line or another file gives them.
public struct PipelineLibrary: Sendable {
    private let read: @Sendable (String) throws(DiagnosticList) -> RunnableFile

    /// A library.
    ///
    /// - Parameter read: Reads the file of a name; throws what is wrong with it, or, without a place, that there is none.
    public init(_ read: @escaping @Sendable (String) throws(DiagnosticList) -> RunnableFile) { self.read = read }

    /// The file of a name, or why there is none.
    func file(_ name: String) -> Result<RunnableFile, DiagnosticList> {
        do throws(DiagnosticList) {
            return .success(try read(name))
        } catch {
            return .failure(error)
        }
    }
}
