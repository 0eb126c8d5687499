/// One cell as a plain Swift value: for tests, literals and code off the hot path.
public enum Value: Hashable, Sendable {
    /// Nothing.
    case null
    /// True or false.
    case boolean(Bool)
    /// A whole number.
    case integer(Int64)
    /// A floating-point number.
    case real(Double)
    /// Text.
    case text(String)
    /// Microseconds since 1970-01-01T00:00:00Z.
    case instant(Int64)
    /// Days since 1970-01-01.
    case date(Int32)
    /// An exact decimal number.
    case decimal(ExactDecimal)
    /// Bytes.
    case bytes([UInt8])
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
    /// Text.
    public init(stringLiteral value: String) { self = .text(value) }
    /// A whole number.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// A floating-point number.
    public init(floatLiteral value: Double) { self = .real(value) }
    /// True or false.
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    /// Nothing.
    public init(nilLiteral: ()) { self = .null }
}
