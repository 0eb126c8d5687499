internal import Diagnostics
internal import PluginKit
internal import TOML

extension SectionReader {
    mutating func variables() -> [PipelineVariable] {
        let table = root["vars"]
        guard table.kind != .missing else { return [] }
        guard table.kind == .table else {
            wrong(table, message: "'vars' must be a table", hint: "[vars]")
            return []
        }
        return table.entries.compactMap { variable($0) }
    }

    /// `zone = "local"` or `zone = { default = "local", help = "…" }`; without a default, a value is required.
    private mutating func variable(_ entry: TOMLEntry) -> PipelineVariable? {
        guard entry.value.kind == .table else {
            return variable(entry, default: entry.value, help: "")
        }
        for inner in entry.value.entries where !["default", "help"].contains(inner.key) {
            problems.append(
                Diagnostic(
                    "pipeline.unknown-key",
                    message: "a variable has no '\(inner.key)'",
                    at: .text(inner.keyRange),
                    hint: Diagnostics.hint(for: inner.key, among: ["default", "help"])
                )
            )
        }
        let help = entry.value["help"]
        if help.exists, help.string == nil { wrong(help, message: "'help' must be a text", hint: "help = \"…\"") }
        let value = entry.value["default"]
        return variable(entry, default: value.exists ? value : nil, help: help.string ?? "")
    }

    private mutating func variable(_ entry: TOMLEntry, default value: TOMLValue?, help: String) -> PipelineVariable? {
        var text: String?
        if let value {
            text = value.plainText
            guard text != nil else {
                wrong(value, message: "the default of a variable must be a text, a number, true or false", hint: nil)
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
}

extension TOMLValue {
    /// A text, a number, true or false, as text; nil for anything else.
    var plainText: String? {
        string ?? integer.map(String.init) ?? double.map { "\($0)" } ?? boolean.map(String.init)
    }
}
