/// The layout of a record, the same in memory and in runs, so that a run is written without conversion.
///
///     0         8        16      20
///     key.high  key.low  count   payload …
enum ExternalSortRecord {
    static let headerSize = 20

    static func append(_ key: SortKey, payload: Span<UInt8>, to bytes: inout [UInt8]) {
        let size = headerSize + payload.count
        // Unsafe: three stores and one copy instead of twenty appends, which take a fifth of the time of adding.
        bytes.append(addingCapacity: size) { output in
            output.withUnsafeMutableBufferPointer { buffer, initialized in
                let target = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<size])
                target.storeBytes(of: key.high, toByteOffset: 0, as: UInt64.self)
                target.storeBytes(of: key.low, toByteOffset: 8, as: UInt64.self)
                target.storeBytes(of: UInt32(payload.count), toByteOffset: 16, as: UInt32.self)
                payload.withUnsafeBytes { source in
                    UnsafeMutableRawBufferPointer(rebasing: target[headerSize...]).copyMemory(from: source)
                }
                initialized = size
            }
        }
    }

    @inline(__always)
    static func key(_ bytes: RawSpan, at start: Int) -> SortKey {
        SortKey(
            bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self),
            then: low(bytes, at: start)
        )
    }

    @inline(__always)
    static func low(_ bytes: RawSpan, at start: Int) -> UInt64 {
        bytes.unsafeLoadUnaligned(fromByteOffset: start &+ 8, as: UInt64.self)
    }

    /// The range of the payload of the record at `start`.
    @inline(__always)
    static func payload(_ bytes: RawSpan, at start: Int) -> Range<Int> {
        let count = Int(bytes.unsafeLoadUnaligned(fromByteOffset: start &+ 16, as: UInt32.self))
        return start &+ headerSize..<start &+ headerSize &+ count
    }
}
