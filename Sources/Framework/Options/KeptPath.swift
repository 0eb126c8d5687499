/// A file that a plugin keeps from run to run, such as the file of a cache.
///
/// Several stages may share it. No output of a run may replace it, or one of the files that SQLite keeps next to it
/// (`….db-wal`).
public struct KeptPath: OptionValue, Hashable, ExpressibleByStringLiteral {
    /// The path as written, relative to the program's working directory.
    public let path: String

    /// Allows writing a default as a string.
    public init(stringLiteral path: String) { self.path = path }
    /// Creates a path to a file that the plugin keeps from run to run.
    public init(_ path: String) { self.path = path }

    /// In help and messages, the option expects a path.
    public static var shape: OptionShape { .path }

    /// Reads the path from a pipeline file.
    ///
    /// - Throws: `option.type`, and errors of `${…}` in it.
    public init(from input: OptionInput) throws(Diagnostic) { path = try input.text(expected: Self.shape) }

    /// The path as it is written in a pipeline file.
    public var literal: String { path.quoted }
}
