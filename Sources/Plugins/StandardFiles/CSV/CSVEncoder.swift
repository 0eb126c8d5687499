internal import Formats
internal import Records

/// Encodes records as a CSV file with a header.
struct CSVEncoder: RecordEncoder {
    /// What all files of a sink have in common.
    struct Layout: Sendable {
        let columns: ColumnChoice
        let dialect: CSVDialect
        let cells: CSVRowEncoder.Cells
        /// Whether a file begins with a line of column names.
        let hasHeader: Bool
        let encoding: TextEncoding
        /// Whether a file begins with a byte order mark.
        let hasMark: Bool
    }

    private let layout: Layout
    private var rows: CSVRowEncoder
    /// The findings before the last records.
    private var findingsBefore = CSVRowEncoder.Findings()
    private(set) var bytes: [UInt8] = []
    /// Records as UTF-8, before they are encoded otherwise.
    private var text: [UInt8] = []

    /// Creates an empty encoder.
    init(_ layout: Layout) {
        self.layout = layout
        rows = CSVRowEncoder(layout.columns.fields, dialect: layout.dialect, cells: layout.cells)
    }

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    mutating func appendHeader() {
        if layout.hasMark { bytes += layout.encoding.byteOrderMark }
        guard layout.hasHeader else { return }
        var csv = CSVWriter(layout.dialect)
        for name in layout.columns.names { csv.append(name) }
        csv.endRecord()
        layout.encoding.append(csv.bytes, to: &bytes)
    }

    mutating func removeLast(downTo count: Int, isFirst: Bool) {
        bytes.removeLast(bytes.count - count)
        rows.findings = findingsBefore
    }

    mutating func append(_ rows: Range<Int>, of batch: borrowing Batch) {
        findingsBefore = self.rows.findings
        guard layout.encoding != .utf8 else { return self.rows.append(rows, of: batch, to: &bytes) }
        // In pieces, so that the text is not in memory twice.
        for start in stride(from: rows.lowerBound, to: rows.upperBound, by: 256) {
            text.removeAll(keepingCapacity: true)
            self.rows.append(start..<min(start + 256, rows.upperBound), of: batch, to: &text)
            layout.encoding.append(text, to: &bytes)
        }
    }

    /// The counts of texts that were changed or are ambiguous, since the last call.
    mutating func takeFindings() -> CSVRowEncoder.Findings {
        defer { rows.findings = CSVRowEncoder.Findings() }
        return rows.findings
    }
}
