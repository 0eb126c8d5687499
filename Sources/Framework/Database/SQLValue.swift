/// A value to bind to a statement.
package enum SQLValue {
    /// SQL `NULL`.
    case null
    /// A whole number.
    case integer(Int64)
    /// A text.
    case text(String)
    /// Bytes.
    case bytes([UInt8])

    /// A whole number.
    package static func integer(_ value: Int) -> SQLValue { .integer(Int64(value)) }
    /// A whole number.
    package static func integer(_ value: UInt32) -> SQLValue { .integer(Int64(value)) }
    /// A text, or `NULL`.
    package static func text(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
}
