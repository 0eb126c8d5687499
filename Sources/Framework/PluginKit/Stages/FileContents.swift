/// What a file of records holds, known before it is written: so that a pipeline can be planned whose input an earlier one of
/// the same command writes.
public struct FileContents: Hashable, Sendable {
    /// The form of the file, such as `csv`: a word that sinks and sources of that form share.
    public let form: String
    /// The columns that were written, in their order.
    public let schema: Schema

    /// What a file holds.
    public init(form: String, schema: Schema) {
        self.form = form
        self.schema = schema
    }
}
