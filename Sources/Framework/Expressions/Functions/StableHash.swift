internal import Records

/// A number made from values: FNV-1a over their bytes, and the last step of MurmurHash3 to mix all bits.
///
/// Equal values have the same, whatever their type: 1, 1.0 and a decimal 1.00. Each value is followed by its length,
/// so that ("a", "bc") differs from ("ab", "c").
struct StableHash {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    /// The number so far.
    var value: Int64 {
        var mixed = state
        mixed = (mixed ^ mixed >> 33) &* 0xFF51_AFD7_ED55_8CCD
        mixed = (mixed ^ mixed >> 33) &* 0xC4CE_B9FE_1A85_EC53
        return Int64(bitPattern: mixed ^ mixed >> 33)
    }

    /// Adds an argument; `type` is nil for null.
    mutating func add(_ arguments: Arguments, at index: Int, type: ValueType?) {
        switch type {
        case nil: add(0)
        case .text: add(arguments.text(index), tag: 1)
        case .bytes: add(arguments.text(index), tag: 2)
        case .boolean: add(arguments.boolean(index) ? 4 : 3)
        case .integer: add(arguments.integer(index), tag: 5)
        case .real:
            let real = arguments.real(index)
            if let integer = Int64(exactly: real) { add(integer, tag: 5) } else { add(real.description) }
        case .decimal:
            let decimal = arguments.decimal(index)
            if let integer = decimal.integer { add(integer, tag: 5) } else { add(Self.real(decimal)) }
        case .instant: add(arguments.integer(index), tag: 7)
        case .date: add(arguments.integer(index), tag: 8)
        case .duration: add(arguments.integer(index), tag: 9)
        }
    }

    /// A decimal as a real number with the same digits shows it, if there is one.
    private static func real(_ decimal: ExactDecimal) -> String {
        let text = decimal.normalized.description
        guard let real = Double(text), ExactDecimal(real.description) == decimal else { return text }
        return real.description
    }

    private mutating func add(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }

    private mutating func add(_ number: Int64, tag: UInt8) {
        add(tag)
        for shift in stride(from: 0 as Int64, to: 64, by: 8) { add(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    private mutating func add(_ bytes: UnsafeBufferPointer<UInt8>, tag: UInt8) {
        for byte in bytes { add(byte) }
        add(Int64(bytes.count), tag: tag)
    }

    private mutating func add(_ text: String) {
        for byte in text.utf8 { add(byte) }
        add(Int64(text.utf8.count), tag: 6)
    }
}
