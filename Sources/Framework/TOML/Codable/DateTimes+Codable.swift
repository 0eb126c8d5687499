// Date-times keep their kind through Codable: `TOMLDecoder` and `TOMLEncoder` treat them as scalars. Coders of other
// formats write them as text in the form of RFC 3339.

internal import Diagnostics

/// A date-time: a TOML value of its own, text in other formats.
protocol TOMLDateTime: TOMLScalar, Codable, CustomStringConvertible {
    /// Creates the value from a scanned token; nil if the token is of another kind.
    init?(_ token: DateTimeToken)
}

extension TOMLDateTime {
    func literal() throws(Diagnostic) -> String { description }

    /// Decodes it in any context: a type's own `init(from:)` may pass its decoder on.
    fileprivate init(anywhere decoder: any Decoder) throws {
        if let toml = decoder as? ValueDecoder {
            self = try toml.decode(Self.self)
            return
        }
        let text = try decoder.singleValueContainer().decode(String.self)
        let bytes = Array(text.utf8)
        guard let value = Self.parse(bytes.span) else {
            let context = DecodingError.Context(
                codingPath: decoder.codingPath,
                debugDescription: "'\(text)' is not \(Self.tomlName)"
            )
            throw DecodingError.dataCorrupted(context)
        }
        self = value
    }

    fileprivate func encode(anywhere encoder: any Encoder) throws {
        if let toml = encoder as? EncodedValue { try toml.fill(self) } else { try description.encode(to: encoder) }
    }

    private static func parse(_ bytes: Span<UInt8>) -> Self? {
        var scanner = Scanner(bytes, version: .v1_1)
        guard scanner.isDateOrTime, let token = try? scanner.scanDateTime(), scanner.isAtEnd else { return nil }
        return Self(token)
    }
}

extension LocalDate: TOMLDateTime {
    static var tomlName: String { "a date" }
    static func read(from value: TOMLValue) throws(Diagnostic) -> LocalDate? { value.localDate }

    init?(_ token: DateTimeToken) {
        guard case .localDate(let value) = token else { return nil }
        self = value
    }

    /// Reads a date, from text in formats other than TOML.
    public init(from decoder: any Decoder) throws { try self.init(anywhere: decoder) }

    /// Writes a date, as text in formats other than TOML.
    public func encode(to encoder: any Encoder) throws { try encode(anywhere: encoder) }
}

extension LocalTime: TOMLDateTime {
    static var tomlName: String { "a time" }
    static func read(from value: TOMLValue) throws(Diagnostic) -> LocalTime? { value.localTime }

    init?(_ token: DateTimeToken) {
        guard case .localTime(let value) = token else { return nil }
        self = value
    }

    /// Reads a time, from text in formats other than TOML.
    public init(from decoder: any Decoder) throws { try self.init(anywhere: decoder) }

    /// Writes a time, as text in formats other than TOML.
    public func encode(to encoder: any Encoder) throws { try encode(anywhere: encoder) }
}

extension LocalDateTime: TOMLDateTime {
    static var tomlName: String { "a date-time without an offset" }
    static func read(from value: TOMLValue) throws(Diagnostic) -> LocalDateTime? { value.localDateTime }

    init?(_ token: DateTimeToken) {
        guard case .localDateTime(let value) = token else { return nil }
        self = value
    }

    /// Reads a date-time, from text in formats other than TOML.
    public init(from decoder: any Decoder) throws { try self.init(anywhere: decoder) }

    /// Writes a date-time, as text in formats other than TOML.
    public func encode(to encoder: any Encoder) throws { try encode(anywhere: encoder) }
}

extension OffsetDateTime: TOMLDateTime {
    static var tomlName: String { "a date-time with an offset" }
    static func read(from value: TOMLValue) throws(Diagnostic) -> OffsetDateTime? { value.offsetDateTime }

    init?(_ token: DateTimeToken) {
        guard case .offsetDateTime(let value) = token else { return nil }
        self = value
    }

    /// Reads an instant, from text in formats other than TOML.
    public init(from decoder: any Decoder) throws { try self.init(anywhere: decoder) }

    /// Writes an instant, as text in formats other than TOML.
    public func encode(to encoder: any Encoder) throws { try encode(anywhere: encoder) }
}
