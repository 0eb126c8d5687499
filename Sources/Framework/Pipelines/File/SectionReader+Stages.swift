internal import Diagnostics
internal import PluginKit
internal import TOML

extension SectionReader {
    mutating func layers() -> [LayerSection] {
        named("middleware", form: "a table of layers", item: "a layer").map {
            LayerSection(name: $0.name, use: $0.use, table: $0.table)
        }
    }

    mutating func exporters() -> [ExporterSection] {
        named("exporter", form: "a table of exporters", item: "an exporter").map {
            ExporterSection(name: $0.name, use: $0.use, table: $0.table)
        }
    }

    /// The tables `[KEY.NAME]`, each with its plugin.
    private mutating func named(
        _ key: String,
        form: String,
        item: String
    ) -> [(name: String, use: Reference, table: TOMLValue)] {
        let table = root[key]
        guard table.kind != .missing else { return [] }
        guard table.kind == .table else {
            wrong(table, message: "'\(key)' must be \(form)", hint: "[\(key).NAME]")
            return []
        }
        return table.entries.compactMap { entry in
            guard entry.value.kind == .table else {
                wrong(entry.value, message: "\(item) must be a table", hint: "[\(key).\(entry.key)]")
                return nil
            }
            guard let use = reference(entry.value, key: "use", in: "\(key) '\(entry.key)'") else { return nil }
            return (entry.key, use, entry.value)
        }
    }

    mutating func stages(_ key: String, of kind: Registry.Kind) -> [StageSection] {
        sections(key).compactMap { stage($0, key: key, of: kind) }
    }

    /// The tables `[[KEY]]`.
    mutating func sections(_ key: String) -> [TOMLValue] {
        let sections = root[key]
        switch sections.kind {
        case .missing:
            return []
        case .array:
            for other in sections.elements where other.kind != .table {
                wrong(other, message: "'\(key)' must be a section", hint: "[[\(key)]]")
            }
            return sections.elements.filter { $0.kind == .table }
        case .table:
            wrong(
                sections,
                message: "there may be several of '\(key)': it is written with double brackets",
                hint: "[[\(key)]]"
            )
        default:
            wrong(sections, message: "'\(key)' must be a section", hint: "[[\(key)]]")
        }
        return []
    }

    private mutating func stage(_ table: TOMLValue, key: String, of kind: Registry.Kind) -> StageSection? {
        guard let use = reference(table, key: "use", in: "this \(key)") else { return nil }
        let name = table["name"].kind == .missing ? use : reference(table, key: "name", in: "this \(key)") ?? use
        let from = table["from"].kind == .missing ? nil : references(table["from"], key: "from")
        if let from, from.isEmpty, kind != .source, table["from"].elements.isEmpty {
            wrong(
                table["from"],
                message: "'from' names no stage",
                hint: "from = \"…\"; without it, the stages above are read"
            )
        }
        let lookup = table["lookup"].kind == .missing ? nil : reference(table, key: "lookup", in: "this \(key)")
        if let from, kind == .source, let first = from.first {
            problems.append(
                Diagnostic(
                    "pipeline.from",
                    message: "a source reads no other stage",
                    at: .text(first.range),
                    hint: "remove 'from'"
                )
            )
        }
        if let lookup, kind != .transform {
            problems.append(
                Diagnostic(
                    "pipeline.lookup",
                    message: "only a transform has 'lookup'",
                    at: .text(lookup.range),
                    hint: "remove 'lookup'"
                )
            )
        }
        let since = table["since"].kind == .missing ? nil : reference(table, key: "since", in: "this \(key)")
        refuseWrongSince(since, in: table, of: kind)
        return StageSection(
            kind: kind,
            use: use,
            name: name,
            from: from,
            lookup: lookup,
            layers: table["middleware"].kind == .missing ? nil : references(table["middleware"], key: "middleware"),
            since: since,
            lag: table["lag"],
            table: table
        )
    }

    private mutating func refuseWrongSince(_ since: Reference?, in table: TOMLValue, of kind: Registry.Kind) {
        if let since, kind != .source {
            problems.append(
                Diagnostic(
                    "pipeline.since",
                    message: "only a source has 'since'",
                    at: .text(since.range),
                    hint: "remove it"
                )
            )
        } else if let since, since.name != "last-run" {
            problems.append(
                Diagnostic(
                    "pipeline.since",
                    message: "'since' must be \"last-run\", not \"\(since.name)\"",
                    at: .text(since.range),
                    hint: "without it, the source is read completely"
                )
            )
        } else if since == nil, table["lag"].exists {
            problems.append(
                Diagnostic(
                    "pipeline.lag",
                    message: "'lag' states how far to read back before 'since', which is missing",
                    at: .text(table["lag"].range),
                    hint: "add since = \"last-run\", or remove 'lag'"
                )
            )
        }
    }

    mutating func reference(_ table: TOMLValue, key: String, in subject: String) -> Reference? {
        let value = table[key]
        if let name = value.string, !name.isEmpty { return Reference(name: name, range: value.range) }
        if value.kind == .missing {
            problems.append(
                Diagnostic(
                    "pipeline.missing-key",
                    message: "\(subject) has no '\(key)'",
                    at: .text(table.range),
                    hint: "\(key) = \"…\""
                )
            )
        } else {
            wrong(value, message: "'\(key)' must be a name", hint: "\(key) = \"…\"")
        }
        return nil
    }

    /// One name or a list of different names.
    mutating func references(_ value: TOMLValue, key: String) -> [Reference] {
        let elements = value.kind == .array ? value.elements : [value]
        var references: [Reference] = []
        var names: Set<String> = []
        for element in elements {
            guard let name = element.string, !name.isEmpty else {
                wrong(element, message: "'\(key)' must be a name or a list of names", hint: "\(key) = [\"…\", \"…\"]")
                continue
            }
            if names.insert(name).inserted {
                references.append(Reference(name: name, range: element.range))
            } else {
                wrong(element, message: "'\(key)' names '\(name)' twice", hint: "once is enough")
            }
        }
        return references
    }
}
