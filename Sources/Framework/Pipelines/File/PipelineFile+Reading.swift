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
        try self.init(try TOMLDocument(bytes, name: path), path: path)
    }

    init(_ document: TOMLDocument, path: String) throws(DiagnosticList) {
        var reader = SectionReader(root: document.root)
        source = document.source
        name = reader.name() ?? Self.name(of: path)
        description = reader.text("description") ?? ""
        variables = reader.variables()
        needs = reader.root["needs"].exists ? reader.references(reader.root["needs"], "needs") : []
        run = reader.root["run"]
        http = reader.root["http"]
        layers = reader.layers()
        exporters = reader.exporters()
        sources = reader.stages("source", .source)
        transforms = reader.stages("transform", .transform)
        sinks = reader.stages("sink", .sink)
        reader.refuseUnknownKeys(document.root.entries, among: Self.keys, "a pipeline")
        for key in ["run", "http"] { reader.refuseOtherThanTable(key) }
        let stages = sources + transforms + sinks
        reader.refuseTooMany(stages.map(\.use.range), FileLimits.stages, "a pipeline", "stages")
        reader.refuseTooMany(layers.map(\.use.range), FileLimits.layers, "a pipeline", "layers")
        reader.refuseTooMany(exporters.map(\.use.range), FileLimits.exporters, "a pipeline", "exporters")
        reader.refuseTooMany(variables.map(\.range), FileLimits.variables, "a pipeline", "variables")
        reader.refuseSharedNames(stages.map(\.name), "stages")
        reader.refuseMissing("source")
        reader.refuseMissing("sink")
        if reader.problems.hasErrors { throw reader.problems.inOrderOfText }
    }

    /// The keys at the top of the file.
    static let keys = [
        "name", "description", "needs", "vars", "run", "http", "middleware", "exporter", "source", "transform", "sink",
    ]

    /// `pipelines/trakt.toml` as `trakt`.
    static func name(of path: String) -> String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        return file.hasSuffix(".toml") ? String(file.dropLast(5)) : file
    }
}
