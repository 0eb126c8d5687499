public import Diagnostics

/// A file that the command itself reads or writes, so no output of a run may replace it.
public struct ReservedFile: Sendable, Hashable {
    /// The path of the file.
    public let path: String
    /// The owner, for messages: `the chain 'nightly'`.
    public let owner: String
    /// Whether the command writes it, such as a report; then it may not replace a file that a run reads either.
    public let isWritten: Bool

    /// The code of a conflict with a file that the command writes.
    public static let clash: Diagnostic.Code = "command.report"

    /// Standard output, to which the command writes its result.
    public static func standardOutput(of owner: String) -> ReservedFile {
        ReservedFile("-", of: owner, isWritten: true)
    }

    var isStandardOutput: Bool { path == "-" && isWritten }

    /// Creates a file of the command, which by default only reads it.
    public init(_ path: String, of owner: String, isWritten: Bool = false) {
        self.path = path
        self.owner = owner
        self.isWritten = isWritten
    }
}
