/// What a file of records will hold, known before it is written.
///
/// It allows planning a pipeline whose input is written by an earlier pipeline of the same command, and reading what an
/// earlier run has published.
public struct FileContents: Hashable, Sendable {
    /// The format of the file, such as `csv`: a name that sinks and sources of that format share.
    public let form: String
    /// The columns that were written, in order.
    public let schema: Schema

    /// The options with which a source of that form reads the file, as in a pipeline file: `delimiter` and `";"`.
    ///
    /// Empty if the defaults do.
    public let reading: [String: String]

    /// Creates a description of a file.
    ///
    /// - Parameters:
    ///   - form: The format of the file: a name that sinks and sources of that format share.
    ///   - schema: The columns, in order.
    ///   - reading: The options with which a source of that form reads the file, as in a pipeline file.
    public init(form: String, schema: Schema, reading: [String: String] = [:]) {
        self.form = form
        self.schema = schema
        self.reading = reading
    }
}
