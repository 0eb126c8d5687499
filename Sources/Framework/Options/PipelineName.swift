/// The name of another pipeline, whose output a plugin reads.
///
/// The type of the option declares that the plugin needs it: a command that runs the pipeline of the plugin runs the
/// other one before, as with `needs`. It is a plain text without `${…}`, since it is read before variables are.
public struct PipelineName: OptionValue, Hashable {
    /// The name, or the path of its file.
    public let name: String

    /// Creates a name.
    public init(_ name: String) { self.name = name }

    /// The name of a pipeline is written as text.
    public static var shape: OptionShape { .pipeline }

    /// Reads the name from a pipeline file.
    ///
    /// - Throws: `option.type`; `option.pipeline` if it is empty or has a reference.
    public init(from input: OptionInput) throws(Diagnostic) {
        guard let text = input.plainText, !text.isEmpty else {
            _ = try input.text(expected: Self.shape)
            throw Diagnostic(
                "option.pipeline",
                message: "this is not the name of a pipeline",
                at: .text(input.range),
                hint: "write the name itself, without variables: it decides which pipelines run before"
            )
        }
        name = text
    }

    /// The name as it is written in a pipeline file.
    public var literal: String { name.quoted }
}
