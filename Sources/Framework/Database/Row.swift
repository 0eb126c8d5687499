internal import CSQLite

/// The current row of a statement.
///
/// It is valid until the next step, so it must not leave the closure that receives it.
///
/// Columns are counted from 0. A value of another kind than requested, as in a damaged file, becomes 0 or empty; seals
/// detect that.
package struct Row {
    private let statement: OpaquePointer

    init(_ statement: OpaquePointer) { self.statement = statement }

    /// Whether a column has no value.
    package func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

    /// A whole number.
    package func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    /// A count, from 0 to 2⁵³, so that adding counts does not overflow.
    ///
    /// Any other number, which only damage or manual changes can cause, becomes the nearest of these; seals detect
    /// that.
    package func amount(_ column: Int32) -> Int { Int(min(max(integer(column), 0), 1 << 53)) }

    /// A whole number, if there is one.
    package func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

    /// A text.
    package func text(_ column: Int32) -> String {
        guard let start = sqlite3_column_text(statement, column) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// A text, if there is one.
    package func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    /// Bytes.
    package func bytes(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(statement, column) else { return [] }
        let count = Int(sqlite3_column_bytes(statement, column))
        return [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }
}
