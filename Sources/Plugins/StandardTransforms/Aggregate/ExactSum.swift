internal import PluginKit

/// A sum of floating-point numbers without any rounding: the order of the numbers does not matter.
///
/// While all numbers fit, the sum is a whole number of 128 bits times a power of two. For numbers that lie too far apart
/// there is `WideSum`.
struct ExactSum {
    // Two halves, as in `ExactDecimal`.
    private var low: UInt64 = 0
    private var high: Int64 = 0
    /// The sum is the whole number times two to the power of this.
    private var exponent: Int32 = 0
    /// Whether a number was added.
    private(set) var hasValue = false

    private var number: Int128 {
        get { Int128(high) << 64 | Int128(low) }
        set {
            low = UInt64(truncatingIfNeeded: newValue)
            high = Int64(truncatingIfNeeded: newValue >> 64)
        }
    }

    /// The room below the first number, in bits, for numbers that are smaller.
    private static let room = 32

    /// Adds a finite number.
    ///
    /// - Returns: Whether it fits; if not, nothing was added.
    @inline(__always)
    mutating func add(_ real: Double) -> Bool {
        let (digits, place) = Self.parts(of: real)
        if digits == 0 {
            hasValue = true
            return true
        }
        if low == 0, high == 0 { exponent = Int32(truncatingIfNeeded: max(place - Self.room, Self.lowest)) }
        hasValue = true
        let shift = place &- Int(exponent)
        guard UInt(bitPattern: shift) <= 73 else { return addFar(digits, at: place) }
        let (sum, isOver) = number.addingReportingOverflow(Int128(digits) &<< Int128(shift))
        guard !isOver else { return false }
        number = sum
        return true
    }

    /// Some of its bits, to have its memory read.
    var touch: Int64 { high }

    /// The lowest exponent of a number.
    static let lowest = -1074

    /// A finite number as a whole number times two to the power of `place`.
    @inline(__always)
    static func parts(of real: Double) -> (digits: Int64, place: Int) {
        let bits = real.bitPattern
        let exponent = Int(truncatingIfNeeded: bits &>> 52 & 0x7FF)
        let fraction = Int64(truncatingIfNeeded: bits & 0xF_FFFF_FFFF_FFFF)
        let digits = exponent == 0 ? fraction : fraction | 1 << 52
        return (bits >> 63 == 0 ? digits : -digits, max(exponent, 1) + lowest - 1)
    }

    private mutating func addFar(_ digits: Int64, at place: Int) -> Bool {
        // Without the zeros at their ends, both may be nearer.
        let zeros = digits.trailingZeroBitCount
        guard place < Int(exponent) else {
            let shift = place - Int(exponent) + zeros
            let (ownZeros, other) = (number.trailingZeroBitCount, Int128(digits >> Int64(zeros)))
            guard shift - ownZeros <= 73, shift >= ownZeros else { return false }
            let (sum, isOver) = (number >> Int128(ownZeros)).addingReportingOverflow(other << Int128(shift - ownZeros))
            guard !isOver else { return false }
            number = sum
            exponent += Int32(truncatingIfNeeded: ownZeros)
            return true
        }
        let lower = min(place + zeros, Int(exponent))
        let (term, shift) = (Int128(digits >> Int64(lower - place)), Int128(Int(exponent) - lower))
        guard shift < 126, number.magnitude.leadingZeroBitCount > Int(shift) + 1 else { return false }
        let (sum, isOver) = (number << shift).addingReportingOverflow(term)
        guard !isOver else { return false }
        number = sum
        exponent = Int32(truncatingIfNeeded: lower)
        return true
    }

    /// The nearest floating-point number; half way between two, the even one.
    var rounded: Double { Self.rounded(number.magnitude, at: Int(exponent), isNegative: high < 0) }

    /// The number nearest to a whole number times a power of two.
    ///
    /// - Parameters:
    ///   - digits: The whole number.
    ///   - exponent: The power.
    ///   - isNegative: The sign.
    ///   - isMore: Whether the exact number is a little larger than these digits.
    /// - Returns: The number, infinite if it is too large.
    static func rounded(_ digits: UInt128, at exponent: Int, isNegative: Bool, isMore: Bool = false) -> Double {
        guard digits != 0 else { return 0 }
        let bits = 128 - digits.leadingZeroBitCount
        let last = max(exponent + bits - 53, lowest)
        let dropped = last - exponent
        var kept = digits
        if dropped > 127 {
            return 0
        } else if dropped > 0 {
            kept = digits >> UInt128(dropped)
            let (rest, half) = (digits & (1 << UInt128(dropped) - 1), UInt128(1) << UInt128(dropped - 1))
            if rest > half || rest == half && (isMore || kept & 1 == 1) { kept += 1 }
        } else {
            kept = digits << UInt128(-dropped)
        }
        guard last <= 971 else { return isNegative ? -.infinity : .infinity }
        return Double(sign: isNegative ? .minus : .plus, exponent: last, significand: Double(UInt64(kept)))
    }

    /// Moves the sum to one that has room for all numbers.
    func add(to wide: inout WideSum) {
        let magnitude = number.magnitude
        let sign: Int64 = high < 0 ? -1 : 1
        for piece in 0..<3 {
            let digits = Int64(truncatingIfNeeded: magnitude >> UInt128(piece * 48) & 0xFFFF_FFFF_FFFF)
            wide.add(sign * digits, at: Int(exponent) + piece * 48)
        }
    }
}

extension ExactSum: StoredState {
    func write(to writer: inout StateWriter) {
        writer.write(bits: low)
        writer.write(high)
        writer.write(Int64(exponent))
        hasValue.write(to: &writer)
    }

    init(from reader: inout StateReader) throws(Diagnostic) {
        low = try reader.readBits()
        high = try reader.readInteger()
        exponent = try Int32(from: &reader)
        hasValue = try Bool(from: &reader)
        guard Self.lowest...1100 ~= Int(exponent) else { throw StateReader.damaged }
    }
}
