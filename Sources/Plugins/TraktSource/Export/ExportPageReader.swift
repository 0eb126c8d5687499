internal import Diagnostics
internal import Formats
internal import Records

/// An open page of an export, and its position.
struct ExportPageReader {
    let page: ExportPage
    private var rows: JSONRowReader<ExportInput>

    init(_ page: ExportPage, of export: ExportFiles, rows: JSONRows) throws(Diagnostic) {
        self.page = page
        let input = try export.open(page.path)
        self.rows = JSONRowReader(
            input,
            rows: rows,
            name: "\(export.path) › \(page.path)",
            expectedSize: input.count
        )
    }

    var recordsRead: Int { rows.recordsRead }
    var mismatches: Int { rows.mismatches }
    /// The times of the last call of `read` that are not instants.
    var oddInstants: [JSONRows.OddInstant] { rows.oddInstants }

    /// How many bytes it holds in memory.
    var windowSize: Int { rows.windowSize }

    /// Reads the beginning of the page, so that the first records can be decoded without reading.
    mutating func prepare() throws(Diagnostic) { try rows.prepare() }

    mutating func read(into batch: inout Batch, atMost limit: Int) throws(Diagnostic) -> Bool {
        try rows.read(into: &batch, atMost: limit)
    }

    mutating func skip(_ count: Int) throws(Diagnostic) {
        try rows.skip(count)
    }
}
