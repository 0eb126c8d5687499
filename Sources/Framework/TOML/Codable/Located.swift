public import Diagnostics

/// A decoded value and its place.
///
///     struct Source: Decodable { let use: Located<String> }
///     throw Diagnostic("plugin.unknown", message: "no such plugin", at: .text(source.use.range))
public struct Located<Value> {
    /// The decoded value, without its place.
    public var value: Value
    /// The place of the value.
    public let range: SourceRange
    /// The place of its key; nil for an element of an array.
    public let keyRange: SourceRange?

    /// A value at a place.
    public init(_ value: Value, range: SourceRange, keyRange: SourceRange? = nil) {
        self.value = value
        self.range = range
        self.keyRange = keyRange
    }
}

extension Located: Sendable where Value: Sendable {}

extension Located: Decodable where Value: Decodable {
    /// Decodes the value and its place; only `TOMLDecoder` supports this.
    public init(from decoder: any Decoder) throws {
        guard let source = decoder.tomlValue else {
            let context = DecodingError.Context(
                codingPath: decoder.codingPath,
                debugDescription: "only a TOMLDecoder knows the place of a value"
            )
            throw DecodingError.dataCorrupted(context)
        }
        self.init(
            try decoder.singleValueContainer().decode(Value.self),
            range: source.range,
            keyRange: source.keyRange
        )
    }
}

extension Located: Encodable where Value: Encodable {
    /// Encodes the value alone.
    public func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}

extension Decoder {
    /// The TOML value that is being decoded, with its place; nil when the decoder is not a `TOMLDecoder`'s.
    public var tomlValue: TOMLValue? { (self as? ValueDecoder)?.value }
}
