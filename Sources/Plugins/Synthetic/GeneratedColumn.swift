internal import Formats
package import PluginKit

/// A column of generated values, written `name: text 8..20 null 10%`.
package struct GeneratedColumn: Hashable, Sendable {
    /// The values of a cell; ranges include both ends.
    enum Values: Hashable, Sendable {
        /// The row's number, counted from this one.
        case sequence(from: Int64)
        case integer(ClosedRange<Int64>)
        case real(ClosedRange<Double>)
        /// Lower-case letters and blanks; the range is their number.
        case text(ClosedRange<Int>)
        /// Microseconds since 1970-01-01T00:00:00Z, in steps of this size.
        case instant(ClosedRange<Int64>, step: Int64)
        /// Days since 1970-01-01.
        case date(ClosedRange<Int32>)
        /// Decimal numbers with as many decimal places as both ends.
        case decimal(ClosedRange<ExactDecimal>)
        /// Bytes; the range is their number in a cell.
        case bytes(ClosedRange<Int>)
        /// Whole numbers from 0 to 99 as JSON; the range is their number in a cell.
        case list(ClosedRange<Int>)
        /// The share of true.
        case boolean(Share)
        case choice([String])
    }

    /// The name of the column.
    let name: String
    /// The values of its cells.
    let values: Values
    /// The share of nulls.
    let nulls: Share

    /// Creates a column.
    init(_ name: String, values: Values, nulls: Share = .none) {
        self.name = name
        self.values = values
        self.nulls = nulls
    }

    /// The column in the schema.
    var column: Schema.Column {
        if case .list = values {
            Schema.Column(name, kind: kind, holdsJSON: true)
        } else {
            Schema.Column(name, kind: kind)
        }
    }

    /// The kind of the column in the schema.
    var kind: Schema.Kind {
        switch values {
        case .sequence, .integer: .integer
        case .real: .real
        case .text, .choice, .list: .text
        case .instant: .instant
        case .date: .date
        case .decimal: .decimal
        case .bytes: .bytes
        case .boolean: .boolean
        }
    }

    /// The most bytes of a cell.
    var mostText: Int {
        switch values {
        case .text(let lengths), .bytes(let lengths): lengths.upperBound
        case .list(let lengths): 2 + 3 * lengths.upperBound
        case .decimal: 16
        case .choice(let words): words.map(\.utf8.count).max() ?? 0
        case .sequence, .integer, .real, .instant, .date, .boolean: 0
        }
    }

    /// The longest text, in letters.
    static let longestText = 65_536
    /// The longest list, in elements.
    static let longestList = 10_000
}

extension GeneratedColumn: CustomStringConvertible {
    /// The column as it is written in an option.
    package var description: String {
        "\(name): \(valuesInWords)" + (nulls.percent > 0 ? " null \(Self.text(nulls.percent))%" : "")
    }

    private var valuesInWords: String {
        switch values {
        case .sequence(let first): first == 1 ? "sequence" : "sequence \(first)"
        case .integer(let range): "integer \(range.lowerBound)..\(range.upperBound)"
        case .real(let range): "real \(Self.text(range.lowerBound))..\(Self.text(range.upperBound))"
        case .text(let lengths): "text \(lengths.lowerBound)..\(lengths.upperBound)"
        case .instant(let range, let step):
            "instant \(Self.text(range.lowerBound))..\(Self.text(range.upperBound))"
                + (step == 1 ? " microseconds" : "")
        case .date(let range): "date \(Self.text(range.lowerBound))..\(Self.text(range.upperBound))"
        case .decimal(let range): "decimal \(range.lowerBound)..\(range.upperBound)"
        case .bytes(let lengths): "bytes \(lengths.lowerBound)..\(lengths.upperBound)"
        case .list(let lengths): "list \(lengths.lowerBound)..\(lengths.upperBound)"
        case .boolean(let share): share.percent == 50 ? "boolean" : "boolean \(Self.text(share.percent))%"
        case .choice(let words): "choice \(words.joined(separator: "|"))"
        }
    }

    /// A number, without the decimal point if it is whole.
    private static func text(_ real: Double) -> String {
        let text = "\(real)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private static func text(_ date: Int32) -> String { CivilDate(daysSince1970: date).description }

    /// A time, without the time of day if it is midnight.
    private static func text(_ instant: Int64) -> String {
        let text = ISO8601.text(ofMicroseconds: instant)
        return text.hasSuffix("T00:00:00.000Z") ? String(text.prefix { $0 != "T" }) : text
    }
}

extension GeneratedColumn: OptionValue {
    package static var shape: OptionShape { .other("a column such as \"title: text 8..20 null 10%\"") }

    package init(from input: OptionInput) throws(Diagnostic) {
        let parser = GeneratedColumnParser(try input.text(expected: Self.shape), at: input.range)
        self = try parser.column()
    }

    package var literal: String { description.literal }
}
