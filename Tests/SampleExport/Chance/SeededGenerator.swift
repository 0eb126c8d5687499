/// Numbers that look random and are the same on every machine and in every year: SplitMix64 (Steele, Lea, Flood 2014).
///
/// Brings its own `next(below:)` and `pick`, since the standard library does not promise how it draws from a generator.
package struct SeededGenerator: Sendable {
    private var state: UInt64

    /// A generator; equal seeds give equal numbers.
    package init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// A number from 0 up to, but not, `limit`.
    package mutating func next(below limit: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(limit)).high)
    }

    /// A number of a closed range.
    package mutating func next(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + next(below: range.upperBound - range.lowerBound + 1)
    }

    /// True `percent` times of a hundred.
    package mutating func chance(_ percent: Int) -> Bool { next(below: 100) < percent }

    /// One of several values.
    ///
    /// - Precondition: there is at least one.
    package mutating func pick<Values: RandomAccessCollection>(_ values: Values) -> Values.Element
    where Values.Index == Int {
        values[values.startIndex + next(below: values.count)]
    }

    /// Digits and letters a to f.
    package mutating func hex(_ count: Int) -> String {
        let digits = Array("0123456789abcdef")
        return String((0..<count).map { _ in pick(digits) })
    }
}
