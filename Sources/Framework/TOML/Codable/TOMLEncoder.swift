public import Diagnostics

/// Encodes `Encodable` types as a document.
///
///     let bytes = try TOMLEncoder().encode(pipeline)
///
/// Keys keep the order in which they are encoded, except that the tables of a table follow its values, under headers.
/// Nil values are omitted. The result is the same in both versions of TOML.
public struct TOMLEncoder: Sendable {
    /// Values for types to look up while they encode.
    ///
    /// Default: empty.
    public var userInfo: [CodingUserInfoKey: any Sendable]

    /// Creates an encoder; `userInfo` reaches the types that are encoded.
    public init(userInfo: [CodingUserInfoKey: any Sendable] = [:]) { self.userInfo = userInfo }

    /// Encodes a value that is a table.
    ///
    /// - Parameter value: What to encode: a type with keys, or a dictionary.
    /// - Returns: The document, as UTF-8, with a line feed at its end unless it is empty.
    /// - Throws: `toml.not-a-document` if the value is not a table, `toml.no-null` for nil in an array,
    ///   `toml.number-range` for an integer over 64 bits, `toml.too-deep` for more than 128 levels; and
    ///   `toml.invalid-value` for what a type's own `encode(to:)` throws.
    public func encode(_ value: some Encodable) throws(Diagnostic) -> [UInt8] {
        let encoded = try tree(of: value)
        guard case .table = encoded.content else {
            throw Diagnostic(
                "toml.not-a-document",
                message: "a document is a table, and \(type(of: value)) encodes as something else",
                category: .usage
            )
        }
        var writer = TOMLWriter()
        try writer.writeDocument(encoded)
        return writer.bytes
    }

    /// Encodes any value in the form that follows an equals sign.
    ///
    /// - Parameter value: What to encode.
    /// - Returns: One line, without a line end.
    /// - Throws: As `encode`.
    func encodeInline(_ value: some Encodable) throws(Diagnostic) -> [UInt8] {
        var writer = TOMLWriter()
        try writer.writeInline(try tree(of: value), depth: 1)
        return writer.bytes
    }

    private func tree(of value: some Encodable) throws(Diagnostic) -> EncodedValue {
        do {
            return try EncodedValue(encoding: value, codingPath: [], userInfo: userInfo)
        } catch let diagnostic as Diagnostic {
            throw diagnostic
        } catch {
            throw Diagnostic("toml.invalid-value", message: "\(error)", category: .usage)
        }
    }
}
