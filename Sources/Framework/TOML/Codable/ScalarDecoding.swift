/// The single value container of any value.
struct ScalarDecoding: SingleValueDecodingContainer {
    private let decoder: ValueDecoder

    init(_ decoder: ValueDecoder) { self.decoder = decoder }

    var codingPath: [any CodingKey] { decoder.codingPath }

    /// TOML has no null.
    func decodeNil() -> Bool { !decoder.value.exists }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decoder.decode(type) }
}
