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
        name = reader.text("name") ?? Self.name(of: path)
        description = reader.text("description") ?? ""
        variables = reader.variables()
        run = reader.root["run"]
        layers = reader.layers()
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

/// Takes the sections out of a document and collects what is wrong with them.
private struct SectionReader {
    let root: TOMLValue
    var problems = DiagnosticList()

    private static let keys = ["name", "description", "vars", "run", "middleware", "source", "transform", "sink"]

    mutating func text(_ key: String) -> String? {
        let value = root[key]
        if value.kind == .missing { return nil }
        if let text = value.string { return text }
        wrong(value, "'\(key)' is a text", hint: "\(key) = \"…\"")
        return nil
    }

    mutating func refuseUnknownKeys() {
        for entry in root.entries where !Self.keys.contains(entry.key) {
            problems.append(
                Diagnostic(
                    "pipeline.unknown-key",
                    "a pipeline has no '\(entry.key)'",
                    at: .text(entry.keyRange),
                    hint: Diagnostics.hint(for: entry.key, among: Self.keys)
                )
            )
        }
        if root["run"].kind != .missing, root["run"].kind != .table {
            wrong(root["run"], "'run' is a table", hint: "[run]")
        }
    }

    mutating func refuseSharedNames(_ stages: [StageSection]) {
        var first: [String: Reference] = [:]
        for stage in stages {
            guard let other = first[stage.name.name] else {
                first[stage.name.name] = stage.name
                continue
            }
            problems.append(
                Diagnostic(
                    "pipeline.shared-name",
                    "two stages are called '\(stage.name.name)'",
                    at: .text(stage.name.range),
                    hint: "give one of them a name of its own: name = \"…\"",
                    related: [.init(other.range, "first here")]
                )
            )
        }
    }

    /// A section of the wrong form is reported as that, and is not missing.
    mutating func refuseMissing(_ section: String) {
        let value = root[section]
        guard !value.exists || (value.kind == .array && value.elements.isEmpty) else { return }
        problems.append(
            Diagnostic(
                Diagnostic.Code("pipeline.missing-\(section)"),
                "the pipeline has no \(section)",
                at: .text(root.range),
                hint: "add a section [[\(section)]] with use = \"…\"; 'sprocket list plugins' names what there is"
            )
        )
    }

    mutating func variables() -> [PipelineVariable] {
        let table = root["vars"]
        guard table.kind != .missing else { return [] }
        guard table.kind == .table else {
            wrong(table, "'vars' is a table", hint: "[vars]")
            return []
        }
        return table.entries.compactMap { variable($0) }
    }

    /// `zone = "local"` or `zone = { default = "local", help = "…" }`; without a default it must be given.
    private mutating func variable(_ entry: TOMLEntry) -> PipelineVariable? {
        guard entry.value.kind == .table else {
            return variable(entry, default: entry.value, help: "")
        }
        for inner in entry.value.entries where !["default", "help"].contains(inner.key) {
            problems.append(
                Diagnostic(
                    "pipeline.unknown-key",
                    "a variable has no '\(inner.key)'",
                    at: .text(inner.keyRange),
                    hint: Diagnostics.hint(for: inner.key, among: ["default", "help"])
                )
            )
        }
        let help = entry.value["help"]
        if help.exists, help.string == nil { wrong(help, "'help' is a text", hint: "help = \"…\"") }
        let value = entry.value["default"]
        return variable(entry, default: value.exists ? value : nil, help: help.string ?? "")
    }

    private mutating func variable(_ entry: TOMLEntry, default value: TOMLValue?, help: String) -> PipelineVariable? {
        var text: String?
        if let value {
            text =
                value.string ?? value.integer.map(String.init) ?? value.double.map { "\($0)" }
                ?? value.boolean.map(String.init)
            guard text != nil else {
                wrong(value, "the default of a variable is a text, a number, true or false", hint: nil)
                return nil
            }
        }
        return PipelineVariable(
            name: entry.key,
            help: help,
            defaultText: text,
            kind: value?.kind ?? .string,
            range: entry.keyRange,
            defaultRange: value?.range
        )
    }

    mutating func layers() -> [LayerSection] {
        let table = root["middleware"]
        guard table.kind != .missing else { return [] }
        guard table.kind == .table else {
            wrong(table, "'middleware' is a table of layers", hint: "[middleware.retry]")
            return []
        }
        return table.entries.compactMap { entry in
            guard entry.value.kind == .table else {
                wrong(entry.value, "a layer is a table", hint: "[middleware.\(entry.key)]")
                return nil
            }
            guard let use = reference(entry.value, "use", in: "middleware '\(entry.key)'") else { return nil }
            return LayerSection(name: entry.key, use: use, table: entry.value)
        }
    }

    mutating func stages(_ key: String, _ kind: Registry.Kind) -> [StageSection] {
        let sections = root[key]
        switch sections.kind {
        case .missing:
            return []
        case .array:
            return sections.elements.compactMap { stage($0, key, kind) }
        case .table:
            wrong(sections, "there may be several of '\(key)': it is written with double brackets", hint: "[[\(key)]]")
        default:
            wrong(sections, "'\(key)' is a section", hint: "[[\(key)]]")
        }
        return []
    }

    private mutating func stage(_ table: TOMLValue, _ key: String, _ kind: Registry.Kind) -> StageSection? {
        guard table.kind == .table else {
            wrong(table, "'\(key)' is a section", hint: "[[\(key)]]")
            return nil
        }
        guard let use = reference(table, "use", in: "this \(key)") else { return nil }
        let name = table["name"].kind == .missing ? use : reference(table, "name", in: "this \(key)") ?? use
        let from = table["from"].kind == .missing ? nil : references(table["from"], "from")
        if let from, from.isEmpty, kind != .source, table["from"].elements.isEmpty {
            wrong(table["from"], "'from' names no stage", hint: "from = \"…\"; without it, the stages above are read")
        }
        let lookup = table["lookup"].kind == .missing ? nil : reference(table, "lookup", in: "this \(key)")
        if let from, kind == .source, let first = from.first {
            problems.append(
                Diagnostic(
                    "pipeline.from",
                    "a source reads no other stage",
                    at: .text(first.range),
                    hint: "take 'from' out"
                )
            )
        }
        if let lookup, kind != .transform {
            problems.append(
                Diagnostic(
                    "pipeline.lookup",
                    "only a transform looks things up",
                    at: .text(lookup.range),
                    hint: "take 'lookup' out"
                )
            )
        }
        return StageSection(
            kind: kind,
            use: use,
            name: name,
            from: from,
            lookup: lookup,
            layers: table["middleware"].kind == .missing ? nil : references(table["middleware"], "middleware"),
            table: table
        )
    }

    private mutating func reference(_ table: TOMLValue, _ key: String, in subject: String) -> Reference? {
        let value = table[key]
        if let name = value.string, !name.isEmpty { return Reference(name: name, range: value.range) }
        if value.kind == .missing {
            problems.append(
                Diagnostic(
                    "pipeline.missing-key",
                    "\(subject) does not say '\(key)'",
                    at: .text(table.range),
                    hint: "\(key) = \"…\""
                )
            )
        } else {
            wrong(value, "'\(key)' is a name", hint: "\(key) = \"…\"")
        }
        return nil
    }

    /// One name or a list of names, each of them once.
    private mutating func references(_ value: TOMLValue, _ key: String) -> [Reference] {
        let elements = value.kind == .array ? value.elements : [value]
        var references: [Reference] = []
        for element in elements {
            guard let name = element.string else {
                wrong(element, "'\(key)' is a name or a list of names", hint: "\(key) = [\"…\", \"…\"]")
                continue
            }
            if references.contains(where: { $0.name == name }) {
                wrong(element, "'\(key)' names '\(name)' twice", hint: "once is enough")
            } else {
                references.append(Reference(name: name, range: element.range))
            }
        }
        return references
    }

    private mutating func wrong(_ value: TOMLValue, _ message: String, hint: String?) {
        problems.append(Diagnostic("pipeline.form", message, at: .text(value.range), hint: hint))
    }
}
