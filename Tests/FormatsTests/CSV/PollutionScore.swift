import Diagnostics
import Formats
import Records

/// How much of a polluted file is read as a person would read it: header, records and cells, up to 10 in all.
struct PollutionScore {
    let name: String
    private(set) var header = 0.0
    private(set) var records = 0.0
    private(set) var cells = 0.0

    var total: Double { 10 * (header + records + cells) / 3 }

    var words: String { "\(name): \(header) \(records) \(cells)" }

    init(_ pollution: Pollution, guesses: Bool) {
        name = pollution.name
        let encoding = CSVEncodingGuess.encoding(of: pollution.bytes, isWhole: true)
        var text: [UInt8] = []
        var decoding = TextDecoding(encoding, name: name)
        pollution.bytes.withUnsafeBufferPointer { try? decoding.decode($0, to: &text) }
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { text.removeFirst(3) }
        let dialect =
            guesses ? CSVGuess(text, isWhole: true, knowing: CSVKnownDialect()).dialect : pollution.dialect
        guard let read = try? Self.read(text, dialect) else { return }
        let wanted = pollution.header
        header = wanted.isEmpty ? (read.header.isEmpty ? 1 : 0) : Self.share(read.header, wanted)
        let (got, want) = (read.rows.count, pollution.rows.count)
        records = max(got, want) == 0 ? 1 : Double(min(got, want)) / Double(max(got, want))
        var (equal, total) = (0, 0)
        for row in 0..<max(got, want) {
            let left = row < got ? read.rows[row] : []
            let right = row < want ? pollution.rows[row] : []
            // Trailing empty cells say nothing.
            let width = max(Self.width(left), Self.width(right))
            total += width
            equal += (0..<width).count { ($0 < left.count ? left[$0] : nil) == ($0 < right.count ? right[$0] : nil) }
        }
        cells = total == 0 ? 1 : Double(equal) / Double(total)
    }

    private static func share(_ left: [String], _ right: [String]) -> Double {
        let equal = zip(left, right).count { $0.0 == $0.1 }
        return Double(equal) / Double(max(left.count, right.count, 1))
    }

    private static func width(_ row: [String?]) -> Int { (row.lastIndex { $0 != nil } ?? -1) + 1 }

    /// Reads a text, with records of any width.
    private static func read(
        _ text: [UInt8],
        _ dialect: CSVKnownDialect
    ) throws -> (header: [String], rows: [[String?]]) {
        let cutter = CSVCutter(dialect.syntax, name: "polluted.csv")
        var input = BytesInput(text)
        let isHeader = dialect.hasHeader ?? true
        var head: CSVHead?
        while head == nil {
            head = try cutter.readHead(skipping: dialect.skippedLines ?? 0, isHeader: isHeader)
            if head == nil { cutter.take(input.read(into: cutter.room())) }
        }
        let width = max(head?.fields.count ?? 1, 1)
        let schema = Schema((0...width).map { Schema.Column("\($0)", kind: .text) })
        let fields = schema.fields
        let columns = (0..<width).map { CSVColumns.Column(place: $0, field: fields[$0], name: "\($0)") }
        let decoder = CSVDecoder(
            dialect.syntax,
            columns: CSVColumns(width: width, columns: columns, ragged: .extra(fields[width]))
        )
        var rows: [[String?]] = []
        while true {
            if let page = try cutter.next() {
                var batch = Batch(schema)
                try decoder.decode(page, name: "polluted.csv", into: &batch)
                for row in 0..<batch.count {
                    let extra = batch.text(row, in: fields[width]).map { text in
                        (try? JSONValue(parsing: Array(text.utf8), name: "extra"))?.array ?? []
                    }
                    let surplus = (extra ?? []).map { $0.string.flatMap { $0.isEmpty ? nil : $0 } }
                    rows.append(fields.dropLast().map { batch.text(row, in: $0) } + surplus)
                }
            } else if cutter.isAtEnd {
                return (isHeader ? head?.fields ?? [] : [], rows)
            } else {
                cutter.take(input.read(into: cutter.room()))
            }
        }
    }
}
