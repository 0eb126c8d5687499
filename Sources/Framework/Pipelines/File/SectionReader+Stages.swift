internal import Diagnostics
internal import PluginKit
internal import TOML

extension SectionReader {
    mutating func layers() -> [LayerSection] {
        named("middleware", "a table of layers", "a layer", such: "retry").map {
            LayerSection(name: $0.name, use: $0.use, table: $0.table)
        }
    }

    mutating func exporters() -> [ExporterSection] {
        named("exporter", "a table of exporters", "an exporter", such: "prometheus").map {
            ExporterSection(name: $0.name, use: $0.use, table: $0.table)
        }
    }

    /// The tables `[KEY.NAME]`, each with what it uses.
    private mutating func named(
        _ key: String,
        _ form: String,
        _ item: String,
        such example: String
    ) -> [(name: String, use: Reference, table: TOMLValue)] {
        let table = root[key]
        guard table.kind != .missing else { return [] }
        guard table.kind == .table else {
            wrong(table, "'\(key)' is \(form)", hint: "[\(key).\(example)]")
            return []
        }
        return table.entries.compactMap { entry in
            guard entry.value.kind == .table else {
                wrong(entry.value, "\(item) is a table", hint: "[\(key).\(entry.key)]")
                return nil
            }
            guard let use = reference(entry.value, "use", in: "\(key) '\(entry.key)'") else { return nil }
            return (entry.key, use, entry.value)
        }
    }

    mutating func stages(_ key: String, _ kind: Registry.Kind) -> [StageSection] {
        sections(key).compactMap { stage($0, key, kind) }
    }

    /// The tables `[[KEY]]`.
    mutating func sections(_ key: String) -> [TOMLValue] {
        let sections = root[key]
        switch sections.kind {
        case .missing:
            return []
        case .array:
            for other in sections.elements where other.kind != .table {
                wrong(other, "'\(key)' is a section", hint: "[[\(key)]]")
            }
            return sections.elements.filter { $0.kind == .table }
        case .table:
            wrong(sections, "there may be several of '\(key)': it is written with double brackets", hint: "[[\(key)]]")
        default:
            wrong(sections, "'\(key)' is a section", hint: "[[\(key)]]")
        }
        return []
    }

    private mutating func stage(_ table: TOMLValue, _ key: String, _ kind: Registry.Kind) -> StageSection? {
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
        let since = table["since"].kind == .missing ? nil : reference(table, "since", in: "this \(key)")
        refuseWrongSince(since, table, kind)
        return StageSection(
            kind: kind,
            use: use,
            name: name,
            from: from,
            lookup: lookup,
            layers: table["middleware"].kind == .missing ? nil : references(table["middleware"], "middleware"),
            since: since,
            lag: table["lag"],
            table: table
        )
    }

    private mutating func refuseWrongSince(_ since: Reference?, _ table: TOMLValue, _ kind: Registry.Kind) {
        if let since, kind != .source {
            problems.append(
                Diagnostic("pipeline.since", "only a source has 'since'", at: .text(since.range), hint: "take it out")
            )
        } else if let since, since.name != "last-run" {
            problems.append(
                Diagnostic(
                    "pipeline.since",
                    "'since' is \"last-run\", not \"\(since.name)\"",
                    at: .text(since.range),
                    hint: "without it, the source is read whole"
                )
            )
        } else if since == nil, table["lag"].exists {
            problems.append(
                Diagnostic(
                    "pipeline.lag",
                    "'lag' says how far to go back behind 'since', and there is none",
                    at: .text(table["lag"].range),
                    hint: "add since = \"last-run\", or take 'lag' out"
                )
            )
        }
    }

    mutating func reference(_ table: TOMLValue, _ key: String, in subject: String) -> Reference? {
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
    mutating func references(_ value: TOMLValue, _ key: String) -> [Reference] {
        let elements = value.kind == .array ? value.elements : [value]
        var references: [Reference] = []
        var names: Set<String> = []
        for element in elements {
            guard let name = element.string, !name.isEmpty else {
                wrong(element, "'\(key)' is a name or a list of names", hint: "\(key) = [\"…\", \"…\"]")
                continue
            }
            if names.insert(name).inserted {
                references.append(Reference(name: name, range: element.range))
            } else {
                wrong(element, "'\(key)' names '\(name)' twice", hint: "once is enough")
            }
        }
        return references
    }
}
