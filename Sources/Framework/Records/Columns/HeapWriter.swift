/// Adds bytes to a heap, and moves to a larger one where that is full.
@usableFromInline
struct HeapWriter {
    /// The heap; nil before the first byte.
    private(set) var heap: Heap?
    /// Where the writer's claim began.
    private var start = 0
    private var expected: Int

    @usableFromInline var bytes: UnsafeMutablePointer<UInt8>
    /// Where the next byte goes.
    @usableFromInline var end = 0
    @usableFromInline var capacity = 0

    /// A writer of a heap of its own.
    ///
    /// - Parameter expected: About how many bytes will be added.
    init(expecting expected: Int) {
        self.expected = expected
        bytes = Column.noBytes
    }

    /// A writer that continues a heap.
    ///
    /// Nil if the heap is full, or another writer has its end: the texts then go to a heap of their own.
    init?(continuing heap: Heap, expecting expected: Int) {
        self.init(expecting: expected)
        start = heap.claimEnd()
        guard start < heap.capacity else { return nil }
        end = start
        (self.heap, bytes, capacity) = (heap, heap.bytes, heap.capacity)
    }

    /// Ends writing; what was written stays.
    mutating func finish() -> Heap? {
        heap?.release(from: end)
        return heap
    }

    /// Adds bytes and returns the word that points to them.
    @inlinable
    mutating func append(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        let count = text.count
        if capacity &- end < count { grow(by: count) }
        let offset = end
        if let source = text.baseAddress { (bytes + offset).update(from: source, count: count) }
        end = offset &+ count
        return UInt64(truncatingIfNeeded: offset) | UInt64(truncatingIfNeeded: count) &<< 32
    }

    /// Adds the coefficient of a decimal number and returns the word that points to it.
    @usableFromInline
    mutating func append(_ decimal: ExactDecimal) -> UInt64 {
        let word = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: ExactDecimal.bytesOfCoefficient) { bytes in
            decimal.storeCoefficient(in: bytes)
            return append(UnsafeBufferPointer(bytes))
        }
        return word & 0xFFFF_FFFF | decimal.scaleInWord
    }

    /// Moves to a heap with room for so many more bytes.
    @usableFromInline
    mutating func grow(by count: Int) {
        precondition(count <= Heap.most - end, "a batch holds more than 4 GiB of text")
        let larger = Heap(capacity: max(end + count, min(2 * end, Heap.most), expected))
        larger.bytes.update(from: bytes, count: end)
        heap?.release(from: start)
        _ = larger.claimEnd()
        start = 0
        (heap, bytes, capacity) = (larger, larger.bytes, larger.capacity)
    }
}
