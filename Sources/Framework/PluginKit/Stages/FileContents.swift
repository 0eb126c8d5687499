/// What a file of records will hold, known before it is written.
///
/// It allows planning a pipeline whose input is written by an earlier pipeline of the same command.
public struct FileContents: Hashable, Sendable {
    /// The format of the file, such as `csv`: a name that sinks and sources of that format share.
    public let form: String
    /// The columns that were written, in order.
    public let schema: Schema

    /// Creates a description of a file.
    public init(form: String, schema: Schema) {
        self.form = form
        self.schema = schema
    }
}
