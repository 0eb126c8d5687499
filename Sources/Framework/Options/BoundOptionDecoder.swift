/// Passes the bound option to each property of an option group.
///
/// The compiler synthesises `init(from:)` for a group. Decoding with it makes the group a plain immutable value, with
/// no reference hidden in the wrapper.
struct OptionGroupDecoder: Decoder {
    let options: [String: any Sendable]
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(Container<Key>(options: options))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw OptionsOnly() }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw OptionsOnly() }

    private struct Container<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let options: [String: any Sendable]
        var codingPath: [any CodingKey] { [] }
        var allKeys: [Key] { options.keys.compactMap { Key(stringValue: $0) } }

        func contains(_ key: Key) -> Bool { options[key.stringValue] != nil }
        func decodeNil(forKey key: Key) -> Bool { false }
        func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
            try T(from: BoundOptionDecoder(option: options[key.stringValue]))
        }
        func nestedContainer<NestedKey: CodingKey>(
            keyedBy type: NestedKey.Type,
            forKey key: Key
        ) throws -> KeyedDecodingContainer<NestedKey> { throw OptionsOnly() }
        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw OptionsOnly() }
        func superDecoder() throws -> any Decoder { throw OptionsOnly() }
        func superDecoder(forKey key: Key) throws -> any Decoder { throw OptionsOnly() }
    }
}

/// Holds one bound option for `Option.init(from:)`.
struct BoundOptionDecoder: Decoder {
    let option: (any Sendable)?
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> { throw OptionsOnly() }
    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw OptionsOnly() }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw OptionsOnly() }
}

/// A property of an option group is not declared with `@Option`.
private struct OptionsOnly: Error {}
