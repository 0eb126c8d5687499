internal import PluginKit

/// A digest of a file's bytes, in 128 bits, for recognising the same contents at the speed of memory.
///
/// Words of eight bytes go to four lanes in turn, each mixed in by a multiplication whose two halves are folded, as in
/// wyhash (Wang Yi, https://github.com/wangyi-fudan/wyhash, final version 4, read on 2026-11-30). It detects changes that
/// happen, not forgeries. It is part of bookmarks, so it must not change.
struct ContentDigest: Sendable {
    private var lanes = SIMD4<UInt64>(
        0xa076_1d64_78bd_642f,
        0xe703_7ed1_a0b4_28db,
        0x8ebc_6af0_9c88_c6e3,
        0x5899_65cc_7537_4cc3
    )
    /// Bytes that do not fill the four lanes yet.
    private var rest: [UInt8] = []
    private var count: UInt64 = 0

    /// The digest of all bytes so far.
    var value: CacheKey {
        var last = lanes
        let padded = rest + [UInt8](repeating: 0, count: 32 - rest.count)
        padded.withUnsafeBytes { Self.take($0, into: &last) }
        let high = Self.mixed(last[0] ^ count) ^ Self.mixed(last[1] &+ count)
        let low = Self.mixed(last[2] ^ high) ^ Self.mixed(last[3] &+ high)
        return CacheKey(high: high, low: low)
    }

    /// Adds the next bytes.
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        count &+= UInt64(bytes.count)
        var bytes = bytes
        if !rest.isEmpty {
            let taken = min(32 - rest.count, bytes.count)
            rest += bytes[..<taken]
            bytes = UnsafeRawBufferPointer(rebasing: bytes[taken...])
            guard rest.count == 32 else { return }
            rest.withUnsafeBytes { Self.take($0, into: &lanes) }
            rest = []
        }
        let whole = bytes.count & ~31
        Self.take(UnsafeRawBufferPointer(rebasing: bytes[..<whole]), into: &lanes)
        rest += bytes[whole...]
    }

    /// Adds bytes whose count is a multiple of 32.
    private static func take(_ bytes: UnsafeRawBufferPointer, into lanes: inout SIMD4<UInt64>) {
        var (first, second, third, fourth) = (lanes[0], lanes[1], lanes[2], lanes[3])
        for offset in stride(from: 0, to: bytes.count, by: 32) {
            first = mixed(first ^ word(bytes, at: offset))
            second = mixed(second ^ word(bytes, at: offset + 8))
            third = mixed(third ^ word(bytes, at: offset + 16))
            fourth = mixed(fourth ^ word(bytes, at: offset + 24))
        }
        lanes = SIMD4(first, second, third, fourth)
    }

    private static func word(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    private static func mixed(_ number: UInt64) -> UInt64 {
        // Without the addition, a word that equals its lane would leave zero, whatever came before.
        let product = number.multipliedFullWidth(by: 0x2d35_8dcc_aa6c_78a5)
        return (product.high ^ product.low) &+ number
    }
}
