public import Diagnostics
internal import PluginKit
internal import TOML

extension PipelineFile {
    /// Reads a pipeline file.
    ///
    /// - Parameters:
    ///   - bytes: The file's bytes.
    ///   - path: What to call it in messages.
    /// - Throws: everything that is wrong with its form, together and in the order of the text: `toml.*`, `pipeline.*`.
    public init(_ bytes: [UInt8], path: String) throws(DiagnosticList) {
        let document = try TOMLDocument(bytes, name: path)
        var reader = SectionReader(root: document.root)
        source = document.source
        name = reader.name() ?? Self.name(of: path)
        description = reader.text("description") ?? ""
        variables = reader.variables()
        run = reader.root["run"]
        http = reader.root["http"]
        layers = reader.layers()
        exporters = reader.exporters()
        sources = reader.stages("source", .source)
        transforms = reader.stages("transform", .transform)
        sinks = reader.stages("sink", .sink)
        reader.refuseUnknownKeys()
        reader.refuseSharedNames(stages)
        reader.refuseMissing("source")
        reader.refuseMissing("sink")
        if reader.problems.hasErrors { throw reader.problems.inOrderOfText }
    }

    /// `pipelines/trakt.toml` as `trakt`.
    static func name(of path: String) -> String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        return file.hasSuffix(".toml") ? String(file.dropLast(5)) : file
    }
}
