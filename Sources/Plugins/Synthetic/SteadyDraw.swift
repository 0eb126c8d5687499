/// Random numbers that can be drawn in any order: each depends only on a key and its index.
///
/// The algorithm is SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014),
/// with the index as the number of steps.
struct SteadyDraw: Sendable {
    private let key: UInt64

    /// Creates separate numbers for a seed and a name, such as that of a column.
    init(seed: Int, name: String) {
        // FNV-1a, since a `Hasher` differs from run to run.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        self.init(key: Self.mixed(Self.mixed(UInt64(truncatingIfNeeded: seed)) ^ hash))
    }

    /// Creates the numbers for a key.
    @inline(__always)
    init(key: UInt64) { self.key = key }

    /// The number at an index: all of its 64 bits are random.
    @inline(__always)
    subscript(index: Int) -> UInt64 {
        Self.mixed(key &+ UInt64(truncatingIfNeeded: index) &* 0x9E37_79B9_7F4A_7C15)
    }

    /// Different numbers for the same key.
    var other: SteadyDraw { SteadyDraw(key: ~Self.mixed(key)) }

    @inline(__always)
    private static func mixed(_ number: UInt64) -> UInt64 {
        var z = number
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

extension UInt64 {
    /// Random bits as a number below `limit`, all equally likely.
    @inline(__always)
    func scaled(below limit: UInt64) -> UInt64 { multipliedFullWidth(by: limit).high }
}
