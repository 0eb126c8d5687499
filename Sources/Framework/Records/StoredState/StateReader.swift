public import Diagnostics

/// Reads back what a `StateWriter` wrote, in the same order.
///
/// Other bytes give a value or `checkpoint.state`, never a trap, and never more elements than there are bytes.
public struct StateReader: Sendable {
    private let bytes: [UInt8]
    private var place = 0

    /// A reader of these bytes.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Whether everything has been read.
    public var isAtEnd: Bool { place == bytes.count }

    /// The number of bytes not read yet.
    var left: Int { bytes.count - place }

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

    /// The next number, if it is a count or a difference of counts: from -2⁵³ to 2⁵³, so that a thousand of them can be
    /// added.
    ///
    /// - Throws: `checkpoint.state` if there is none, or it is out of range.
    public mutating func readAmount() throws(Diagnostic) -> Int {
        guard let amount = Int(exactly: try readInteger()), -(1 << 53)...1 << 53 ~= amount else { throw Self.damaged }
        return amount
    }

    /// The next 64 bits.
    ///
    /// - Throws: `checkpoint.state` if fewer are left.
    public mutating func readBits() throws(Diagnostic) -> UInt64 {
        guard bytes.count - place >= 8 else { throw Self.damaged }
        defer { place += 8 }
        return bytes[place..<place + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The next bytes.
    ///
    /// - Throws: `checkpoint.state` if fewer are left.
    public mutating func readBytes() throws(Diagnostic) -> [UInt8] {
        let count = try readCount()
        defer { place += count }
        return Array(bytes[place..<place + count])
    }

    /// The number of elements that follow, each of at least one byte.
    ///
    /// - Throws: `checkpoint.state` if fewer bytes are left.
    public mutating func readCount() throws(Diagnostic) -> Int {
        guard let count = Int(exactly: try readInteger()), 0...bytes.count - place ~= count else { throw Self.damaged }
        return count
    }

    /// The error for bytes that are not the expected ones.
    public static var damaged: Diagnostic {
        Diagnostic(
            "checkpoint.state",
            message: "the stored state of a stage cannot be read",
            hint: "another version of the plugin may have stored it; --restart starts the run from the beginning"
        )
    }
}
