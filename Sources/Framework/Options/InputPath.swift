/// A file or folder that a plugin reads.
///
/// The type of an option is how a plugin states which files it reads: no output of the same run may replace one of them,
/// or lie inside a folder that is read. A plugin that reads a file without saying so is not protected.
///
///     @Option("The ZIP as downloaded, or the folder that it was unpacked into.") var path: InputPath
public struct InputPath: OptionValue, Hashable, ExpressibleByStringLiteral {
    /// The path as written, relative to the folder that the program runs in.
    public let path: String

    /// A path written as a literal.
    public init(stringLiteral path: String) { self.path = path }
    /// Creates a path to a file that the plugin reads.
    public init(_ path: String) { self.path = path }

    /// What can be written for it.
    public static var shape: OptionShape { .path }

    /// Reads the value from a pipeline file.
    ///
    /// - Throws: `option.type`; `option.path` for an empty one; what `${…}` in it throws.
    public init(from input: OptionInput) throws(Diagnostic) {
        path = try input.text(expected: Self.shape)
        guard !path.isEmpty else {
            throw Diagnostic(
                "option.path",
                message: "this path is empty",
                at: .text(input.range),
                hint: "name the file to read"
            )
        }
    }

    /// The value as it would stand in a file.
    public var literal: String { path.quoted }
}
