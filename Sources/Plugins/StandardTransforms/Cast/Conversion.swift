internal import PluginKit

/// How the values of a column become values of another kind.
struct Conversion: Sendable {
    private enum Way: Sendable {
        /// They are of that kind.
        case none
        /// From text.
        case reader(CellReader)
        /// From text that has to be JSON.
        case json
        /// To text.
        case text
        /// Between numbers and booleans.
        case number
        /// From instants to dates, and the reverse.
        case day(TimeZoneRules)
        case midnight(TimeZoneRules)
    }

    /// The column that it makes.
    let column: Schema.Column
    /// What fits, for messages: `a whole number`.
    let expected: String
    private let way: Way

    /// Whether there is anything to convert.
    var isNeeded: Bool { if case .none = way { false } else { true } }

    /// The conversion that an entry states.
    ///
    /// - Parameters:
    ///   - from: The column.
    ///   - entry: The entry of the option.
    ///   - options: The options for all columns.
    ///   - zone: The time zone of dates; nil if none is stated.
    /// - Throws: At the entry, `cast.no-kind`, `cast.kinds`, `cast.zone`, `cast.format`.
    init(_ from: Field, to entry: ColumnEntry, options: Cast.Options, zone: TimeZoneRules?) throws(Diagnostic) {
        let declared = entry.column
        guard let kind = declared.kind else {
            throw Diagnostic(
                "cast.no-kind",
                message: "the kind is missing",
                at: entry.place,
                hint: "such as \"\(declared.header): integer\""
            )
        }
        column = Schema.Column(declared.name, kind: kind, holdsJSON: declared.holdsJSON)
        let words = BooleanWords(true: options.trueWords, false: options.falseWords)
        let reader = CellReader(kind, format: declared.format, words: words, hasDecimalComma: options.decimalComma)
        expected = declared.holdsJSON ? "JSON" : from.kind == .text ? reader.expected : Self.expected(kind)
        if declared.format != nil, from.kind != .text {
            throw Diagnostic(
                "cast.format",
                message: "the column '\(declared.header)' is \(from.kind), and only text is read in a format",
                at: entry.place,
                hint: "remove the format"
            )
        }
        way =
            from.kind == .text && kind == .text && !declared.holdsJSON
            ? options.nulls.isEmpty ? .none : .reader(reader)
            : try Self.way(from.kind, to: kind, entry: entry, reader: reader, zone: zone)
    }

    private static func way(
        _ from: Schema.Kind,
        to kind: Schema.Kind,
        entry: ColumnEntry,
        reader: CellReader,
        zone: TimeZoneRules?
    ) throws(Diagnostic) -> Way {
        switch (from, kind) {
        case (.text, .text): return .json
        case (.text, _): return .reader(reader)
        case _ where from == kind: return .none
        case (_, .text) where !entry.column.holdsJSON: return .text
        case (.integer, .real), (.integer, .decimal), (.integer, .boolean), (.real, .integer), (.real, .decimal),
            (.decimal, .integer), (.decimal, .real), (.boolean, .integer):
            return .number
        case (.instant, .date), (.date, .instant):
            guard let zone else {
                throw Diagnostic(
                    "cast.zone",
                    message: "the date of an instant depends on the time zone",
                    at: entry.place,
                    hint: "state it: time_zone = \"Europe/Paris\", or \"UTC\""
                )
            }
            return kind == .date ? .day(zone) : .midnight(zone)
        default:
            throw Diagnostic(
                "cast.kinds",
                message: "the column '\(entry.column.header)' is \(from), which cannot become "
                    + (entry.column.holdsJSON ? "JSON" : "\(kind)"),
                at: entry.place,
                hint: "from \(from) there is \(targets[from] ?? "text")"
            )
        }
    }

    private static let targets: [Schema.Kind: String] = [
        .integer: "text, real, decimal and boolean", .real: "text, integer and decimal",
        .decimal: "text, integer and real", .boolean: "text and integer", .instant: "text and date",
        .date: "text and instant",
    ]

    private static func expected(_ kind: Schema.Kind) -> String {
        switch kind {
        case .integer: "a whole number of 64 bits"
        case .boolean: "0 or 1"
        case .date, .instant: "in the years 0001 to 9999"
        default: "\(kind)"
        }
    }

    /// Converts a column.
    ///
    /// - Parameters:
    ///   - field: The column.
    ///   - batch: The records.
    ///   - nulls: Texts that become null.
    ///   - out: Receives a value for each record; null for one that does not fit.
    /// - Returns: The rows whose values do not fit.
    func convert(_ field: Field, of batch: borrowing Batch, nulls: [[UInt8]], into out: inout ColumnBuilder) -> [Int] {
        switch way {
        case .none: return []
        case .reader(let reader):
            return texts(field, of: batch, nulls: nulls, into: &out) { text, out in reader.append(text, to: &out) }
        case .json:
            return texts(field, of: batch, nulls: nulls, into: &out) { text, out in
                guard (try? JSONValue(parsing: Array(text), name: "")) != nil else { return false }
                out.append(utf8: text)
                return true
            }
        case .text: return values(field, of: batch, into: &out) { .text($0.plainText) }
        case .number: return values(field, of: batch, into: &out) { Self.number($0, as: column.kind) }
        case .day(let zone):
            var days = LocalDays(in: zone)
            return values(field, of: batch, into: &out) { value in
                guard case .instant(let instant) = value else { return nil }
                let day = days.day(ofMicroseconds: instant)
                return CivilDate.usualDays.contains(day) ? .date(day) : nil
            }
        case .midnight(let zone):
            return values(field, of: batch, into: &out) { value in
                // A column that a program has made can have days of any year.
                guard case .date(let day) = value, CivilDate.usualDays.contains(day) else { return nil }
                let instant = zone.instant(ofLocal: Int64(day) * Self.microsecondsADay)
                return Self.instants.contains(instant) ? .instant(instant) : nil
            }
        }
    }

    private static let microsecondsADay: Int64 = 86_400_000_000
    /// The years 0001 to 9999 in UTC, as everywhere else.
    private static let instants =
        Int64(CivilDate.usualDays.lowerBound) * microsecondsADay..<(Int64(CivilDate.usualDays.upperBound) + 1)
        * microsecondsADay

    @inline(__always)
    private func texts(
        _ field: Field,
        of batch: borrowing Batch,
        nulls: [[UInt8]],
        into out: inout ColumnBuilder,
        append: (UnsafeBufferPointer<UInt8>, inout ColumnBuilder) -> Bool
    ) -> [Int] {
        var wrong: [Int] = []
        let texts = batch[texts: field]
        for row in 0..<texts.count {
            guard let text = texts[row] else {
                out.appendNull()
                continue
            }
            text.withUnsafeBufferPointer { text in
                if !nulls.isEmpty, nulls.contains(where: { $0.elementsEqual(text) }) {
                    out.appendNull()
                } else if !append(text, &out) {
                    wrong.append(row)
                    out.appendNull()
                }
            }
        }
        return wrong
    }

    private func values(
        _ field: Field,
        of batch: borrowing Batch,
        into out: inout ColumnBuilder,
        convert: (Value) -> Value?
    ) -> [Int] {
        var wrong: [Int] = []
        for row in 0..<batch.count {
            let value = batch[row, field]
            if value == .null {
                out.appendNull()
            } else if let converted = convert(value) {
                out.append(converted)
            } else {
                wrong.append(row)
                out.appendNull()
            }
        }
        return wrong
    }

    /// A number or boolean as another kind; nil if that does not hold the value.
    private static func number(_ value: Value, as kind: Schema.Kind) -> Value? {
        switch (value, kind) {
        case (.integer(let value), .real): .real(Double(value))
        case (.integer(let value), .decimal): .decimal(ExactDecimal(value))
        case (.integer(let value), .boolean): value == 0 ? .boolean(false) : value == 1 ? .boolean(true) : nil
        case (.real(let value), .integer): Int64(exactly: value).map { .integer($0) }
        case (.real(let value), .decimal): ExactDecimal("\(value)").map { .decimal($0) }
        case (.decimal(let value), .integer):
            value.integer.map { .integer($0) }
        case (.decimal(let value), .real): Double(value.description).map { .real($0) }
        case (.boolean(let value), .integer): .integer(value ? 1 : 0)
        default: nil
        }
    }
}
