#if canImport(_Builtin_intrinsics.intel.sse2) && arch(x86_64)
internal import _Builtin_intrinsics.intel.sse2
#endif

/// Sixty-four bytes of a text, compared with a sign simultaneously: the result has one bit for each byte, the lowest first.
struct ByteBlock {
    #if canImport(_Builtin_intrinsics.intel.sse2) && arch(x86_64)
    private let a, b, c, d: SIMD16<UInt8>

    /// The bytes at an address.
    @inline(__always)
    init(_ bytes: UnsafePointer<UInt8>) {
        let raw = UnsafeRawPointer(bytes)
        a = raw.loadUnaligned(as: SIMD16<UInt8>.self)
        b = raw.loadUnaligned(fromByteOffset: 16, as: SIMD16<UInt8>.self)
        c = raw.loadUnaligned(fromByteOffset: 32, as: SIMD16<UInt8>.self)
        d = raw.loadUnaligned(fromByteOffset: 48, as: SIMD16<UInt8>.self)
    }

    /// The bytes that equal a sign.
    @inline(__always)
    func mask(of sign: UInt8) -> UInt64 {
        let sign = SIMD16<UInt8>(repeating: sign)
        return Self.bits(Self.equal(a, sign)) | Self.bits(Self.equal(b, sign)) &<< 16
            | Self.bits(Self.equal(c, sign)) &<< 32 | Self.bits(Self.equal(d, sign)) &<< 48
    }

    /// Whether a byte is not ASCII.
    @inline(__always)
    var hasHighBit: Bool { Self.bits(unsafeBitCast(a | b | c | d, to: SIMD2<Int64>.self)) != 0 }

    @inline(__always)
    private static func equal(_ bytes: SIMD16<UInt8>, _ sign: SIMD16<UInt8>) -> SIMD2<Int64> {
        unsafeBitCast(bytes .== sign, to: SIMD2<Int64>.self)
    }

    @inline(__always)
    private static func bits(_ mask: SIMD2<Int64>) -> UInt64 {
        UInt64(truncatingIfNeeded: UInt32(bitPattern: _mm_movemask_epi8(mask)))
    }
    #else
    private let bytes: SIMD64<UInt8>

    /// The bytes at an address.
    @inline(__always)
    init(_ bytes: UnsafePointer<UInt8>) {
        self.bytes = UnsafeRawPointer(bytes).loadUnaligned(as: SIMD64<UInt8>.self)
    }

    /// The bytes that equal a sign.
    @inline(__always)
    func mask(of sign: UInt8) -> UInt64 { Self.fold(bytes .== SIMD64(repeating: sign)) }

    /// Whether a byte is not ASCII.
    @inline(__always)
    var hasHighBit: Bool { Self.fold(bytes .>= SIMD64(repeating: 0x80)) != 0 }

    /// One bit for each lane.
    ///
    /// SIMD masks have no bits in Swift: each lane keeps the bit of its place in its group of eight, and the lanes of a
    /// group are folded onto each other.
    @inline(__always)
    private static func fold(_ mask: SIMDMask<SIMD64<Int8>>) -> UInt64 {
        let group: UInt64 = 0x8040_2010_0804_0201
        let weights = unsafeBitCast(SIMD8<UInt64>(repeating: group), to: SIMD64<UInt8>.self)
        let weighted = SIMD64<UInt8>(repeating: 0).replacing(with: weights, where: mask)
        var lanes = unsafeBitCast(weighted, to: SIMD8<UInt64>.self)
        lanes |= lanes &>> 32
        lanes |= lanes &>> 16
        lanes |= lanes &>> 8
        return unsafeBitCast(SIMD8<UInt8>(truncatingIfNeeded: lanes), to: UInt64.self)
    }
    #endif
}
