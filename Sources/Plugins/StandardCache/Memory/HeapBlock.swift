/// Computes memory on the heap, including the allocator's overhead.
///
/// glibc allocates blocks in steps of 16 bytes with 8 bytes of overhead, at least 32; from 128 KiB on, whole pages with
/// 16 bytes of overhead (malloc/malloc.c, "Some details"). Storage of the standard library begins with a header of 32
/// bytes.
enum HeapBlock {
    private static let header = 32

    /// The memory of an array of `count` elements.
    static func bytes<Element>(_ count: Int, of element: Element.Type) -> Int {
        count == 0 ? 0 : block(header + count * MemoryLayout<Element>.stride)
    }

    /// The memory of an array of bytes.
    static func bytes(of array: [UInt8]) -> Int { bytes(array.capacity, of: UInt8.self) }

    private static func block(_ size: Int) -> Int {
        size < 128 << 10 ? max(32, (size + 8 + 15) & ~15) : (size + 16 + 4095) & ~4095
    }
}

extension [UInt8] {
    /// The same bytes without much spare capacity.
    var trimmed: [UInt8] { capacity - count > 16 + count / 16 ? Array(self[...]) : self }
}
