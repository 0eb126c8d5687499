public import Diagnostics
internal import TOML

/// A file in the folder of pipelines: a pipeline or a chain.
public enum RunnableFile: Sendable {
    /// A pipeline: stages that records pass through.
    case pipeline(PipelineFile)
    /// A chain: pipelines that run one after the other.
    case chain(ChainFile)

    /// Reads a file: it is a chain if it has steps.
    ///
    /// - Parameters:
    ///   - bytes: The file's bytes.
    ///   - path: The path in messages.
    /// - Throws: All errors in its form, together and in the order of the text: `toml.*`, `pipeline.*`.
    public init(_ bytes: [UInt8], path: String) throws(DiagnosticList) {
        let document = try TOMLDocument(bytes, name: path)
        self =
            document.root["step"].exists
            ? .chain(try ChainFile(document, path: path)) : .pipeline(try PipelineFile(document, path: path))
    }

    /// The text of the file, which messages quote.
    public var source: SourceText {
        switch self {
        case .pipeline(let file): file.source
        case .chain(let file): file.source
        }
    }

    /// The name of the pipeline or chain.
    public var name: String {
        switch self {
        case .pipeline(let file): file.name
        case .chain(let file): file.name
        }
    }

    /// The description in the file.
    public var description: String {
        switch self {
        case .pipeline(let file): file.description
        case .chain(let file): file.description
        }
    }

    /// The variables that `-D` can set.
    public var variables: [PipelineVariable] {
        switch self {
        case .pipeline(let file): file.variables
        case .chain(let file): file.variables
        }
    }
}
