/// One cell as a plain Swift value: for tests, literals and code off the hot path.
public enum Value: Hashable, Sendable {
    /// The value of an empty cell, of whatever kind.
    case null
    /// True or false.
    case boolean(Bool)
    /// A whole number.
    case integer(Int64)
    /// A floating-point number.
    case real(Double)
    /// Unicode text, which may be empty.
    case text(String)
    /// Microseconds since 1970-01-01T00:00:00Z.
    case instant(Int64)
    /// Days since 1970-01-01.
    case date(Int32)
    /// An exact decimal number.
    case decimal(ExactDecimal)
    /// Arbitrary bytes.
    case bytes([UInt8])
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
    /// A text, so that tests can write records as literals.
    public init(stringLiteral value: String) { self = .text(value) }
    /// A whole number.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// A floating-point number.
    public init(floatLiteral value: Double) { self = .real(value) }
    /// True or false.
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    /// Null, so that tests can write records as literals.
    public init(nilLiteral: ()) { self = .null }
}
