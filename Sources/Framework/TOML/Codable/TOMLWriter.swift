internal import Diagnostics

/// Writes encoded values as TOML.
struct TOMLWriter {
    /// The number of levels that `TOMLDocument` accepts with its default options.
    static let maximumDepth = 128

    private(set) var bytes: [UInt8] = []

    /// Writes a table as a document: its values, then its tables under headers.
    mutating func writeDocument(_ root: EncodedValue) throws(Diagnostic) {
        try writeTable(root, path: "", depth: 0)
    }

    static func tooDeep(at name: String) -> Diagnostic {
        Diagnostic(
            "toml.too-deep",
            message: "more than \(maximumDepth) levels of tables and arrays: \(name)",
            category: .usage
        )
    }

    private mutating func writeTable(_ table: EncodedValue, path: String, depth: Int) throws(Diagnostic) {
        guard depth <= Self.maximumDepth else { throw Self.tooDeep(at: table.name) }
        guard case .table(let entries) = table.content else { return }
        for (key, value) in entries where !value.hasHeader {
            append(KeyText.quotedIfNeeded(key) + " = ")
            try writeInline(value, depth: depth + 1)
            append("\n")
        }
        for (key, value) in entries where value.hasHeader {
            let path = (path.isEmpty ? "" : path + ".") + KeyText.quotedIfNeeded(key)
            if case .array(let elements) = value.content {
                for element in elements {
                    writeHeader("[[\(path)]]")
                    try writeTable(element, path: path, depth: depth + 1)
                }
            } else {
                if value.needsHeader { writeHeader("[\(path)]") }
                try writeTable(value, path: path, depth: depth + 1)
            }
        }
    }

    private mutating func writeHeader(_ header: String) {
        append((bytes.isEmpty ? "" : "\n") + header + "\n")
    }

    /// Writes a value on one line; if it has brackets, they are `depth` levels down.
    mutating func writeInline(_ value: EncodedValue, depth: Int) throws(Diagnostic) {
        guard depth <= Self.maximumDepth || value.isScalar else { throw Self.tooDeep(at: value.name) }
        switch value.content {
        case .scalar(let literal):
            append(literal)
        case .array(let elements):
            append("[")
            for (index, element) in elements.enumerated() {
                if index > 0 { append(", ") }
                try writeInline(element, depth: depth + 1)
            }
            append("]")
        case .table(let entries) where !entries.isEmpty:
            append("{ ")
            for (index, entry) in entries.enumerated() {
                if index > 0 { append(", ") }
                append(KeyText.quotedIfNeeded(entry.key) + " = ")
                try writeInline(entry.value, depth: depth + 1)
            }
            append(" }")
        case .table, nil:
            append("{}")
        }
    }

    private mutating func append(_ text: String) { bytes += text.utf8 }
}

extension EncodedValue {
    /// Whether it is written under a header: a table, or an array that consists of tables.
    fileprivate var hasHeader: Bool {
        switch content {
        case .table: true
        case .array(let elements): !elements.isEmpty && elements.allSatisfy(\.isTable)
        case .scalar, nil: false
        }
    }

    /// Whether it has no brackets.
    fileprivate var isScalar: Bool {
        guard case .scalar = content else { return false }
        return true
    }

    private var isTable: Bool {
        guard case .table = content else { return false }
        return true
    }

    /// Whether a table needs its own header: it has values of its own, or is empty.
    fileprivate var needsHeader: Bool {
        guard case .table(let entries) = content else { return false }
        return entries.isEmpty || entries.contains { !$0.value.hasHeader }
    }
}
