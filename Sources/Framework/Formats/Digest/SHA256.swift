/// The digest of FIPS 180-4, section 6.2, over bytes in pieces.
///
/// No two texts with the same digest can be found, nor the text of a digest, so a file may contain a digest in place of
/// a secret. Copies are independent: the common beginning of several texts is processed once.
public struct SHA256: Sendable {
    private var words = SIMD8<UInt32>(
        0x6a09_e667,
        0xbb67_ae85,
        0x3c6e_f372,
        0xa54f_f53a,
        0x510e_527f,
        0x9b05_688c,
        0x1f83_d9ab,
        0x5be0_cd19
    )
    /// Bytes that do not fill a block yet.
    private var rest: [UInt8] = []
    private var count: UInt64 = 0

    /// Creates a digest of no bytes.
    public init() {}

    /// Adds the next bytes.
    public mutating func update(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Adds the next bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        count += UInt64(bytes.count)
        var offset = 0
        if !rest.isEmpty {
            offset = min(64 - rest.count, bytes.count)
            rest.append(contentsOf: bytes[..<offset])
            guard rest.count == 64 else { return }
            let block = rest
            block.withUnsafeBytes { take($0) }
            rest.removeAll(keepingCapacity: true)
        }
        while bytes.count - offset >= 64 {
            take(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + 64]))
            offset += 64
        }
        rest.append(contentsOf: bytes[offset...])
    }

    /// The digest of all bytes so far: 32 bytes as four numbers, the first byte highest.
    public var value: (UInt64, UInt64, UInt64, UInt64) {
        var last = self
        last.finish()
        let words = last.words
        return (
            UInt64(words[0]) << 32 | UInt64(words[1]), UInt64(words[2]) << 32 | UInt64(words[3]),
            UInt64(words[4]) << 32 | UInt64(words[5]), UInt64(words[6]) << 32 | UInt64(words[7])
        )
    }

    private mutating func finish() {
        let bits = count &* 8
        var end: [UInt8] = [0x80]
        while (rest.count + end.count) % 64 != 56 { end.append(0) }
        for shift in stride(from: 56, through: 0, by: -8) {
            end.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
        }
        update(end.span)
    }

    private mutating func take(_ block: UnsafeRawBufferPointer) {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
            for index in 0..<16 {
                schedule[index] = UInt32(bigEndian: block.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
            }
            for index in 16..<64 {
                let (early, late) = (schedule[index - 15], schedule[index - 2])
                let first = Self.turned(early, by: 7) ^ Self.turned(early, by: 18) ^ early >> 3
                let second = Self.turned(late, by: 17) ^ Self.turned(late, by: 19) ^ late >> 10
                schedule[index] = schedule[index - 16] &+ first &+ schedule[index - 7] &+ second
            }
            var (a, b, c, d) = (words[0], words[1], words[2], words[3])
            var (e, f, g, h) = (words[4], words[5], words[6], words[7])
            for (index, constant) in Self.constants.enumerated() {
                let outer = Self.turned(e, by: 6) ^ Self.turned(e, by: 11) ^ Self.turned(e, by: 25)
                let step = h &+ outer &+ ((e & f) ^ (~e & g)) &+ constant &+ schedule[index]
                let inner = Self.turned(a, by: 2) ^ Self.turned(a, by: 13) ^ Self.turned(a, by: 22)
                (h, g, f, e) = (g, f, e, d &+ step)
                (d, c, b, a) = (c, b, a, step &+ inner &+ ((a & b) ^ (a & c) ^ (b & c)))
            }
            words &+= SIMD8(a, b, c, d, e, f, g, h)
        }
    }

    private static func turned(_ word: UInt32, by bits: UInt32) -> UInt32 { word >> bits | word << (32 - bits) }

    /// The first 32 bits of the fractions of the cube roots of the first 64 primes.
    private static let constants: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}
