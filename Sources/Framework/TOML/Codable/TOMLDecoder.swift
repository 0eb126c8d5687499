public import Diagnostics

/// Decodes `Decodable` types from a document; errors have the place in the document.
///
///     struct Pipeline: Decodable { let name: String; let batch_size: Int? }
///     let pipeline = try TOMLDecoder(unknownKeys: .refused).decode(Pipeline.self, from: document)
///
/// An integer decodes as a `Double` if that is exact; there are no other conversions. Date-times decode as `LocalDate`,
/// `LocalTime`, `LocalDateTime` and `OffsetDateTime`.
public struct TOMLDecoder: Sendable {
    /// What happens to keys that no type requested.
    public enum UnknownKeys: Sendable {
        /// They are ignored.
        case ignored
        /// All of them are reported as errors.
        case refused
    }

    /// What happens to keys that no type requested.
    ///
    /// Default: they are ignored.
    public var unknownKeys: UnknownKeys
    /// Values for types to look up while they decode.
    ///
    /// Default: empty.
    public var userInfo: [CodingUserInfoKey: any Sendable]

    /// Creates a decoder; unknown keys are ignored by default.
    public init(unknownKeys: UnknownKeys = .ignored, userInfo: [CodingUserInfoKey: any Sendable] = [:]) {
        self.unknownKeys = unknownKeys
        self.userInfo = userInfo
    }

    /// Decodes a value from a whole document.
    ///
    /// - Parameters:
    ///   - type: The type to decode.
    ///   - document: The document to decode it from.
    /// - Returns: The value.
    /// - Throws: The first mismatch, as `toml.type-mismatch`, `toml.key-not-found`, `toml.number-range`,
    ///   `toml.ambiguous-key` or, if the type itself refuses, `toml.invalid-value`; then all unknown keys, as
    ///   `toml.unknown-key`.
    public func decode<Value: Decodable>(
        _ type: Value.Type,
        from document: TOMLDocument
    ) throws(DiagnosticList) -> Value {
        try decode(type, from: document.root)
    }

    /// Decodes a value from a part of a document.
    ///
    /// - Parameters:
    ///   - type: The type to decode.
    ///   - value: The part to decode it from.
    /// - Returns: The value.
    /// - Throws: As for a whole document.
    public func decode<Value: Decodable>(
        _ type: Value.Type,
        from value: TOMLValue
    ) throws(DiagnosticList) -> Value {
        let (decoded, unknown) = try decodeReportingUnknownKeys(type, from: value)
        if unknownKeys == .refused { try unknown.throwIfErrors() }
        return decoded
    }

    /// Parses a document and decodes a value from it.
    ///
    /// - Parameters:
    ///   - type: The type to decode.
    ///   - bytes: The document, as UTF-8.
    ///   - name: The name of the document in messages, usually its path.
    /// - Returns: The value.
    /// - Throws: The problems of the document, or the first mismatch.
    public func decode<Value: Decodable>(
        _ type: Value.Type,
        from bytes: [UInt8],
        name: String
    ) throws(DiagnosticList) -> Value {
        try decode(type, from: try TOMLDocument(bytes, name: name))
    }

    /// Decodes a value and reports the keys that no type requested, regardless of `unknownKeys`.
    ///
    /// - Parameters:
    ///   - type: The type to decode.
    ///   - value: The part to decode it from.
    /// - Returns: The value, and a finding `toml.unknown-key` for each such key, in the order of the document.
    /// - Throws: The first mismatch.
    public func decodeReportingUnknownKeys<Value: Decodable>(
        _ type: Value.Type,
        from value: TOMLValue
    ) throws(DiagnosticList) -> (value: Value, unknownKeys: DiagnosticList) {
        let session = DecodingSession()
        let decoder = ValueDecoder(value: value, codingPath: [], session: session, userInfo: userInfo)
        do {
            let decoded = try decoder.decode(type)
            return (decoded, session.unknownKeys(in: value.tree))
        } catch {
            throw DiagnosticList([session.diagnostic(for: error, from: value)])
        }
    }
}
