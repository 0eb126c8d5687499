/// A JSON value as a tree, for small documents such as settings; records go through `JSONRowReader`.
public enum JSONValue: Hashable, Sendable {
    /// The literal `null`.
    case null
    /// True or false.
    case bool(Bool)
    /// A number that is whole and fits into 64 bits, however it was written: `8`, `8.0`, `8e0`.
    case integer(Int64)
    /// Any other number.
    case real(Double)
    /// A string, with its escapes resolved.
    case string(String)
    /// An array, in order.
    case array([JSONValue])
    /// An object, in the order in which it was written; a key may occur twice.
    case object([Member])

    /// A key and its value.
    public struct Member: Hashable, Sendable {
        /// The name before the colon, with its escapes resolved.
        public var key: String
        /// The part after the colon.
        public var value: JSONValue

        /// Creates a member of an object.
        public init(_ key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }
    }
}

extension JSONValue {
    /// The value of a key, the last one if it occurs twice; nil if there is none, or this is not an object.
    public subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key == key }?.value
    }

    /// The value at an index counted from 0; nil if there is none, or this is not an array.
    public subscript(index: Int) -> JSONValue? {
        guard case .array(let values) = self, values.indices.contains(index) else { return nil }
        return values[index]
    }

    /// The text, if it is a string.
    public var string: String? { if case .string(let value) = self { value } else { nil } }
    /// The value, if it is true or false.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    /// The whole number, if it is one.
    public var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    /// The number, if it is one.
    public var real: Double? {
        switch self {
        case .real(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }
    /// The values, if it is an array.
    public var array: [JSONValue]? { if case .array(let values) = self { values } else { nil } }
    /// The members, if it is an object.
    public var object: [Member]? { if case .object(let members) = self { members } else { nil } }
    /// Whether it is null.
    public var isNull: Bool { self == .null }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A string, so that documents can be written as literals.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A whole number.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// A real number, so that documents can be written as literals.
    public init(floatLiteral value: Double) { self = .real(value) }
    /// True or false.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// The literal `null`, so that documents can be written as literals.
    public init(nilLiteral: ()) { self = .null }
    /// Values in order.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// Keys and values in order.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { Member($0.0, value: $0.1) })
    }
}
