internal import Records

/// A checked part of an expression: its type, and the closure that evaluates it for a batch.
package struct Term: Sendable {
    /// Evaluates the part for the rows of a frame; rows outside of the mask may have any value.
    package typealias Run = @Sendable (Frame, Mask) -> Vector

    /// Its type; nil for the literal null, which fits all types.
    package let type: ValueType?
    /// The bytes of the text that it takes.
    let range: Range<Int>
    /// Its value if it is the same for all records; a duration is a whole number of microseconds.
    package let constant: Value?
    /// Whether it can be null.
    let canBeNull: Bool
    /// The literal as it is written if it can also be a decimal.
    var decimal: ExactDecimal?
    /// The number of the column among those that the expression reads, if it is one.
    var column: Int?
    /// Evaluates it.
    package let run: Run

    init(
        _ type: ValueType?,
        range: Range<Int>,
        constant: Value? = nil,
        canBeNull: Bool = true,
        run: @escaping Run
    ) {
        self.type = type
        self.range = range
        self.constant = constant
        self.canBeNull = canBeNull
        self.run = run
    }

    /// Whether it is null for all records.
    var isNull: Bool { constant == .null }

    /// Whether it is the literal null, which fits all types.
    var isUntypedNull: Bool { isNull && type == nil }

    /// The word of a constant that has no bytes, and is not a boolean.
    var word: UInt64? {
        switch constant {
        case .integer(let value): UInt64(bitPattern: value)
        case .real(let value): value.bitPattern
        case .instant(let value): UInt64(bitPattern: value)
        case .date(let value): UInt64(bitPattern: Int64(value))
        case .null, .boolean, .text, .decimal, .bytes, nil: nil
        }
    }
}
