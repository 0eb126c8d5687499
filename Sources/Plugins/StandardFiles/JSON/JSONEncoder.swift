internal import Formats
internal import Records

/// Encodes records as JSON objects, on lines or in one array.
struct JSONEncoder: RecordEncoder {
    private let isArray: Bool
    private var rows: JSONRowEncoder
    private(set) var bytes: [UInt8] = []
    /// Whether the next record is the first of its file.
    private var isAtStart = false

    /// An empty encoder.
    ///
    /// - Parameters:
    ///   - columns: The columns.
    ///   - schema: The columns of the batches.
    ///   - form: How objects are arranged; elements are those of one array.
    ///   - writesNulls: Whether nulls are written; otherwise their keys are omitted.
    init(_ columns: ColumnChoice, of schema: Schema, form: JSONRowEncoder.Form, writesNulls: Bool) {
        isArray = form != .lines
        rows = JSONRowEncoder(
            columns.fields,
            of: schema,
            names: columns.names,
            form: form,
            writesNulls: writesNulls
        )
    }

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    mutating func appendHeader() { isAtStart = true }

    mutating func append(_ rows: Range<Int>, of batch: borrowing Batch) {
        let start = bytes.count
        self.rows.append(rows, of: batch, to: &bytes)
        guard isArray, isAtStart, bytes.count > start else { return }
        // Each element comes after a comma; the first one begins the array.
        bytes[start] = UInt8(ascii: "[")
        isAtStart = false
    }

    mutating func removeLast(downTo count: Int, isFirst: Bool) {
        bytes.removeLast(bytes.count - count)
        isAtStart = isFirst
    }

    mutating func appendFooter() {
        if isArray { bytes += Array((isAtStart ? "[]\n" : "\n]\n").utf8) }
    }

    var footerSize: Int { isArray ? 3 : 0 }

    /// Whether a record held a number that JSON cannot express, since the last call.
    mutating func takeNoNumber() -> Bool { rows.takeNoNumber() }
}
