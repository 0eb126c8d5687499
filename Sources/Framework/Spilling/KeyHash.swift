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
        guard count >= 8 else {
            var rest: UInt64 = 0
            for index in 0..<count { rest = rest << 8 | UInt64(key[index]) }
            return finished(Self.mixed(hash ^ rest))
        }
        var place = 0
        while place &+ 8 < count {
            hash = Self.mixed(hash ^ bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self))
            place &+= 8
        }
        // The last eight bytes, some of which may have been mixed in.
        return finished(Self.mixed(hash ^ bytes.unsafeLoadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)))
    }

    @inlinable
    func finished(_ hash: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: Self.mixed(hash ^ 0xA076_1D64_78BD_642F) >> 32)
    }

    @inlinable
    static func mixed(_ number: UInt64) -> UInt64 {
        let product = number.multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
        return product.high ^ product.low
    }
}

/// How many rows are looked up in a table at a time: what is read in advance for them stays in the processor's first cache.
package let rowsAtOnce = 256
