internal import Diagnostics

/// The keyed container of a table.
struct TableDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let decoder: ValueDecoder
    private let entries: [String: TOMLValue]

    /// Opens a table.
    ///
    /// - Throws: `toml.ambiguous-key` if two keys differ in their bytes but are equal as `String`.
    init(_ decoder: ValueDecoder) throws(Diagnostic) {
        self.decoder = decoder
        var entries: [String: TOMLValue] = [:]
        for entry in decoder.value.entries {
            let key = entry.key
            if let other = entries.updateValue(entry.value, forKey: key), let first = other.keyRange {
                throw Diagnostic(
                    "toml.ambiguous-key",
                    message:
                        "the key '\(Text.short(key))' differs from an earlier one only in how its letters are composed",
                    at: .text(entry.keyRange),
                    hint: "to Swift both are one text: rename one of them",
                    related: [Diagnostic.Related(first, caption: "the other is here")]
                )
            }
        }
        self.entries = entries
    }

    var codingPath: [any CodingKey] { decoder.codingPath }

    var allKeys: [Key] {
        decoder.value.entries.compactMap { entry in
            guard let key = Key(stringValue: entry.key) else { return nil }
            decoder.session.ask(entry.key, of: decoder.value)
            return key
        }
    }

    func contains(_ key: Key) -> Bool { find(key) != nil }

    /// TOML has no null: every existing key has a value.
    func decodeNil(forKey key: Key) throws -> Bool { find(key) == nil }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try inner(key).decode(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try inner(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try inner(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        let key = "super"
        decoder.session.ask(key, of: decoder.value)
        guard let value = entries[key] else { throw decoder.value.missing(key) }
        return decoder.inner(value, under: SuperKey())
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { try inner(key) }

    private func find(_ key: Key) -> TOMLValue? {
        decoder.session.ask(key.stringValue, of: decoder.value)
        return entries[key.stringValue]
    }

    private func inner(_ key: Key) throws(Diagnostic) -> ValueDecoder {
        guard let value = find(key) else { throw decoder.value.missing(key.stringValue) }
        return decoder.inner(value, under: key)
    }
}

/// The key under which Codable stores what a superclass encodes.
struct SuperKey: CodingKey {
    var stringValue: String { "super" }
    var intValue: Int? { nil }

    init() {}
    init?(intValue: Int) { nil }
    init?(stringValue: String) { nil }
}
