public import Records

/// Builds a JSON text (RFC 8259) as bytes.
///
///     var writer = JSONWriter()
///     writer.object { object in
///         object.member("title", "Heat")
///         object.member("year", 1995)
///     }
///
/// - Important: Keys, values, begins and ends must be in an order that makes valid JSON; any other order is a
///   programming error and stops the program.
public struct JSONWriter: Sendable {
    /// The bytes written so far.
    public internal(set) var bytes: [UInt8] = []
    /// Whether there are line ends and an indentation of two spaces.
    public let isPretty: Bool

    private struct Open {
        var isObject: Bool
        var isEmpty = true
    }

    private var open: [Open] = []
    private var isAfterKey = false

    /// Creates an empty writer.
    public init(isPretty: Bool = false) { self.isPretty = isPretty }

    /// Whether every object, array and key has been ended.
    public var isComplete: Bool { open.isEmpty && !isAfterKey }

    /// Removes and returns the bytes written so far, to pass them on in pieces; open values stay open.
    public mutating func takeBytes() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    /// Writes `{`; members follow until ``endObject()``.
    public mutating func beginObject() { begin(isObject: true, bracket: UInt8(ascii: "{")) }
    /// Ends the object begun last.
    public mutating func endObject() { end(isObject: true, bracket: UInt8(ascii: "}")) }
    /// Writes `[`; elements follow until ``endArray()``.
    public mutating func beginArray() { begin(isObject: false, bracket: UInt8(ascii: "[")) }
    /// Ends the array begun last.
    public mutating func endArray() { end(isObject: false, bracket: UInt8(ascii: "]")) }

    /// Writes an object whose members `body` writes.
    public mutating func object<Failure: Error>(
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        beginObject()
        try body(&self)
        endObject()
    }

    /// Writes an array whose values `body` writes.
    public mutating func array<Failure: Error>(
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        beginArray()
        try body(&self)
        endArray()
    }

    /// Writes the key of the next value.
    public mutating func key(_ key: String) {
        precondition(open.last?.isObject == true && !isAfterKey, "a key outside of an object")
        separate()
        append(escaping: key)
        bytes.append(UInt8(ascii: ":"))
        if isPretty { bytes.append(UInt8(ascii: " ")) }
        isAfterKey = true
    }

    /// Ends a line after a complete value: several lines make a JSON Lines file.
    public mutating func endLine() {
        precondition(isComplete, "the end of a line within a value")
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Writes the literal `null` as the next value.
    public mutating func writeNull() {
        beginValue()
        bytes.append(contentsOf: "null".utf8)
    }

    /// Writes true or false.
    public mutating func write(_ value: Bool) {
        beginValue()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// Writes a whole number.
    public mutating func write(_ value: some FixedWidthInteger) {
        beginValue()
        bytes.append(contentsOf: String(value).utf8)
    }

    /// Writes a number in the shortest form that reads back as the same number; NaN and the infinities, which JSON
    /// lacks, become null.
    public mutating func write(_ value: Double) {
        guard value.isFinite else { return writeNull() }
        beginValue()
        bytes.append(contentsOf: value.description.utf8)
    }

    /// Writes an exact decimal number, as a number with all its digits.
    public mutating func write(_ value: ExactDecimal) {
        beginValue()
        value.append(to: &bytes)
    }

    /// Writes a text.
    public mutating func write(_ value: String) {
        beginValue()
        append(escaping: value)
    }

    /// Writes a text that is valid UTF-8.
    public mutating func write(utf8 value: Span<UInt8>) {
        beginValue()
        value.withUnsafeBufferPointer { append(escaping: $0) }
    }

    /// Writes a tree.
    public mutating func write(_ value: JSONValue) {
        switch value {
        case .null: writeNull()
        case .bool(let value): write(value)
        case .integer(let value): write(value)
        case .real(let value): write(value)
        case .string(let value): write(value)
        case .array(let values): array { for value in values { $0.write(value) } }
        case .object(let members): object { for member in members { $0.member(member.key, value: member.value) } }
        }
    }

    private mutating func begin(isObject: Bool, bracket: UInt8) {
        beginValue()
        bytes.append(bracket)
        open.append(Open(isObject: isObject))
    }

    private mutating func end(isObject: Bool, bracket: UInt8) {
        precondition(open.last?.isObject == isObject && !isAfterKey, "the end of something that is not open")
        let isEmpty = open.removeLast().isEmpty
        if !isEmpty { indent() }
        bytes.append(bracket)
    }

    private mutating func beginValue() {
        if isAfterKey {
            isAfterKey = false
            return
        }
        precondition(open.last?.isObject != true, "a value without a key")
        separate()
    }

    private mutating func separate() {
        guard let last = open.indices.last else { return }
        if !open[last].isEmpty { bytes.append(UInt8(ascii: ",")) }
        open[last].isEmpty = false
        indent()
    }

    private mutating func indent() {
        guard isPretty else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * open.count))
    }
}
