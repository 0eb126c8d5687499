internal import Diagnostics
internal import PluginKit
internal import TOML

/// Reads the sections of a document and collects the errors in them.
struct SectionReader {
    let root: TOMLValue
    var problems = DiagnosticList()

    init(root: TOMLValue) { self.root = root }

    /// The pipeline's name.
    ///
    /// It becomes part of file names, so it must be valid there.
    mutating func name() -> String? {
        guard let name = text("name") else { return nil }
        let isFit =
            !name.isEmpty && !name.hasPrefix(".") && !name.unicodeScalars.contains { $0 == "/" || $0.value < 0x20 }
        if !isFit || name.utf8.count > 100 {
            wrong(
                root["name"],
                message: "'\(name.prefix(40))' cannot be a pipeline's name, because it becomes a part of file names",
                hint: "up to 100 letters, digits, blanks, '-', '_' and '.', and no '.' in front"
            )
        }
        return name
    }

    mutating func text(_ key: String) -> String? {
        let value = root[key]
        if value.kind == .missing { return nil }
        if let text = value.string { return text }
        wrong(value, message: "'\(key)' must be a text", hint: "\(key) = \"…\"")
        return nil
    }

    /// Refuses unknown keys.
    ///
    /// - Parameters:
    ///   - entries: The entries of a table.
    ///   - keys: The known keys.
    ///   - subject: The kind of the table, such as `a pipeline`.
    mutating func refuseUnknownKeys(_ entries: [TOMLEntry], among keys: [String], of subject: String) {
        for entry in entries where !keys.contains(entry.key) {
            guard !problems.isFull else {
                problems.leaveOut()
                continue
            }
            problems.append(
                Diagnostic(
                    "pipeline.unknown-key",
                    message: "\(subject) has no '\(entry.key)'",
                    at: .text(entry.keyRange),
                    hint: Diagnostics.hint(for: entry.key, among: keys)
                )
            )
        }
    }

    mutating func refuseOtherThanTable(_ key: String) {
        let value = root[key]
        if value.kind != .missing, value.kind != .table {
            wrong(value, message: "'\(key)' must be a table", hint: "[\(key)]")
        }
    }

    /// Refuses a name that is used twice.
    mutating func refuseSharedNames(_ names: [Reference], of subjects: String) {
        var first: [String: Reference] = [:]
        for name in names {
            guard let other = first[name.name] else {
                first[name.name] = name
                continue
            }
            problems.append(
                Diagnostic(
                    "pipeline.shared-name",
                    message: "two \(subjects) are called '\(name.name)'",
                    at: .text(name.range),
                    hint: "give one of them a name of its own: name = \"…\"",
                    related: [.init(other.range, caption: "first here")]
                )
            )
        }
    }

    /// A section of the wrong form is reported as that, not as missing.
    mutating func refuseMissing(_ section: String) {
        let value = root[section]
        guard !value.exists || (value.kind == .array && value.elements.isEmpty) else { return }
        problems.append(
            Diagnostic(
                Diagnostic.Code("pipeline.missing-\(section)"),
                message: "the pipeline has no \(section)",
                at: .text(root.range),
                hint: "add a section [[\(section)]] with use = \"…\"; 'sprocket list plugins' names what there is"
            )
        )
    }

    /// Reports that a value has the wrong form.
    mutating func wrong(_ value: TOMLValue, message: String, hint: String?) {
        problems.append(Diagnostic("pipeline.form", message: message, at: .text(value.range), hint: hint))
    }
}
