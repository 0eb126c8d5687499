import Diagnostics
import Formats
import Records

/// The records of a text, read page by page.
final class CSVTable {
    struct Start: Equatable { let offset, line: Int }
    struct Row: Equatable { let cells: [String?], line: Int }

    private let syntax: CSVSyntax
    private let decoder: CSVDecoder
    private let schema = Schema(["a", "b", "c", "extra"].map { Schema.Column($0, kind: .text) })
    var rows: [Row] = []
    var rejected: [Int] = []
    var starts: [Start] = []

    init(_ syntax: CSVSyntax) {
        self.syntax = syntax
        let fields = schema.fields
        let columns = (0..<3).map { CSVColumns.Column(place: $0, field: fields[$0], name: "\($0)") }
        decoder = CSVDecoder(syntax, columns: CSVColumns(width: 3, columns: columns, ragged: .extra(fields[3])))
    }

    func read(
        _ text: [UInt8],
        piece: Int,
        size: CSVCutter.PageSize,
        from start: Start = Start(offset: 0, line: 1)
    ) throws(Diagnostic) {
        let cutter = CSVCutter(syntax, name: "t.csv", pageSize: size, offset: start.offset, line: start.line)
        var input = TextPieces(text, piece: piece)
        var begin = start
        while true {
            if let page = try cutter.next() {
                starts.append(begin)
                begin = Start(offset: cutter.offset, line: cutter.line)
                var batch = Batch(schema)
                try decoder.decode(page, name: "t.csv", into: &batch)
                take(batch)
            } else if cutter.isAtEnd {
                return
            } else {
                cutter.take(try input.read(into: cutter.room()))
            }
        }
    }

    private func take(_ batch: Batch) {
        for row in 0..<batch.count {
            let cells = schema.fields.map { batch.text(row, in: $0) }
            rows.append(Row(cells: cells, line: line(batch.position(of: row))))
        }
        rejected += batch.rejections.map { line($0.position) }
    }

    private func line(_ position: String) -> Int { Int(position.split(separator: " ").last ?? "") ?? 0 }

    /// What a record should be as a row; nil for a faulty one.
    func row(_ record: ReferenceCSV.Record) -> Row? {
        guard let fields = record.fields else { return nil }
        let cells = (0..<3).map { index in
            index < fields.count ? fields[index].map { String(decoding: $0, as: UTF8.self) } : nil
        }
        var extra: String?
        if fields.count > 3 {
            var json: [UInt8] = []
            for (index, field) in fields[3...].enumerated() {
                json.append(UInt8(ascii: index == 0 ? "[" : ","))
                let text = field ?? []
                JSONText.append(text.span, to: &json)
            }
            extra = String(decoding: json + [UInt8(ascii: "]")], as: UTF8.self)
        }
        return Row(cells: cells + [extra], line: record.line)
    }
}
