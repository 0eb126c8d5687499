#if canImport(_Builtin_intrinsics.intel.sse2) && arch(x86_64)
internal import _Builtin_intrinsics.intel.sse2
#endif

/// The lanes of a comparison as bits, which Swift's SIMD types do not offer.
///
/// The instruction of SSE2, where there is one, makes a loop over a text twice as fast as what is written here for
/// other processors; taking the lanes one by one is fifty times slower.
enum ByteMask {
    /// A bit for each lane, the first lane's lowest.
    @inline(__always)
    static func bits(_ mask: SIMDMask<SIMD16<Int8>>) -> UInt32 {
        #if canImport(_Builtin_intrinsics.intel.sse2) && arch(x86_64)
        UInt32(bitPattern: _mm_movemask_epi8(unsafeBitCast(mask, to: SIMD2<Int64>.self)))
        #else
        // Eight lanes get eight different bits, which are then folded into one byte.
        var words = unsafeBitCast(mask, to: SIMD2<UInt64>.self) & SIMD2(repeating: 0x8040_2010_0804_0201)
        words |= words &>> 32
        words |= words &>> 16
        words |= words &>> 8
        return UInt32(truncatingIfNeeded: words.x & 0xFF) | UInt32(truncatingIfNeeded: words.y & 0xFF) &<< 8
        #endif
    }
}
