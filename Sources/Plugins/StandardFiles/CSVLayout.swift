internal import Formats
internal import Records

/// How a CSV file is written: its columns and the text for each kind of cell.
struct CSVLayout: Sendable {
    let columns: ColumnChoice
    let dialect: CSVDialect
    /// Whether the first record of a file is the columns' names.
    let hasHeader: Bool
    /// What stands for null.
    let null: [UInt8]
    /// Whether an apostrophe stands before a text that begins like a formula.
    let escapesFormulas: Bool
    /// The zone whose days stand for moments; nil: moments are written whole.
    let zone: TimeZoneRules?
}
