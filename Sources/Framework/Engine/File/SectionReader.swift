internal import Diagnostics
internal import PluginKit
internal import TOML

/// Takes the sections out of a document and collects what is wrong with them.
struct SectionReader {
    let root: TOMLValue
    var problems = DiagnosticList()

    private static let keys = [
        "name", "description", "vars", "run", "http", "middleware", "exporter", "source", "transform", "sink",
    ]

    /// The pipeline's name.
    ///
    /// It becomes a part of file names, so it must be able to.
    mutating func name() -> String? {
        guard let name = text("name") else { return nil }
        let isFit =
            !name.isEmpty && !name.hasPrefix(".") && !name.unicodeScalars.contains { $0 == "/" || $0.value < 0x20 }
        if !isFit || name.utf8.count > 100 {
            wrong(
                root["name"],
                "'\(name.prefix(40))' cannot be a pipeline's name, because it becomes a part of file names",
                hint: "up to 100 letters, digits, blanks, '-', '_' and '.', and no '.' in front"
            )
        }
        return name
    }

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
        for key in ["run", "http"] where root[key].kind != .missing && root[key].kind != .table {
            wrong(root[key], "'\(key)' is a table", hint: "[\(key)]")
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

    /// That something has the wrong form.
    mutating func wrong(_ value: TOMLValue, _ message: String, hint: String?) {
        problems.append(Diagnostic("pipeline.form", message, at: .text(value.range), hint: hint))
    }
}
