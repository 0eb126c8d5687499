/// The beginning of a CSV text, parsed with one syntax, and how well that fits.
struct CSVSample {
    /// A field of a record, without quotes.
    typealias Fields = [[UInt8]]

    /// The records, without blank lines; not the last one if the sample may end within it.
    private(set) var records: [(fields: Fields, line: Int)] = []
    /// How many records have text after a closing quote.
    private(set) var faults = 0
    /// Whether the sample ends within quotes.
    private(set) var isUnclosed = false

    /// The most records that are looked at.
    static let mostRecords = 400

    /// Parses a sample.
    ///
    /// - Parameters:
    ///   - text: The text, as UTF-8, without a byte order mark.
    ///   - isWhole: Whether the text ends with the sample.
    ///   - syntax: The syntax.
    init(_ text: [UInt8], isWhole: Bool, syntax: CSVSyntax) {
        let scanner = CSVScanner(syntax)
        let cell = CSVCell(syntax)
        text.withUnsafeBufferPointer { buffer in
            guard let bytes = buffer.baseAddress else { return }
            var place = 0
            var line = 1
            while place < text.count, records.count < Self.mostRecords {
                var ends: [Int] = []
                let found = scanner.record(in: bytes, from: place, upTo: text.count, isLast: isWhole) { end in
                    ends.append(end)
                }
                guard case .record(let next, let fault) = found else {
                    // A quote that stays open for most of the sample is none.
                    if case .incomplete(let quote?) = found, isWhole || 2 * quote < text.count { isUnclosed = true }
                    return
                }
                if fault != nil { faults += 1 }
                if bytes[place] != syntax.comment {
                    var start = place
                    let fields = ends.map { end -> [UInt8] in
                        defer { start = end + syntax.delimiter.count }
                        let isCRLF =
                            end > start && end < text.count && bytes[end] == CSVSign.lf && bytes[end - 1] == CSVSign.cr
                        let field = UnsafeBufferPointer(start: bytes + start, count: end - start - (isCRLF ? 1 : 0))
                        var scratch: [UInt8] = []
                        return cell.withContent(of: field, scratch: &scratch) { Array($0) }
                    }
                    if fields.count > 1 || !fields[0].isEmpty { records.append((fields, line)) }
                }
                line += Self.lines(bytes, place..<next)
                place = next
            }
        }
    }

    private static func lines(_ bytes: UnsafePointer<UInt8>, _ range: Range<Int>) -> Int {
        var count = 0
        for place in range {
            if bytes[place] == CSVSign.lf { count += 1 }
            let isLast = place + 1 == range.upperBound
            if bytes[place] == CSVSign.cr, isLast || bytes[place + 1] != CSVSign.lf { count += 1 }
        }
        return count
    }

    /// The sample without its first records.
    func dropping(_ count: Int) -> CSVSample {
        var rest = self
        rest.records.removeFirst(count)
        return rest
    }

    /// The number of records of each width.
    var widths: [Int: Int] { records.reduce(into: [:]) { $0[$1.fields.count, default: 0] += 1 } }

    /// The width that most records have; the greater one of two.
    var usualWidth: Int { widths.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? 0 }

    /// The share of records that have the usual width.
    var agreement: Double {
        records.isEmpty ? 0 : Double(widths[usualWidth] ?? 0) / Double(records.count)
    }

    /// How well the sample fits: consistent widths of several fields, whose contents look like values.
    ///
    /// After van den Burg, Nazábal and Sutton, "Wrangling messy CSV files by detecting row and type patterns" (2019):
    /// a score for the pattern of rows, times the share of cells that look like a value.
    var score: Double {
        guard !records.isEmpty else { return 0 }
        let count = Double(records.count)
        var pattern = 0.0
        for (width, number) in widths {
            let share = Double(number) / count
            pattern += share * share * max(0.001, Double(width - 1)) / Double(width)
        }
        var cells = 0
        var values = 0
        for record in records {
            cells += record.fields.count
            values += record.fields.count { CellLook(of: $0).isValue }
        }
        let clean = 1 - Double(faults) / count
        return pattern * (Double(values) + 0.01) / (Double(cells) + 0.01) * clean * (isUnclosed ? 0.05 : 1)
    }
}
