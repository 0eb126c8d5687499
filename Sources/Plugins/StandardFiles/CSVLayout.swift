internal import Formats
internal import Records

/// The layout of a CSV file: its columns and the text for each kind of cell.
struct CSVLayout: Sendable {
    let columns: ColumnChoice
    let dialect: CSVDialect
    /// Whether a file begins with a line of column names.
    let hasHeader: Bool
    /// The text for null.
    let null: [UInt8]
    /// Whether texts that begin like a formula get an apostrophe.
    let escapesFormulas: Bool
    /// The time zone whose days are written for times; nil if times are written in full.
    let zone: TimeZoneRules?
}
