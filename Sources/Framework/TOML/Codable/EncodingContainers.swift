internal import Diagnostics

/// The keyed container of a table.
struct TableEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    private let table: EncodedValue

    init(_ table: EncodedValue) { self.table = table }

    var codingPath: [any CodingKey] { table.codingPath }

    /// TOML has no null: the key is left out.
    mutating func encodeNil(forKey key: Key) throws {}

    mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        let inner = table.inner(key)
        try inner.fill(value)
        table.set(key.stringValue, to: inner)
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        open(key).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        open(key).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { open(SuperKey()) }

    mutating func superEncoder(forKey key: Key) -> any Encoder { open(key) }

    private func open(_ key: any CodingKey) -> EncodedValue {
        let inner = table.inner(key)
        table.set(key.stringValue, to: inner)
        return inner
    }
}

/// The unkeyed container of an array.
struct ArrayEncoding: UnkeyedEncodingContainer {
    private let array: EncodedValue

    init(_ array: EncodedValue) { self.array = array }

    var codingPath: [any CodingKey] { array.codingPath }
    var count: Int { array.count }

    mutating func encodeNil() throws {
        throw Diagnostic(
            "toml.no-null",
            message: "\(array.name): TOML has no null, and an array has no gaps",
            category: .usage
        )
    }

    mutating func encode<Value: Encodable>(_ value: Value) throws {
        let inner = array.inner(IndexKey(count))
        try inner.fill(value)
        array.append(inner)
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        open().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { open().unkeyedContainer() }

    mutating func superEncoder() -> any Encoder { open() }

    private func open() -> EncodedValue {
        let inner = array.inner(IndexKey(count))
        array.append(inner)
        return inner
    }
}

/// The single value container of any value.
struct ScalarEncoding: SingleValueEncodingContainer {
    private let target: EncodedValue

    init(_ target: EncodedValue) { self.target = target }

    var codingPath: [any CodingKey] { target.codingPath }

    mutating func encodeNil() throws {
        throw Diagnostic("toml.no-null", message: "\(target.name): TOML has no null", category: .usage)
    }

    mutating func encode<Value: Encodable>(_ value: Value) throws { try target.fill(value) }
}
