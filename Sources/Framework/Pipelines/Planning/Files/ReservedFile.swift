/// A file that the command which starts runs reads or writes itself, so that no output of a run may replace it.
public struct ReservedFile: Sendable, Hashable {
    /// The file.
    public let path: String
    /// Whose it is, in words: `the chain 'nightly'`.
    public let owner: String
    /// Whether the command writes it, as it does with a report; then it may not replace what a run reads either.
    public let isWritten: Bool

    /// A file of the command, which by default only reads it.
    public init(_ path: String, of owner: String, isWritten: Bool = false) {
        self.path = path
        self.owner = owner
        self.isWritten = isWritten
    }
}
