internal import Formats
internal import Records

/// Encodes records as CSV.
struct CSVEncoder: RecordEncoder {
    private let layout: CSVLayout
    private var csv: CSVWriter
    private var days: LocalDays
    private let isByDay: Bool
    private let hasNullText: Bool
    /// Whether a record held the text that is read back as null.
    private(set) var metNullText = false
    /// How many texts were escaped because they begin like a formula.
    private(set) var escapedFormulas = 0

    /// Creates an empty encoder.
    init(_ layout: CSVLayout) {
        self.layout = layout
        csv = CSVWriter(layout.dialect)
        days = (layout.zone ?? .utc).localDays
        isByDay = layout.zone != nil
        hasNullText = !layout.null.isEmpty
    }

    var bytes: [UInt8] { csv.bytes }
    var count: Int { csv.bytes.count }

    mutating func removeAll() { csv.removeAll() }

    mutating func appendHeader() {
        guard layout.hasHeader else { return }
        for name in layout.columns.names { csv.append(name) }
        csv.endRecord()
    }

    mutating func append(_ row: Int, of batch: borrowing Batch) {
        for field in layout.columns.fields {
            guard !batch.isNull(row, in: field) else {
                appendNull()
                continue
            }
            switch field.kind {
            case .text:
                if let text = batch.utf8(row, in: field) { append(text) }
                if hasNullText, batch.text(row, in: field, equals: layout.null) { metNullText = true }
            case .integer: if let integer = batch.integer(row, in: field) { csv.append(integer) }
            case .real: if let real = batch.real(row, in: field) { csv.append(real.description) }
            case .boolean: if let boolean = batch.boolean(row, in: field) { csv.append(boolean ? "true" : "false") }
            case .instant: if let instant = batch.instant(row, in: field) { append(instant: instant) }
            case .date: if let date = batch.date(row, in: field) { csv.append(CivilDate(daysSince1970: date)) }
            case .decimal: if let decimal = batch.decimal(row, in: field) { csv.append(decimal) }
            case .bytes: if let bytes = batch.bytes(row, in: field) { csv.append(bytes: bytes) }
            }
        }
        csv.endRecord()
    }

    private mutating func append(_ text: Span<UInt8>) {
        guard layout.escapesFormulas, CSVFormula.begins(text) else { return csv.append(utf8: text) }
        let escaped = [CSVFormula.mark] + text.withUnsafeBufferPointer { Array($0) }
        csv.append(utf8: escaped.span)
        escapedFormulas += 1
    }

    private mutating func appendNull() {
        guard hasNullText else { return csv.appendEmpty() }
        let null = layout.null
        csv.append(utf8: null.span)
    }

    private mutating func append(instant: Int64) {
        if isByDay {
            csv.append(CivilDate(daysSince1970: days.day(ofMicroseconds: instant)))
        } else {
            csv.append(instant: instant)
        }
    }
}
