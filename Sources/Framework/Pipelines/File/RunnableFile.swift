public import Diagnostics
internal import TOML

/// A file of the folder of pipelines: a pipeline, or a chain of them.
public enum RunnableFile: Sendable {
    /// Stages that records go through.
    case pipeline(PipelineFile)
    /// Pipelines, one after the other.
    case chain(ChainFile)

    /// Reads a file: it is a chain if it has steps.
    ///
    /// - Parameters:
    ///   - bytes: The file's bytes.
    ///   - path: What to call it in messages.
    /// - Throws: everything that is wrong with its form, together and in the order of the text: `toml.*`, `pipeline.*`.
    public init(_ bytes: [UInt8], path: String) throws(DiagnosticList) {
        let document = try TOMLDocument(bytes, name: path)
        self =
            document.root["step"].exists
            ? .chain(try ChainFile(document, path: path)) : .pipeline(try PipelineFile(document, path: path))
    }

    /// The text.
    public var source: SourceText {
        switch self {
        case .pipeline(let file): file.source
        case .chain(let file): file.source
        }
    }

    /// What it is called.
    public var name: String {
        switch self {
        case .pipeline(let file): file.name
        case .chain(let file): file.name
        }
    }

    /// What it is for.
    public var description: String {
        switch self {
        case .pipeline(let file): file.description
        case .chain(let file): file.description
        }
    }

    /// What `-D` can set.
    public var variables: [PipelineVariable] {
        switch self {
        case .pipeline(let file): file.variables
        case .chain(let file): file.variables
        }
    }
}
