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
    /// The zone whose days stand for moments; nil: moments are written whole.
    let zone: TimeZoneRules?
}
