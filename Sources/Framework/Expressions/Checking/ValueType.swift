public import Records

/// The type of an expression; every type may be null.
public enum ValueType: String, Hashable, Sendable, CaseIterable {
    /// Text, as UTF-8.
    case text
    /// A whole number of 64 bits.
    case integer
    /// A finite floating-point number of 64 bits.
    case real
    /// True or false.
    case boolean
    /// Microseconds since 1970-01-01T00:00:00Z.
    case instant
    /// Days since 1970-01-01.
    case date
    /// An exact decimal number of at most 38 digits.
    case decimal
    /// Arbitrary bytes.
    case bytes
    /// A length of time in microseconds, which no column can hold.
    case duration

    /// The type of the values of a column.
    public init(_ kind: Schema.Kind) {
        self =
            switch kind {
            case .text: .text
            case .integer: .integer
            case .real: .real
            case .boolean: .boolean
            case .instant: .instant
            case .date: .date
            case .decimal: .decimal
            case .bytes: .bytes
            }
    }

    /// The kind of a column with such values; nil for a duration.
    public var kind: Schema.Kind? { Schema.Kind(rawValue: rawValue) }

    /// With its article, as messages say it: `an integer`.
    package var phrase: String {
        switch self {
        case .text: "a text"
        case .integer: "an integer"
        case .real: "a real number"
        case .boolean: "true or false"
        case .instant: "an instant"
        case .date: "a date"
        case .decimal: "a decimal number"
        case .bytes: "bytes"
        case .duration: "a length of time"
        }
    }

    /// Whether `<` and the like apply.
    var hasOrder: Bool { self != .boolean && self != .bytes }

    /// Whether it is a number.
    package var isNumber: Bool { self == .integer || self == .real || self == .decimal }

    /// Whether words point to bytes.
    var hasBytes: Bool { self == .text || self == .bytes || self == .decimal }
}
