/// Where a plugin writes that can also write to standard output: a path, or `-`.
///
/// The type of the option declares it, as `OutputPath` does for plugins that write files only: at most one sink of a
/// pipeline writes to standard output, and not together with the result of `--json`.
public enum OutputDestination: OptionValue, Hashable {
    /// A file, or several with numbered names.
    case file(OutputPath)
    /// Standard output, written as `-`.
    case standardOutput

    /// In help and messages, the option expects a path.
    public static var shape: OptionShape { .path }

    /// Reads the path from a pipeline file.
    ///
    /// - Throws: As `OutputPath`.
    public init(from input: OptionInput) throws(Diagnostic) {
        let path = try OutputPath(from: input)
        self = path.pattern == "-" ? .standardOutput : .file(path)
    }

    /// The path; nil for standard output.
    public var path: OutputPath? {
        if case .file(let path) = self { path } else { nil }
    }

    /// The path as it is written in a pipeline file.
    public var literal: String {
        switch self {
        case .file(let path): path.literal
        case .standardOutput: "-".quoted
        }
    }
}
