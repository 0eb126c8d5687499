/// Pseudo-random numbers that are the same for the same seed: SplitMix64 (Steele, Lea, Flood 2014).
///
/// `next(below:)` has its own implementation, since the standard library does not promise how it draws from a
/// generator.
public struct SeededNumbers: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Creates a generator; equal seeds give equal numbers.
    public init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// A number from 0 to `limit`, without `limit`.
    ///
    /// - Precondition: `limit` is at least 1.
    public mutating func next(below limit: Int) -> Int {
        precondition(limit > 0, "there is no number below \(limit)")
        return Int(next().multipliedFullWidth(by: UInt64(limit)).high)
    }

    /// A number of a closed range.
    public mutating func next(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + next(below: range.upperBound - range.lowerBound + 1)
    }
}
