public import Diagnostics

/// Decodes `Decodable` types from a document; whatever does not fit is told with its place.
///
///     struct Pipeline: Decodable { let name: String; let batch_size: Int? }
///     let pipeline = try TOMLDecoder(unknownKeys: .refused).decode(Pipeline.self, from: document)
///
/// An integer is taken for a `Double` where that is exact; nothing else is converted. Date-times decode as `LocalDate`,
/// `LocalTime`, `LocalDateTime` and `OffsetDateTime`.
public struct TOMLDecoder: Sendable {
    /// What happens to keys that no type asked for.
    public enum UnknownKeys: Sendable {
        /// They are passed over.
        case ignored
        /// All of them are told as errors.
        case refused
    }

    /// What happens to keys that no type asked for (default: they are passed over).
    public var unknownKeys: UnknownKeys
    /// What types may look up while they decode (default: nothing).
    public var userInfo: [CodingUserInfoKey: any Sendable]

    /// Creates a decoder; unknown keys are ignored by default.
    public init(unknownKeys: UnknownKeys = .ignored, userInfo: [CodingUserInfoKey: any Sendable] = [:]) {
        self.unknownKeys = unknownKeys
        self.userInfo = userInfo
    }

    /// Decodes a value from a whole document.
    ///
    /// - Parameters:
    ///   - type: what to decode.
    ///   - document: where to decode it from.
    /// - Returns: the value.
    /// - Throws: the first thing that does not fit, as `toml.type-mismatch`, `toml.key-not-found`, `toml.number-range`,
    ///   `toml.ambiguous-key` or, when the type itself refuses, `toml.invalid-value`; then unknown keys, as
    ///   `toml.unknown-key`, all of them.
    public func decode<Value: Decodable>(
        _ type: Value.Type,
        from document: TOMLDocument
    ) throws(DiagnosticList) -> Value {
        try decode(type, from: document.root)
    }

    /// Decodes a value from a part of a document.
    ///
    /// - Parameters:
    ///   - type: what to decode.
    ///   - value: where to decode it from.
    /// - Returns: the value.
    /// - Throws: as for a whole document.
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
    ///   - type: what to decode.
    ///   - bytes: the document, as UTF-8.
    ///   - name: what to call the document in messages, usually its path.
    /// - Returns: the value.
    /// - Throws: what is wrong with the document, or what does not fit.
    public func decode<Value: Decodable>(
        _ type: Value.Type,
        from bytes: [UInt8],
        name: String
    ) throws(DiagnosticList) -> Value {
        try decode(type, from: try TOMLDocument(bytes, name: name))
    }

    /// Decodes a value and tells which keys no type asked for, whatever `unknownKeys` says.
    ///
    /// - Parameters:
    ///   - type: what to decode.
    ///   - value: where to decode it from.
    /// - Returns: the value, and a finding `toml.unknown-key` for each such key, in the order of the document.
    /// - Throws: the first thing that does not fit.
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
