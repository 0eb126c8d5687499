/// Hashes the bytes of keys, eight at a time: each word is mixed in by a multiplication whose two halves are folded, as
/// in wyhash (Wang Yi, https://github.com/wangyi-fudan/wyhash, final version 4, read on 2026-11-23).
///
/// It is seeded, so that an input with colliding keys cannot be constructed.
public struct KeyHash: Sendable {
    @usableFromInline let seed: UInt64

    /// A hash with the seed of this process.
    public init() { seed = Self.processSeed }

    private static let processSeed = UInt64.random(in: .min ... .max)

    /// The hash of some bytes.
    @inlinable
    public func callAsFunction(_ key: Span<UInt8>) -> UInt32 {
        let bytes = key.bytes
        let count = key.count
        var hash = seed ^ UInt64(truncatingIfNeeded: count)
        var place = 0
        while place &+ 8 <= count {
            hash = Self.mixed(hash ^ bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self))
            place &+= 8
        }
        if place < count {
            var rest: UInt64 = 0
            while place < count {
                rest = rest << 8 | UInt64(key[place])
                place &+= 1
            }
            hash = Self.mixed(hash ^ rest)
        }
        return UInt32(truncatingIfNeeded: Self.mixed(hash ^ 0xA076_1D64_78BD_642F) >> 32)
    }

    @inlinable
    static func mixed(_ number: UInt64) -> UInt64 {
        let product = number.multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
        return product.high ^ product.low
    }
}
