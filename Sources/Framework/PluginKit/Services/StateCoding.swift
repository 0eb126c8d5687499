/// Writes what is remembered, value after value, without names or types.
public struct StateWriter: Sendable {
    /// What was written so far.
    public private(set) var bytes: [UInt8] = []

    /// A writer that has written nothing.
    public init() {}

    /// Appends a whole number in as few bytes as it needs: seven bits in each, the lowest first, and the sign in front.
    public mutating func write(_ number: Int64) {
        var rest = UInt64(bitPattern: (number << 1) ^ (number >> 63))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Appends bytes, with their number in front.
    public mutating func write(_ bytes: [UInt8]) {
        write(Int64(bytes.count))
        self.bytes += bytes
    }
}

/// Reads back what a `StateWriter` wrote, in the same order.
public struct StateReader: Sendable {
    private let bytes: [UInt8]
    private var place = 0

    /// A reader of these bytes.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Whether everything has been read.
    public var isAtEnd: Bool { place == bytes.count }

    /// The next number.
    ///
    /// - Throws: `checkpoint.state` if there is none.
    public mutating func readInteger() throws(Diagnostic) -> Int64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while place < bytes.count, shift < 64 {
            let byte = bytes[place]
            place += 1
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return Int64(bitPattern: (number >> 1) ^ (0 &- (number & 1))) }
            shift += 7
        }
        throw Self.damaged
    }

    /// The next bytes.
    ///
    /// - Throws: `checkpoint.state` if there are not so many.
    public mutating func readBytes() throws(Diagnostic) -> [UInt8] {
        let count = try readCount()
        defer { place += count }
        return Array(bytes[place..<place + count])
    }

    /// How many things follow, each of at least one byte.
    ///
    /// - Throws: `checkpoint.state` if there is no room for so many.
    public mutating func readCount() throws(Diagnostic) -> Int {
        guard let count = Int(exactly: try readInteger()), 0...bytes.count - place ~= count else { throw Self.damaged }
        return count
    }

    /// That the bytes are not what was to be read.
    public static var damaged: Diagnostic {
        Diagnostic(
            "checkpoint.state",
            "what a stage remembered cannot be read back",
            hint: "another version of the plugin may have stored it; --restart begins the run anew"
        )
    }
}

extension Int64: StoredState {
    /// Appends the number.
    public func write(to writer: inout StateWriter) { writer.write(self) }
    /// Reads a number.
    public init(from reader: inout StateReader) throws(Diagnostic) { self = try reader.readInteger() }
}

extension Int: StoredState {
    /// Appends the number.
    public func write(to writer: inout StateWriter) { writer.write(Int64(self)) }
    /// Reads a number.
    public init(from reader: inout StateReader) throws(Diagnostic) {
        guard let number = Int(exactly: try reader.readInteger()) else { throw StateReader.damaged }
        self = number
    }
}
