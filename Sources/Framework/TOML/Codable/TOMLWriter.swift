/// Writes encoded values as TOML.
struct TOMLWriter {
    private(set) var bytes: [UInt8] = []

    /// Writes a table as a document: its values, then its tables under headers.
    mutating func writeDocument(_ root: EncodedValue) {
        writeTable(root, path: "")
    }

    private mutating func writeTable(_ table: EncodedValue, path: String) {
        guard case .table(let entries) = table.content else { return }
        for (key, value) in entries where !value.hasHeader {
            append(KeyText.quotedIfNeeded(key) + " = ")
            writeInline(value)
            append("\n")
        }
        for (key, value) in entries where value.hasHeader {
            let path = (path.isEmpty ? "" : path + ".") + KeyText.quotedIfNeeded(key)
            if case .array(let elements) = value.content {
                for element in elements {
                    writeHeader("[[\(path)]]")
                    writeTable(element, path: path)
                }
            } else {
                if value.needsHeader { writeHeader("[\(path)]") }
                writeTable(value, path: path)
            }
        }
    }

    private mutating func writeHeader(_ header: String) {
        append((bytes.isEmpty ? "" : "\n") + header + "\n")
    }

    /// Writes a value on one line.
    mutating func writeInline(_ value: EncodedValue) {
        switch value.content {
        case .scalar(let literal):
            append(literal)
        case .array(let elements):
            append("[")
            for (index, element) in elements.enumerated() {
                if index > 0 { append(", ") }
                writeInline(element)
            }
            append("]")
        case .table(let entries) where !entries.isEmpty:
            append("{ ")
            for (index, entry) in entries.enumerated() {
                if index > 0 { append(", ") }
                append(KeyText.quotedIfNeeded(entry.key) + " = ")
                writeInline(entry.value)
            }
            append(" }")
        case .table, nil:
            append("{}")
        }
    }

    private mutating func append(_ text: String) { bytes += text.utf8 }
}

extension EncodedValue {
    /// Whether it is written under a header: a table, or an array of nothing but tables.
    fileprivate var hasHeader: Bool {
        switch content {
        case .table: true
        case .array(let elements): !elements.isEmpty && elements.allSatisfy(\.isTable)
        case .scalar, nil: false
        }
    }

    private var isTable: Bool {
        guard case .table = content else { return false }
        return true
    }

    /// Whether a table's own header is needed: it has values of its own, or nothing at all.
    fileprivate var needsHeader: Bool {
        guard case .table(let entries) = content else { return false }
        return entries.isEmpty || entries.contains { !$0.value.hasHeader }
    }
}
