public import PluginKit

/// 128 bits computed from bytes with a secret key: SipHash-2-4 with its long result
/// (Aumasson and Bernstein, https://www.aumasson.jp/siphash/siphash.pdf; the long result: the authors' reference code).
///
/// Without the key, no caller can construct two byte sequences with one fingerprint. Of a billion different
/// sequences, two have the same one with a probability of about 1 in 10^21.
public struct Fingerprint: BitwiseCopyable, Sendable, Hashable {
    /// The secret key.
    public struct Key: Sendable, Hashable {
        var low: UInt64
        var high: UInt64

        /// A key of 128 bits.
        public init(low: UInt64, high: UInt64) { (self.low, self.high) = (low, high) }

        /// A random key.
        public init() { self.init(low: .random(in: .min ... .max), high: .random(in: .min ... .max)) }
    }

    let low: UInt64
    let high: UInt64

    init(low: UInt64, high: UInt64) { (self.low, self.high) = (low, high) }

    /// Whether it differs from what a free slot of a table holds.
    @inline(__always)
    var isStored: Bool { low | high != 0 }

    /// The fingerprint of bytes.
    public init(of bytes: Span<UInt8>, key: Key) {
        var state = State(key)
        let words = bytes.bytes
        let count = bytes.count
        var place = 0
        while place &+ 8 <= count {
            let word = words.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self)
            state.add(UInt64(littleEndian: word))
            place &+= 8
        }
        var last = UInt64(truncatingIfNeeded: count) &<< 56
        var shift: UInt64 = 0
        while place < count {
            last |= UInt64(bytes[place]) &<< shift
            shift &+= 8
            place &+= 1
        }
        state.add(last)
        (low, high) = state.finish()
    }

    private struct State {
        var v0, v1, v2, v3: UInt64

        @inline(__always)
        init(_ key: Key) {
            v0 = key.low ^ 0x736F_6D65_7073_6575
            v1 = key.high ^ 0x646F_7261_6E64_6F6D ^ 0xEE
            v2 = key.low ^ 0x6C79_6765_6E65_7261
            v3 = key.high ^ 0x7465_6462_7974_6573
        }

        @inline(__always)
        mutating func add(_ word: UInt64) {
            v3 ^= word
            round()
            round()
            v0 ^= word
        }

        @inline(__always)
        mutating func finish() -> (UInt64, UInt64) {
            v2 ^= 0xEE
            for _ in 0..<4 { round() }
            let low = v0 ^ v1 ^ v2 ^ v3
            v1 ^= 0xDD
            for _ in 0..<4 { round() }
            return (low, v0 ^ v1 ^ v2 ^ v3)
        }

        @inline(__always)
        private mutating func round() {
            v0 = v0 &+ v1
            v1 = (v1 &<< 13 | v1 &>> 51) ^ v0
            v0 = v0 &<< 32 | v0 &>> 32
            v2 = v2 &+ v3
            v3 = (v3 &<< 16 | v3 &>> 48) ^ v2
            v0 = v0 &+ v3
            v3 = (v3 &<< 21 | v3 &>> 43) ^ v0
            v2 = v2 &+ v1
            v1 = (v1 &<< 17 | v1 &>> 47) ^ v2
            v2 = v2 &<< 32 | v2 &>> 32
        }
    }
}

extension Fingerprint.Key: StoredState {
    /// Appends the key.
    public func write(to writer: inout StateWriter) {
        writer.write(Int64(bitPattern: low))
        writer.write(Int64(bitPattern: high))
    }

    /// Reads a key.
    ///
    /// - Throws: `checkpoint.state` if the bytes are not one.
    public init(from reader: inout StateReader) throws(Diagnostic) {
        low = UInt64(bitPattern: try reader.readInteger())
        high = UInt64(bitPattern: try reader.readInteger())
    }
}
