/// A file that a plugin keeps for itself from run to run, such as the file of a cache.
///
/// Several stages may share it; no output of a run may replace it, or one of the files that SQLite keeps beside it
/// (`….db-wal`).
public struct KeptPath: OptionValue, Hashable, ExpressibleByStringLiteral {
    /// The path as written, relative to the folder that the program runs in.
    public let path: String

    /// A path written as a literal.
    public init(stringLiteral path: String) { self.path = path }
    /// Creates a path to a file that the plugin keeps for itself.
    public init(_ path: String) { self.path = path }

    /// What can be written for it.
    public static var shape: OptionShape { .path }

    /// Reads the value from a pipeline file.
    ///
    /// - Throws: `option.type`, and what `${…}` in it throws.
    public init(from input: OptionInput) throws(Diagnostic) { path = try input.text(expected: Self.shape) }

    /// The value as it would stand in a file.
    public var literal: String { path.quoted }
}
