internal import Diagnostics
internal import Formats
internal import PluginKit
internal import Records
internal import StateStore
internal import TOML

/// What pipelines have published, as the reports of their last complete runs state it.
struct StoredOutputs: PublishedOutputs {
    private let folder: String

    init(in folder: String) { self.folder = folder }

    func output(_ reference: OutputReference) throws -> PublishedOutput {
        guard RunStores(in: folder).exist, let (run, report) = try lastReport(of: reference.pipeline) else {
            throw none(reference, because: "no run of '\(reference.pipeline)' is complete")
        }
        let outputs = report["outputs"]?.array ?? []
        let name = try Self.choose(reference, among: outputs.compactMap { $0["stage"]?.string })
        guard let output = outputs.first(where: { $0["stage"]?.string == name }),
            let contents = FileContents(output), let paths = output["paths"]?.array?.compactMap(\.string)
        else { throw none(reference, because: "the run '\(run)' has not stored what it published") }
        var files: [String: PublishedOutput.File] = [:]
        for file in report["files"]?.array ?? [] {
            guard let path = file["path"]?.string, let bytes = file["bytes"]?.integer,
                let crc32 = file["crc32"]?.string.flatMap({ UInt32($0, radix: 16) })
            else { continue }
            let absolute = FileSystem.absoluteName(path)
            files[absolute] = PublishedOutput.File(absolute, bytes: Int(bytes), crc32: crc32)
        }
        return PublishedOutput(run: run, contents: contents, files: paths.compactMap { files[$0] })
    }

    /// The newest run that has published something, with its report.
    private func lastReport(of pipeline: String) throws -> (run: String, report: JSONValue)? {
        let store = RunStores(in: folder)
        for run in try store.history(of: try Self.name(of: pipeline), limit: 200) where run.status == .complete {
            guard let text = try store.record(of: run.identity.id)?.report else { continue }
            let report = try JSONValue(parsing: Array(text.utf8), name: "report")
            if report["outputs"] != nil { return (run.identity.id, report) }
        }
        return nil
    }

    /// The name under which the runs of a pipeline are stored: a reference may be the path of its file.
    private static func name(of pipeline: String) throws -> String {
        guard pipeline.hasSuffix(".toml") else { return pipeline }
        let bytes = try InputFile(pipeline).readAll(atMost: 64 << 20)
        return try PipelineFile(bytes, path: pipeline).name
    }

    private func none(_ reference: OutputReference, because reason: String) -> Diagnostic {
        Diagnostic(
            "output.none",
            message: "there is no output of '\(reference.pipeline)' to read: \(reason)",
            category: .environment,
            at: reference.place,
            hint: "run it: sprocket run \(reference.pipeline)"
        )
    }

    /// The sink that a reference means.
    ///
    /// - Throws: `output.sink` if there is none of its name, or several and it names none.
    static func choose(_ reference: OutputReference, among sinks: [String]) throws(Diagnostic) -> String {
        if let sink = reference.sink {
            if sinks.contains(sink) { return sink }
        } else if sinks.count == 1 {
            return sinks[0]
        }
        let known = sinks.map { "'\($0)'" }.joined(separator: ", ")
        let words =
            reference.sink.map { "'\(reference.pipeline)' has no sink '\($0)' whose files can be read" }
            ?? (sinks.isEmpty
                ? "'\(reference.pipeline)' has no sink whose files can be read"
                : "'\(reference.pipeline)' has several sinks")
        throw Diagnostic(
            "output.sink",
            message: words,
            category: .usage,
            at: reference.place,
            hint: sinks.isEmpty ? nil : "name one of its sinks: \(known)"
        )
    }
}

extension FileContents {
    /// The contents that a report states; nil if it states none, or kinds of a later version.
    fileprivate init?(_ output: JSONValue) {
        guard let form = output["form"]?.string, let stated = output["columns"]?.array else { return nil }
        var columns: [Schema.Column] = []
        for column in stated {
            guard let name = column["name"]?.string, let kind = column["kind"]?.string.flatMap(Schema.Kind.init) else {
                return nil
            }
            columns.append(Schema.Column(name, kind: kind, holdsJSON: column["holdsJSON"]?.bool ?? false))
        }
        let reading = (output["reading"]?.object ?? []).compactMap { member in
            member.value.string.map { (member.key, $0) }
        }
        self.init(
            form: form,
            schema: Schema(columns),
            reading: Dictionary(reading) { first, _ in first }
        )
    }
}

extension Plan {
    /// Whether a name means the pipeline of this plan: its name, or the path of its file.
    func isNamed(_ name: String) -> Bool { pipeline == name || FileSystem.areSame(file, name) }

    /// What a sink of this plan will have written.
    ///
    /// - Throws: `output.sink` if it is not clear which sink is meant.
    func contents(of output: OutputReference) throws(Diagnostic) -> FileContents {
        var known: [String: FileContents] = [:]
        for node in nodes { if case .sink(let sink) = node.stage { known[node.name] = sink.contents } }
        let name = try StoredOutputs.choose(output, among: nodes.map(\.name).filter { known[$0] != nil })
        guard let contents = known[name] else { preconditionFailure("a sink is chosen among those that are known") }
        return contents
    }
}

extension PipelineFile {
    /// The pipelines that it needs: those that it names, and those whose outputs its sources read.
    func needs(of registry: Registry?) -> [Reference] {
        guard let registry else { return needs }
        var all = needs
        for section in sources {
            guard let plugin = try? registry.plugin(.source, named: section.use.name, at: .text(section.use.range))
            else {
                continue
            }
            for option in Self.options(of: plugin) where option.shape == .pipeline {
                let value = section.table[option.name]
                guard let name = value.string, !all.contains(where: { $0.name == name }) else { continue }
                all.append(Reference(name: name, range: value.range))
            }
        }
        return all
    }

    private static func options<P: Plugin>(of plugin: P.Type) -> [OptionDefinition] { P.Options.definitions }
}
