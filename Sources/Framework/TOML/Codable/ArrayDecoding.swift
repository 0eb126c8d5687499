internal import Diagnostics

/// The unkeyed container of an array.
struct ArrayDecoding: UnkeyedDecodingContainer {
    private let decoder: ValueDecoder
    private let elements: [TOMLValue]
    private(set) var currentIndex = 0

    init(_ decoder: ValueDecoder) {
        self.decoder = decoder
        elements = decoder.value.elements
    }

    var codingPath: [any CodingKey] { decoder.codingPath }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    /// TOML has no null.
    mutating func decodeNil() throws -> Bool { false }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try inner().decode(type)
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        let container = try inner().container(keyedBy: type)
        currentIndex += 1
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try inner().unkeyedContainer()
        currentIndex += 1
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let decoder = try inner()
        currentIndex += 1
        return decoder
    }

    private func inner() throws(Diagnostic) -> ValueDecoder {
        guard !isAtEnd else {
            let count = elements.count.counted("element is", plural: "elements are")
            throw decoder.value.problem("toml.type-mismatch", message: "more than \(count) expected")
        }
        return decoder.inner(elements[currentIndex], under: IndexKey(currentIndex))
    }
}
