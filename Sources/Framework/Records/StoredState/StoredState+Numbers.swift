public import Diagnostics

/// Whole numbers are stored in as few bytes as possible.
extension StoredState where Self: FixedWidthInteger {
    /// Appends the number; for a type with more than 64 bits, the lowest 64.
    public func write(to writer: inout StateWriter) { writer.write(Int64(truncatingIfNeeded: self)) }

    /// Reads a number.
    ///
    /// - Throws: `checkpoint.state` if there is none, or it is out of the type's range.
    public init(from reader: inout StateReader) throws(Diagnostic) {
        let bits = try reader.readInteger()
        self.init(truncatingIfNeeded: bits)
        // Converted back, the number is equal only if nothing was truncated.
        guard Int64(truncatingIfNeeded: self) == bits else { throw StateReader.damaged }
    }
}

extension Int: StoredState {}
extension Int8: StoredState {}
extension Int16: StoredState {}
extension Int32: StoredState {}
extension Int64: StoredState {}
extension UInt: StoredState {}
extension UInt8: StoredState {}
extension UInt16: StoredState {}
extension UInt32: StoredState {}
extension UInt64: StoredState {}

extension Bool: StoredState {
    /// Appends 0 or 1.
    public func write(to writer: inout StateWriter) { writer.write(self ? 1 : 0) }

    /// Reads true or false.
    ///
    /// - Throws: `checkpoint.state` if it is neither.
    public init(from reader: inout StateReader) throws(Diagnostic) {
        switch try reader.readInteger() {
        case 0: self = false
        case 1: self = true
        default: throw StateReader.damaged
        }
    }
}

extension Double: StoredState {
    /// Appends the bits, so that the same number is read back, including NaN and negative zero.
    public func write(to writer: inout StateWriter) { writer.write(bits: bitPattern) }

    /// Reads a number.
    ///
    /// - Throws: `checkpoint.state` if there are not enough bytes.
    public init(from reader: inout StateReader) throws(Diagnostic) { self.init(bitPattern: try reader.readBits()) }
}
