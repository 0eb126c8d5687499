internal import Diagnostics

/// The state of one call of a `TOMLDecoder`: which keys were requested, and where it failed.
final class DecodingSession {
    /// The requested keys of each opened table.
    private var asked: [Int: Set<[UInt8]>] = [:]
    /// The innermost value that could not be decoded.
    var failure: TOMLValue?

    /// Records that a table was opened.
    func open(_ table: TOMLValue) {
        if asked[table.node] == nil { asked[table.node] = [] }
    }

    /// Records that a key of a table was requested.
    func ask(_ key: String, of table: TOMLValue) {
        asked[table.node, default: []].insert(Array(key.utf8))
    }

    /// A finding for each key of an opened table that no type requested, in the order of the document.
    func unknownKeys(in tree: Tree) -> DiagnosticList {
        var findings: [(offset: Int, finding: Diagnostic)] = []
        for (node, keys) in asked {
            let table = TOMLValue(tree, node: node)
            let known = keys.map { String(decoding: $0, as: UTF8.self) }.sorted()
            for entry in table.entries where !keys.contains(Array(entry.key.utf8)) {
                let path = Text.short(table.path)
                let finding = Diagnostic(
                    "toml.unknown-key",
                    message: "there is no key '\(Text.short(entry.key))'" + (path.isEmpty ? "" : " in '\(path)'"),
                    at: .text(entry.keyRange),
                    hint: hint(for: entry.key, among: known)
                )
                findings.append((entry.keyRange.offsets.lowerBound, finding))
            }
        }
        return DiagnosticList(findings.sorted { $0.offset < $1.offset }.map(\.finding))
    }

    /// An error as a diagnostic with a place: its own, that of its coding path, or that of the value being decoded.
    func diagnostic(for error: any Error, from root: TOMLValue) -> Diagnostic {
        if let diagnostic = error as? Diagnostic { return diagnostic.placed(at: .text((failure ?? root).range)) }
        if let list = error as? DiagnosticList, let first = list.all.first {
            return first.placed(at: .text((failure ?? root).range))
        }
        guard let error = error as? DecodingError else {
            return (failure ?? root).problem("toml.invalid-value", message: "\(error)")
        }
        switch error {
        case .dataCorrupted(let context):
            return value(at: context.codingPath, from: root).problem(
                "toml.invalid-value",
                message: Text.short(context.debugDescription, to: 200)
            )
        case .keyNotFound(let key, let context):
            return value(at: context.codingPath, from: root).missing(key.stringValue)
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return value(at: context.codingPath, from: root).problem(
                "toml.type-mismatch",
                message: context.debugDescription
            )
        @unknown default:
            return (failure ?? root).problem("toml.invalid-value", message: "\(error)")
        }
    }

    /// The value at the end of a coding path, as far as it exists.
    private func value(at path: [any CodingKey], from root: TOMLValue) -> TOMLValue {
        var value = root
        for key in path {
            let next = value.kind == .array ? value[key.intValue ?? -1] : value[key.stringValue]
            guard next.exists else { break }
            value = next
        }
        return value
    }
}

extension TOMLValue {
    /// A diagnostic at this value.
    func problem(_ code: Diagnostic.Code, message: String) -> Diagnostic {
        Diagnostic(code, message: message, at: .text(range))
    }

    /// The finding for a missing key, reported at the table's header, with the key that was probably meant.
    func missing(_ key: String) -> Diagnostic {
        let keys = entries.map { Text.short($0.key) }
        let near = suggestion(for: key, among: keys)
        return Diagnostic(
            "toml.key-not-found",
            message: "the key '\(key)' is missing" + (path.isEmpty ? "" : " in '\(Text.short(path))'"),
            at: .text(range),
            hint: near.map { "is '\($0)' meant to be '\(key)'?" }
                ?? (keys.isEmpty ? nil : "there are: \(keys.prefix(20).joined(separator: ", "))")
        )
    }

    /// The finding for a value of another kind than expected.
    func mismatch(expected: String) -> Diagnostic {
        Diagnostic("toml.type-mismatch", message: "\(expected) is expected, found \(kind.name)", at: .text(range))
    }
}

extension TOMLValue.Kind {
    /// The name of the kind in messages.
    var name: String {
        switch self {
        case .string: "a string"
        case .integer: "an integer"
        case .float: "a float"
        case .boolean: "a boolean"
        case .offsetDateTime: "a date-time with an offset"
        case .localDateTime: "a date-time without an offset"
        case .localDate: "a date"
        case .localTime: "a time"
        case .array: "an array"
        case .table: "a table"
        case .missing: "nothing"
        }
    }
}
