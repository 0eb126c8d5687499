/// Adds bytes to a heap, and moves to a larger one when it is full.
@usableFromInline
struct HeapWriter {
    /// The heap; nil before the first byte.
    private(set) var heap: Heap?
    /// The start of the writer's claim.
    private var start = 0
    private var expected: Int

    @usableFromInline var bytes: UnsafeMutablePointer<UInt8>
    /// The position of the next byte.
    @usableFromInline var end = 0
    @usableFromInline var capacity = 0
    /// Whether something was left out because a heap cannot hold it.
    private(set) var isOverfull = false

    /// A writer of a new heap.
    ///
    /// - Parameter expected: The approximate number of bytes that will be added.
    init(expecting expected: Int) {
        self.expected = expected
        bytes = Column.noBytes
    }

    /// A writer that continues a heap.
    ///
    /// Nil if the heap is full or another writer has claimed its end: the texts then go to a new heap.
    init?(continuing heap: Heap, expecting expected: Int) {
        self.init(expecting: expected)
        start = heap.claimEnd()
        guard start < heap.capacity else { return nil }
        end = start
        (self.heap, bytes, capacity) = (heap, heap.bytes, heap.capacity)
    }

    /// Ends writing; the written bytes stay.
    mutating func finish() -> Heap? {
        heap?.release(from: end)
        return heap
    }

    /// Adds bytes and returns the word that points to them; that of an empty text if a heap cannot hold them.
    @inlinable
    mutating func append(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        let count = text.count
        if capacity &- end < count, !grow(by: count) { return UInt64(truncatingIfNeeded: capacity) }
        let offset = end
        if let source = text.baseAddress { Self.copy(source, to: bytes + offset, count: count) }
        end = offset &+ count
        return UInt64(truncatingIfNeeded: offset) | UInt64(truncatingIfNeeded: count) &<< 32
    }

    /// Adds bytes after which fifteen more can be read: most texts are copied without a branch.
    ///
    /// The bytes written after the text are overwritten by the next one.
    @inlinable
    mutating func append(padded source: UnsafePointer<UInt8>, count: Int) -> UInt64 {
        guard capacity &- end >= count &+ 16 else { return append(UnsafeBufferPointer(start: source, count: count)) }
        let (from, to) = (UnsafeRawPointer(source), UnsafeMutableRawPointer(bytes + end))
        var place = 0
        repeat {
            let piece = from.loadUnaligned(fromByteOffset: place, as: SIMD16<UInt8>.self)
            to.storeBytes(of: piece, toByteOffset: place, as: SIMD16<UInt8>.self)
            place &+= 16
        } while place < count
        let offset = end
        end = offset &+ count
        return UInt64(truncatingIfNeeded: offset) | UInt64(truncatingIfNeeded: count) &<< 32
    }

    /// Reserves room for this number of bytes.
    mutating func reserve(_ count: Int) {
        if capacity - end < count { _ = grow(by: count) }
    }

    /// Copies bytes; short copies, as of most texts, do not call a function.
    @inlinable
    static func copy(_ source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>, count: Int) {
        let (from, to) = (UnsafeRawPointer(source), UnsafeMutableRawPointer(target))
        switch count {
        case 0: break
        case 1..<4:
            for index in 0..<count { target[index] = source[index] }
        case 4..<8:
            // The first four and the last four bytes, which may overlap.
            let last = from.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
            to.storeBytes(of: from.loadUnaligned(as: UInt32.self), as: UInt32.self)
            to.storeBytes(of: last, toByteOffset: count &- 4, as: UInt32.self)
        case 8...16:
            let last = from.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
            to.storeBytes(of: from.loadUnaligned(as: UInt64.self), as: UInt64.self)
            to.storeBytes(of: last, toByteOffset: count &- 8, as: UInt64.self)
        default: target.update(from: source, count: count)
        }
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

    /// Moves to a heap with room for this number of additional bytes.
    ///
    /// - Returns: Whether a heap can hold them. If not, a word may point to the end of this one: sixteen bytes of 0 are
    ///   there, which are a decimal as well.
    @usableFromInline
    mutating func grow(by count: Int) -> Bool {
        let most = Heap.most
        // No move once something is missing: what is missing points to the end of this heap.
        guard !isOverfull, count <= most - end else {
            isOverfull = true
            if heap != nil { (bytes + capacity).update(repeating: 0, count: Heap.padding) }
            return false
        }
        let larger = Heap(capacity: max(end + count, min(2 * end, most), min(expected, most)))
        larger.bytes.update(from: bytes, count: end)
        heap?.release(from: start)
        _ = larger.claimEnd()
        start = 0
        (heap, bytes, capacity) = (larger, larger.bytes, larger.capacity)
        return true
    }
}
