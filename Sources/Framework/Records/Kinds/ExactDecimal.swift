/// A decimal number as it was written: its digits, and how many of them are after the point.
///
///     12345678901234567890.123456789   coefficient 12345678901234567890123456789, scale 9
///     1.50                             coefficient 150, scale 2
///
/// A number has at most 38 digits, all of them exact. The scale belongs to the text and not to the value: 1.5 and 1.50
/// are equal and have the same hash, but print as they were written. There is no negative zero.
public struct ExactDecimal: Sendable, BitwiseCopyable {
    // Two halves, since Swift 6.3.1 reads a stored Int128 of a destructured struct as if it were aligned to 16 bytes,
    // which traps in unoptimised builds.
    private let low: UInt64
    private let high: Int64
    private let digitsAfterPoint: UInt8

    /// All digits as a whole number, from -(10³⁸ - 1) to 10³⁸ - 1.
    public var coefficient: Int128 { Int128(high) << 64 | Int128(low) }

    /// How many of the digits are after the point, 0 to 38.
    public var scale: Int { Int(digitsAfterPoint) }

    /// The maximum number of digits, before and after the point together.
    public static let mostDigits = 38

    /// A coefficient divided by 10 to the power of the scale; nil if it has more than 38 digits, or the scale is not in
    /// 0 to 38.
    public init?(coefficient: Int128, scale: Int) {
        guard coefficient.magnitude <= Self.largestCoefficient, 0...Self.mostDigits ~= scale else { return nil }
        self.init(valid: coefficient, scale: scale)
    }

    /// A whole number.
    public init(_ integer: Int64) { self.init(valid: Int128(integer), scale: 0) }

    /// A coefficient and a scale that are known to be within the limits.
    init(valid coefficient: Int128, scale: Int) {
        low = UInt64(truncatingIfNeeded: coefficient)
        high = Int64(truncatingIfNeeded: coefficient >> 64)
        digitsAfterPoint = UInt8(truncatingIfNeeded: scale)
    }

    /// A number whose coefficient is in a heap, in two halves.
    init(low: UInt64, high: Int64, scale: Int) {
        self.low = low
        self.high = high
        digitsAfterPoint = UInt8(truncatingIfNeeded: scale)
    }

    /// The number that the word of a cell points to, in the heap that begins at `bytes`.
    package init(word: UInt64, in bytes: UnsafePointer<UInt8>) {
        let coefficient = UnsafeRawPointer(bytes + Int(truncatingIfNeeded: word & 0xFFFF_FFFF))
        self.init(
            low: UInt64(littleEndian: coefficient.loadUnaligned(as: UInt64.self)),
            high: Int64(littleEndian: coefficient.loadUnaligned(fromByteOffset: 8, as: Int64.self)),
            scale: Int(truncatingIfNeeded: word &>> 32) &- 1
        )
    }

    /// The size of a coefficient in the heap of a column in bytes, the lowest first.
    package static let bytesOfCoefficient = 16

    /// Writes the coefficient into that number of bytes.
    package func storeCoefficient(in bytes: UnsafeMutableBufferPointer<UInt8>) {
        let room = UnsafeMutableRawBufferPointer(bytes)
        room.storeBytes(of: low.littleEndian, as: UInt64.self)
        room.storeBytes(of: high.littleEndian, toByteOffset: 8, as: Int64.self)
    }

    /// The scale in the word of a cell: one more than it is, in the upper half, so that no word equals that of a null.
    var scaleInWord: UInt64 { (UInt64(digitsAfterPoint) + 1) << 32 }

    /// Whether the coefficient, read from bytes, has at most 38 digits.
    var isWithinLimits: Bool { coefficient.magnitude <= Self.largestCoefficient }

    /// 38 nines.
    static var largestCoefficient: UInt128 { 99_999_999_999_999_999_999_999_999_999_999_999_999 }

    /// 10 to the power of 0 to 38.
    static func powerOfTen(_ exponent: Int) -> UInt128 {
        var power: UInt128 = 1
        for _ in 0..<exponent { power *= 10 }
        return power
    }

    /// The whole number with this value; nil if it has a fraction or does not fit into 64 bits.
    public var integer: Int64? {
        let (whole, fraction) = parts
        return fraction == 0 ? Int64(exactly: whole) : nil
    }

    /// The same value with this scale; nil if the value cannot be represented with it.
    public func with(scale: Int) -> ExactDecimal? {
        guard 0...Self.mostDigits ~= scale else { return nil }
        var (coefficient, own) = (coefficient, self.scale)
        while own > scale {
            let (quotient, remainder) = coefficient.quotientAndRemainder(dividingBy: 10)
            guard remainder == 0 else { return nil }
            (coefficient, own) = (quotient, own - 1)
        }
        while own < scale {
            guard coefficient.magnitude <= Self.largestCoefficient / 10 else { return nil }
            (coefficient, own) = (coefficient * 10, own + 1)
        }
        return ExactDecimal(valid: coefficient, scale: scale)
    }

    /// The same value without trailing zeros of its fraction: equal numbers have equal results.
    public var normalized: ExactDecimal {
        var (coefficient, scale) = (coefficient, scale)
        while scale > 0 {
            let (quotient, remainder) = coefficient.quotientAndRemainder(dividingBy: 10)
            guard remainder == 0 else { break }
            coefficient = quotient
            scale -= 1
        }
        return ExactDecimal(valid: coefficient, scale: scale)
    }

    /// The digits before the point, and those after it as a whole number; both have the sign.
    private var parts: (whole: Int128, fraction: Int128) {
        guard scale > 0 else { return (coefficient, 0) }
        let (whole, fraction) = coefficient.quotientAndRemainder(dividingBy: Int128(Self.powerOfTen(scale)))
        return (whole, fraction)
    }
}

extension ExactDecimal: Comparable, Hashable {
    /// Whether two numbers have the same value, whatever their trailing zeros.
    public static func == (left: ExactDecimal, right: ExactDecimal) -> Bool {
        if left.digitsAfterPoint == right.digitsAfterPoint { return left.coefficient == right.coefficient }
        let (left, right) = (left.normalized, right.normalized)
        return left.coefficient == right.coefficient && left.digitsAfterPoint == right.digitsAfterPoint
    }

    /// Orders by value.
    public static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
        if left.digitsAfterPoint == right.digitsAfterPoint { return left.coefficient < right.coefficient }
        let (one, other) = (left.parts, right.parts)
        guard one.whole == other.whole else { return one.whole < other.whole }
        // A fraction is less than 1, so it has at most 38 digits with digits added.
        let scale = max(left.scale, right.scale)
        return one.fraction * Int128(powerOfTen(scale - left.scale))
            < other.fraction * Int128(powerOfTen(scale - right.scale))
    }

    /// Hashes the value: equal numbers have the same hash, whatever their scale.
    public func hash(into hasher: inout Hasher) {
        let number = normalized
        hasher.combine(number.coefficient)
        hasher.combine(number.digitsAfterPoint)
    }
}
