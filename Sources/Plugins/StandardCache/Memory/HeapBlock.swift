/// What things take on the heap, the allocator's own part included.
///
/// glibc hands out blocks of 16 bytes with 8 of its own, 32 at least; from 128 KiB on whole pages with 16 of its own
/// (malloc/malloc.c, "Some details"). Storage of the standard library begins with 32 bytes.
enum HeapBlock {
    private static let header = 32

    /// An array of `count` elements.
    static func bytes<Element>(_ count: Int, of element: Element.Type) -> Int {
        count == 0 ? 0 : block(header + count * MemoryLayout<Element>.stride)
    }

    /// An array of bytes.
    static func bytes(of array: [UInt8]) -> Int { bytes(array.capacity, of: UInt8.self) }

    private static func block(_ size: Int) -> Int {
        size < 128 << 10 ? max(32, (size + 8 + 15) & ~15) : (size + 16 + 4095) & ~4095
    }
}

extension [UInt8] {
    /// The same bytes without room for many more.
    var trimmed: [UInt8] { capacity - count > 16 + count / 16 ? Array(self[...]) : self }
}
