internal import Formats
internal import Records

/// Encodes each record as a JSON object on its own line.
struct JSONLinesEncoder: RecordEncoder {
    /// The columns, each with its key as it is written in every record: `,"title":`.
    struct Layout: Sendable {
        let columns: [(field: Field, key: Range<Int>, holdsJSON: Bool)]
        /// All keys, concatenated.
        let keys: [UInt8]
        /// Whether nulls are written; otherwise their keys are omitted.
        let writesNulls: Bool

        init(_ columns: ColumnChoice, of schema: Schema, writesNulls: Bool) {
            var keys: [UInt8] = []
            self.columns = zip(columns.fields, columns.names).map { field, name in
                let start = keys.count
                keys.append(UInt8(ascii: ","))
                JSONText.append(name.utf8.span, to: &keys)
                keys.append(UInt8(ascii: ":"))
                return (field, start..<keys.count, schema.columns[field.index].holdsJSON)
            }
            self.keys = keys
            self.writesNulls = writesNulls
        }
    }

    private let layout: Layout
    private(set) var bytes: [UInt8] = []
    /// Whether a record held a number that JSON cannot express.
    private(set) var metNoNumber = false

    /// Creates an empty encoder.
    init(_ layout: Layout) { self.layout = layout }

    var count: Int { bytes.count }

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    mutating func appendHeader() {}

    mutating func append(_ row: Int, of batch: borrowing Batch) {
        let layout = layout
        let start = bytes.count
        for (field, key, holdsJSON) in layout.columns {
            let isNull = isNull(row, field: field, of: batch)
            if isNull, !layout.writesNulls { continue }
            layout.keys.span.extracting(key).withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
            if isNull {
                bytes.append(contentsOf: "null".utf8)
            } else if holdsJSON, let text = batch.utf8(row, in: field) {
                JSONText.append(value: text, to: &bytes)
            } else {
                appendValue(row, field: field, of: batch)
            }
        }
        // The first key was written with a comma.
        if bytes.count == start { bytes.append(UInt8(ascii: "{")) } else { bytes[start] = UInt8(ascii: "{") }
        bytes.append(UInt8(ascii: "}"))
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Whether a cell is null; not-a-number and the infinities count as null, since JSON cannot express them.
    private mutating func isNull(_ row: Int, field: Field, of batch: borrowing Batch) -> Bool {
        if field.kind == .real, let real = batch.real(row, in: field), !real.isFinite {
            metNoNumber = true
            return true
        }
        return batch.isNull(row, in: field)
    }

    private mutating func appendValue(_ row: Int, field: Field, of batch: borrowing Batch) {
        switch field.kind {
        case .text: if let text = batch.utf8(row, in: field) { JSONText.append(text, to: &bytes) }
        case .integer: if let integer = batch.integer(row, in: field) { DecimalText.append(integer, to: &bytes) }
        case .real: if let real = batch.real(row, in: field) { bytes.append(contentsOf: real.description.utf8) }
        case .boolean:
            if let boolean = batch.boolean(row, in: field) {
                bytes.append(contentsOf: (boolean ? "true" : "false").utf8)
            }
        case .instant:
            if let instant = batch.instant(row, in: field) { appendQuoted { ISO8601.append(instant, to: &$0) } }
        case .date:
            if let date = batch.date(row, in: field) {
                appendQuoted { CivilDate(daysSince1970: date).append(to: &$0) }
            }
        case .decimal: if let decimal = batch.decimal(row, in: field) { decimal.append(to: &bytes) }
        case .bytes: if let field = batch.bytes(row, in: field) { appendQuoted { Base64.append(field, to: &$0) } }
        }
    }

    /// Appends what `write` appends, in quotes; it must not need escapes.
    @inline(__always)
    private mutating func appendQuoted(_ write: (inout [UInt8]) -> Void) {
        bytes.append(UInt8(ascii: "\""))
        write(&bytes)
        bytes.append(UInt8(ascii: "\""))
    }
}
