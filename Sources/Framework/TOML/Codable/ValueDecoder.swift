internal import Diagnostics

/// The `Decoder` that a type's `init(from:)` receives: one value of the document.
struct ValueDecoder: Decoder {
    let value: TOMLValue
    let codingPath: [any CodingKey]
    let session: DecodingSession
    let sharedInfo: [CodingUserInfoKey: any Sendable]

    init(
        value: TOMLValue,
        codingPath: [any CodingKey],
        session: DecodingSession,
        userInfo: [CodingUserInfoKey: any Sendable]
    ) {
        self.value = value
        self.codingPath = codingPath
        self.session = session
        sharedInfo = userInfo
    }

    var userInfo: [CodingUserInfoKey: Any] { sharedInfo }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard value.kind == .table else { throw value.mismatch(expected: "a table") }
        session.open(value)
        return KeyedDecodingContainer(try TableDecoding<Key>(self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard value.kind == .array else { throw value.mismatch(expected: "an array") }
        return ArrayDecoding(self)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    /// The decoder of a value inside this one.
    func inner(_ value: TOMLValue, under key: any CodingKey) -> ValueDecoder {
        ValueDecoder(value: value, codingPath: codingPath + [key], session: session, userInfo: sharedInfo)
    }

    /// Decodes this value.
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        do {
            guard let scalar = type as? any TOMLScalar.Type else { return try Value(from: self) }
            guard let read = try scalar.read(from: value), let decoded = read as? Value else {
                throw value.mismatch(expected: scalar.tomlName)
            }
            session.failure = nil
            return decoded
        } catch {
            if session.failure == nil { session.failure = value }
            throw error
        }
    }
}

extension ValueDecoder: SingleValueDecodingContainer {
    /// TOML has no null: only a missing value decodes as nil.
    func decodeNil() -> Bool { !value.exists }
}

/// An index of an array in a coding path.
struct IndexKey: CodingKey {
    let intValue: Int?
    var stringValue: String { "\(intValue ?? 0)" }

    init(_ index: Int) { intValue = index }
    init?(intValue: Int) { self.init(intValue) }
    init?(stringValue: String) { nil }
}
