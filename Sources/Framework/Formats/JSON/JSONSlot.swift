/// The value of one path in the current record.
enum JSONSlot: BitwiseCopyable, Sendable {
    case null
    case boolean(Bool)
    /// A whole number; for a time that is not an instant, its index among those.
    case integer(Int64)
    case real(Double)
    case instant(Int64)
    case date(Int32)
    /// A text, or bytes.
    case text(start: UInt32, count: UInt32)
    /// An exact decimal number, whose coefficient is stored with the text.
    case decimal(start: UInt32, scale: UInt32)

    /// The word of a column for it; nil for null.
    @inline(__always)
    var word: UInt64? {
        switch self {
        case .null: nil
        case .boolean(let value): value ? 1 : 0
        case .integer(let value), .instant(let value): UInt64(bitPattern: value)
        case .real(let value): value.bitPattern
        case .date(let value): UInt64(bitPattern: Int64(value))
        case .text(let start, let count): UInt64(start) | UInt64(count) &<< 32
        case .decimal(let start, let scale): UInt64(start) | (UInt64(scale) &+ 1) &<< 32
        }
    }
}
