/// Builds a JSON text (RFC 8259) as bytes.
///
///     var writer = JSONWriter()
///     writer.object { object in
///         object.member("title", "Heat")
///         object.member("year", 1995)
///     }
///
/// - Important: Values, keys, begins and ends must come in an order that makes JSON; another order is a programmer's
///   mistake and stops the program.
public struct JSONWriter: Sendable {
    /// What has been written so far.
    public private(set) var bytes: [UInt8] = []
    /// Whether there are line ends and an indentation of two spaces.
    public let isPretty: Bool

    private struct Open {
        var isObject: Bool
        var isEmpty = true
    }

    private var open: [Open] = []
    private var isBehindKey = false

    /// A writer of nothing yet.
    public init(isPretty: Bool = false) { self.isPretty = isPretty }

    /// Whether every object, array and key that was begun has its end.
    public var isComplete: Bool { open.isEmpty && !isBehindKey }

    /// Takes out what has been written so far, to pass it on in pieces; values that are open stay so.
    public mutating func takeBytes() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    // MARK: Structure

    /// Begins an object.
    public mutating func beginObject() { begin(isObject: true, UInt8(ascii: "{")) }
    /// Ends the object begun last.
    public mutating func endObject() { end(isObject: true, UInt8(ascii: "}")) }
    /// Begins an array.
    public mutating func beginArray() { begin(isObject: false, UInt8(ascii: "[")) }
    /// Ends the array begun last.
    public mutating func endArray() { end(isObject: false, UInt8(ascii: "]")) }

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

    /// Writes the key of the value that comes next.
    public mutating func key(_ key: String) {
        precondition(open.last?.isObject == true && !isBehindKey, "a key outside of an object")
        separate()
        append(escaping: key)
        bytes.append(UInt8(ascii: ":"))
        if isPretty { bytes.append(UInt8(ascii: " ")) }
        isBehindKey = true
    }

    /// Ends a line behind a whole value: several of them make a JSON Lines file.
    public mutating func endLine() {
        precondition(isComplete, "the end of a line within a value")
        bytes.append(UInt8(ascii: "\n"))
    }

    // MARK: Values

    /// Writes null.
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

    /// Writes a number in the shortest form that gives the same number when read; not-a-number and the infinities,
    /// which JSON does not have, become null.
    public mutating func write(_ value: Double) {
        guard value.isFinite else { return writeNull() }
        beginValue()
        bytes.append(contentsOf: value.description.utf8)
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
        case .object(let members): object { for member in members { $0.member(member.key, member.value) } }
        }
    }

    // MARK: Members

    /// Writes a key and true or false.
    public mutating func member(_ key: String, _ value: Bool) {
        self.key(key)
        write(value)
    }

    /// Writes a key and a whole number.
    public mutating func member(_ key: String, _ value: some FixedWidthInteger) {
        self.key(key)
        write(value)
    }

    /// Writes a key and a number.
    public mutating func member(_ key: String, _ value: Double) {
        self.key(key)
        write(value)
    }

    /// Writes a key and a text.
    public mutating func member(_ key: String, _ value: String) {
        self.key(key)
        write(value)
    }

    /// Writes a key and a tree.
    public mutating func member(_ key: String, _ value: JSONValue) {
        self.key(key)
        write(value)
    }

    // MARK: Bytes

    private mutating func begin(isObject: Bool, _ bracket: UInt8) {
        beginValue()
        bytes.append(bracket)
        open.append(Open(isObject: isObject))
    }

    private mutating func end(isObject: Bool, _ bracket: UInt8) {
        precondition(open.last?.isObject == isObject && !isBehindKey, "the end of something that is not open")
        let isEmpty = open.removeLast().isEmpty
        if !isEmpty { indent() }
        bytes.append(bracket)
    }

    private mutating func beginValue() {
        if isBehindKey {
            isBehindKey = false
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

    private mutating func append(escaping text: String) {
        var text = text
        text.withUTF8 { append(escaping: $0) }
    }

    /// Copies in runs: only quotes, backslashes and control characters have to be escaped (RFC 8259 §7).
    private mutating func append(escaping text: UnsafeBufferPointer<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        var start = 0
        for index in text.indices {
            let byte = text[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<index]))
            start = index + 1
            bytes.append(UInt8(ascii: "\\"))
            switch byte {
            case 0x08: bytes.append(UInt8(ascii: "b"))
            case 0x09: bytes.append(UInt8(ascii: "t"))
            case 0x0A: bytes.append(UInt8(ascii: "n"))
            case 0x0C: bytes.append(UInt8(ascii: "f"))
            case 0x0D: bytes.append(UInt8(ascii: "r"))
            case 0..<0x20:
                bytes.append(contentsOf: [UInt8(ascii: "u"), 0x30, 0x30, 0x30 + byte >> 4])
                bytes.append(byte & 15 < 10 ? 0x30 + byte & 15 : 0x57 + byte & 15)
            default: bytes.append(byte)
            }
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
        bytes.append(UInt8(ascii: "\""))
    }
}
