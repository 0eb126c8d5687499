/// A file or folder that a plugin reads.
///
/// The type of the option declares which files the plugin reads: no output of the same run may replace one of them, or
/// be inside a folder that is read. Files that a plugin reads without declaring them are not protected.
///
///     @Option("The ZIP as downloaded, or the folder that it was unpacked into.") var path: InputPath
public struct InputPath: OptionValue, Hashable, ExpressibleByStringLiteral {
    /// The path as written, relative to the program's working directory.
    public let path: String

    /// Allows writing a default as a string.
    public init(stringLiteral path: String) { self.path = path }
    /// Creates a path to a file that the plugin reads.
    public init(_ path: String) { self.path = path }

    /// In help and messages, the option expects a path.
    public static var shape: OptionShape { .path }

    /// Reads the path from a pipeline file.
    ///
    /// - Throws: `option.type`; `option.path` if it is empty; errors of `${…}` in it.
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

    /// The path as it is written in a pipeline file.
    public var literal: String { path.quoted }
}
