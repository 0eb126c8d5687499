internal import PluginKit

/// A sum of any floating-point numbers without any rounding: a whole number of 2,176 bits times 2 to the power of -1074.
///
///     limbs   32 bits of the number each, the lowest first, with a sign and with room for carries
struct WideSum {
    private var limbs = [Int64](repeating: 0, count: count)
    private var additions = 0

    /// Room for the largest number and for 2⁶⁴ of them.
    private static let count = 70

    /// Adds a whole number of at most 53 bits times two to the power of `place`.
    mutating func add(_ digits: Int64, at place: Int) {
        let bit = place - ExactSum.lowest
        guard digits != 0, bit >= 0, bit / 32 + 2 < Self.count else { return }
        let shifted = Int128(digits) << Int128(bit % 32)
        limbs[bit / 32] += Int64(truncatingIfNeeded: shifted & 0xFFFF_FFFF)
        limbs[bit / 32 + 1] += Int64(truncatingIfNeeded: shifted >> 32 & 0xFFFF_FFFF)
        limbs[bit / 32 + 2] += Int64(truncatingIfNeeded: shifted >> 64)
        additions += 1
        if additions == 1 << 30 { carry() }
    }

    /// Adds another sum.
    mutating func add(_ other: WideSum) {
        var other = other
        carry()
        other.carry()
        for index in limbs.indices { limbs[index] += other.limbs[index] }
        carry()
    }

    /// Brings all limbs but the highest to 0..<2³².
    private mutating func carry() {
        for index in 0..<Self.count - 1 {
            limbs[index + 1] += limbs[index] >> 32
            limbs[index] &= 0xFFFF_FFFF
        }
        additions = 0
    }

    /// The nearest floating-point number; half way between two, the even one.
    var rounded: Double {
        var sum = self
        sum.carry()
        let isNegative = sum.limbs[Self.count - 1] < 0
        if isNegative {
            for index in sum.limbs.indices { sum.limbs[index] = -sum.limbs[index] }
            sum.carry()
        }
        guard let top = sum.limbs.lastIndex(where: { $0 != 0 }) else { return 0 }
        let first = max(top - 3, 0)
        let digits = (first...top).reversed().reduce(UInt128(0)) { $0 << 32 | UInt128(sum.limbs[$1]) }
        return ExactSum.rounded(
            digits,
            at: first * 32 + ExactSum.lowest,
            isNegative: isNegative,
            isMore: sum.limbs[..<first].contains { $0 != 0 }
        )
    }
}

extension WideSum: StoredState {
    func write(to writer: inout StateWriter) {
        var sum = self
        sum.carry()
        sum.limbs.write(to: &writer)
    }

    init(from reader: inout StateReader) throws(Diagnostic) {
        limbs = try [Int64](from: &reader)
        guard limbs.count == Self.count else { throw StateReader.damaged }
    }
}
