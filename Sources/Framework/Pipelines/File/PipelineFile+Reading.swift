public import Diagnostics
internal import PluginKit
internal import TOML

extension PipelineFile {
    /// Reads a pipeline file.
    ///
    /// - Parameters:
    ///   - bytes: The file's bytes.
    ///   - path: The path in messages.
    /// - Throws: All errors in its form, together and in the order of the text: `toml.*`, `pipeline.*`.
    public init(_ bytes: [UInt8], path: String) throws(DiagnosticList) {
        try self.init(try TOMLDocument(bytes, name: path), path: path)
    }

    init(_ document: TOMLDocument, path: String) throws(DiagnosticList) {
        var reader = SectionReader(root: document.root)
        source = document.source
        name = reader.name() ?? Self.name(of: path)
        description = reader.text("description") ?? ""
        variables = reader.variables()
        needs = reader.root["needs"].exists ? reader.references(reader.root["needs"], key: "needs") : []
        run = reader.root["run"]
        http = reader.root["http"]
        monitor = reader.root["monitor"]
        layers = reader.layers()
        exporters = reader.exporters()
        sources = reader.stages("source", of: .source)
        transforms = reader.stages("transform", of: .transform)
        let read = sources
        sinks = reader.stages("sink", of: .sink).map { $0.named(apartFrom: read) }
        reader.refuseUnknownKeys(document.root.entries, among: Self.keys, of: "a pipeline")
        for key in ["run", "http", "monitor"] { reader.refuseOtherThanTable(key) }
        let stages = sources + transforms + sinks
        reader.refuseTooMany(stages.map(\.use.range), most: FileLimits.stages, subject: "a pipeline", things: "stages")
        reader.refuseTooMany(layers.map(\.use.range), most: FileLimits.layers, subject: "a pipeline", things: "layers")
        reader.refuseTooMany(
            exporters.map(\.use.range),
            most: FileLimits.exporters,
            subject: "a pipeline",
            things: "exporters"
        )
        reader.refuseTooMany(
            variables.map(\.range),
            most: FileLimits.variables,
            subject: "a pipeline",
            things: "variables"
        )
        reader.refuseSharedNames(stages.map(\.name), of: "stages")
        reader.refuseMissing("source")
        reader.refuseMissing("sink")
        if reader.problems.hasErrors { throw reader.problems.inOrderOfText }
    }

    /// The keys at the top of the file.
    static let keys = [
        "name", "description", "needs", "vars", "run", "http", "monitor", "middleware", "exporter", "source",
        "transform", "sink",
    ]

    /// The default name: `trakt` for `pipelines/trakt.toml`.
    static func name(of path: String) -> String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        return file.hasSuffix(".toml") ? String(file.dropLast(5)) : file
    }
}
