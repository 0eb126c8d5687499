public import Diagnostics

extension ExactDecimal: StoredState {
    /// Appends the coefficient, its low half first, and the scale.
    public func write(to writer: inout StateWriter) {
        writer.write(bits: UInt64(truncatingIfNeeded: coefficient))
        writer.write(bits: UInt64(truncatingIfNeeded: coefficient >> 64))
        writer.write(Int64(scale))
    }

    /// Reads a number.
    ///
    /// - Throws: `checkpoint.state` if it has more than 38 digits or an invalid scale.
    public init(from reader: inout StateReader) throws(Diagnostic) {
        let (low, high) = (try reader.readBits(), Int64(bitPattern: try reader.readBits()))
        let scale = Int(truncatingIfNeeded: try reader.readInteger())
        guard let number = ExactDecimal(coefficient: Int128(high) << 64 | Int128(low), scale: scale) else {
            throw StateReader.damaged
        }
        self = number
    }
}
