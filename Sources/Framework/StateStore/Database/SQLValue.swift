/// A value on its way into a statement.
enum SQLValue {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])

    static func integer(_ value: Int) -> SQLValue { .integer(Int64(value)) }
    static func integer(_ value: UInt32) -> SQLValue { .integer(Int64(value)) }
    static func text(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
}
