extension TOMLValue: Encodable {
    /// Encodes the value: a table with its keys in order, an array, or a scalar; a missing value as nil.
    public func encode(to encoder: any Encoder) throws {
        switch kind {
        case .table:
            var container = encoder.container(keyedBy: AnyKey.self)
            for entry in entries { try container.encode(entry.value, forKey: AnyKey(entry.key)) }
        case .array:
            var container = encoder.unkeyedContainer()
            for element in elements { try container.encode(element) }
        case .string: try Self.encode(string, to: encoder)
        case .integer: try Self.encode(integer, to: encoder)
        case .float: try Self.encode(double, to: encoder)
        case .boolean: try Self.encode(boolean, to: encoder)
        case .offsetDateTime: try Self.encode(offsetDateTime, to: encoder)
        case .localDateTime: try Self.encode(localDateTime, to: encoder)
        case .localDate: try Self.encode(localDate, to: encoder)
        case .localTime: try Self.encode(localTime, to: encoder)
        case .missing:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        }
    }

    private static func encode(_ scalar: (some Encodable)?, to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let scalar { try container.encode(scalar) } else { try container.encodeNil() }
    }
}

extension TOMLValue: Decodable {
    /// Takes a part of the document unchanged, including places; only `TOMLDecoder` supports this.
    ///
    /// Its keys are the responsibility of its reader: none of them is reported as unknown.
    public init(from decoder: any Decoder) throws {
        guard let value = decoder.tomlValue else {
            let context = DecodingError.Context(
                codingPath: decoder.codingPath,
                debugDescription: "only a TOMLDecoder decodes a TOMLValue"
            )
            throw DecodingError.dataCorrupted(context)
        }
        self = value
    }
}

/// A key of any text.
private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ text: String) { stringValue = text }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
}
