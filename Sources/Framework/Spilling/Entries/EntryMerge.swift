internal import Diagnostics
internal import Glibc
internal import PluginKit
internal import Records

/// Merges sorted files of entries; of equal keys, that of the earlier file comes first.
///
/// A heap holds the next entry of each file.
struct EntryMerge: Sendable {
    private struct Cursor: Sendable {
        let file: SpillFile
        /// The offset of the current block and that of the next one.
        var offset = 0
        var nextOffset = 0
        var block: [UInt8] = []
        /// How many entries of the block were taken, and where the next one is.
        var taken = 0
        var entry = 0
        var key = 0..<0
        var end = 0
        var isAtEnd = false
    }

    private struct Top: BitwiseCopyable {
        var window: UInt64
        let cursor: Int
    }

    private var cursors: [Cursor]
    private var heap: [Top] = []

    /// Begins at the first entries.
    init(_ files: [SpillFile]) throws(Diagnostic) {
        cursors = files.map { Cursor(file: $0) }
        for index in cursors.indices { try readBlock(index) }
        makeHeap()
    }

    /// Continues at a stored position.
    init(_ files: [SpillFile], from reader: inout StateReader) throws(Diagnostic) {
        cursors = files.map { Cursor(file: $0) }
        guard try reader.readCount() == files.count else { throw StateReader.damaged }
        for index in cursors.indices {
            let (offset, taken) = (try reader.readAmount(), try reader.readAmount())
            guard offset >= 0, taken >= 0 else { throw StateReader.damaged }
            cursors[index].nextOffset = offset
            try readBlock(index)
            for _ in 0..<taken {
                guard !cursors[index].isAtEnd, cursors[index].offset == offset else { throw StateReader.damaged }
                try advance(index)
            }
        }
        makeHeap()
    }

    /// Appends the position.
    func store(to writer: inout StateWriter) {
        writer.write(Int64(cursors.count))
        for cursor in cursors {
            writer.write(Int64(cursor.offset))
            writer.write(Int64(cursor.taken))
        }
    }

    var isAtEnd: Bool { heap.isEmpty }

    /// Whether the next entry has this key.
    func isNext(_ key: Span<UInt8>) -> Bool {
        guard let top = heap.first else { return false }
        return cursors[top.cursor].key.count == key.count && startsNext(with: key)
    }

    /// Whether the key of the next entry begins with these bytes.
    func startsNext(with key: Span<UInt8>) -> Bool {
        guard let top = heap.first else { return false }
        let cursor = cursors[top.cursor]
        guard cursor.key.count >= key.count else { return false }
        return cursor.block.withUnsafeBufferPointer { block in
            key.withUnsafeBufferPointer { key in
                guard let own = block.baseAddress, let other = key.baseAddress else { return key.isEmpty }
                return memcmp(own + cursor.key.lowerBound, other, key.count) == 0
            }
        }
    }

    /// Passes the next entry.
    ///
    /// - Parameter body: Receives the memory that holds it, and where it begins in that, its key and its end.
    /// - Returns: Whether there was one.
    /// - Throws: `spill.damaged`, `file.*`, and what `body` throws.
    @inline(__always)
    mutating func next(
        _ body: (_ entry: UnsafeBufferPointer<UInt8>, _ keyCount: Int) throws -> Void
    ) throws -> Bool {
        guard let top = heap.first?.cursor else { return false }
        try cursors[top].block.withUnsafeBufferPointer { block in
            try body(
                UnsafeBufferPointer(rebasing: block[cursors[top].entry..<cursors[top].end]),
                cursors[top].key.count
            )
        }
        try advance(top)
        if cursors[top].isAtEnd {
            let last = heap.removeLast()
            if !heap.isEmpty { heap[0] = last }
        } else {
            heap[0].window = window(top)
        }
        siftDown(from: 0)
        return true
    }

    // MARK: Cursors

    private mutating func advance(_ index: Int) throws(Diagnostic) {
        cursors[index].taken += 1
        cursors[index].entry = cursors[index].end
        if cursors[index].end == cursors[index].block.count { try readBlock(index) } else { try readEntry(index) }
    }

    private mutating func readBlock(_ index: Int) throws(Diagnostic) {
        cursors[index].offset = cursors[index].nextOffset
        (cursors[index].taken, cursors[index].entry) = (0, 0)
        guard cursors[index].offset < cursors[index].file.count else {
            cursors[index].isAtEnd = true
            cursors[index].block = []
            return
        }
        var place = cursors[index].offset
        try EntryBlocks.read(at: &place, of: cursors[index].file, into: &cursors[index].block)
        cursors[index].nextOffset = place
        try readEntry(index)
    }

    @inline(__always)
    private mutating func readEntry(_ index: Int) throws(Diagnostic) {
        let start = cursors[index].entry
        guard let (key, end) = EntryArena.lengths(of: cursors[index].block, at: start) else {
            throw EntryBlocks.isDamaged(cursors[index].file)
        }
        cursors[index].key = key
        cursors[index].end = end
    }

    // MARK: Heap

    private mutating func makeHeap() {
        heap = cursors.indices.filter { !cursors[$0].isAtEnd }.map { Top(window: window($0), cursor: $0) }
        for place in stride(from: heap.count / 2 - 1, through: 0, by: -1) { siftDown(from: place) }
    }

    @inline(__always)
    private func window(_ index: Int) -> UInt64 {
        let key = cursors[index].key
        return cursors[index].block.withUnsafeBufferPointer { block in
            guard let base = block.baseAddress else { return 0 }
            return EntryArena.window(of: base + key.lowerBound, count: key.count, at: 0)
        }
    }

    @inline(__always)
    private func precedes(_ left: Top, _ right: Top) -> Bool {
        guard left.window == right.window else { return left.window < right.window }
        let order = compareRest(left.cursor, right.cursor)
        return order != 0 ? order < 0 : left.cursor < right.cursor
    }

    private func compareRest(_ left: Int, _ right: Int) -> Int {
        let (leftKey, rightKey) = (cursors[left].key, cursors[right].key)
        let count = min(leftKey.count, rightKey.count) - 8
        guard count > 0 else { return 0 }
        return cursors[left].block.withUnsafeBufferPointer { leftBlock in
            cursors[right].block.withUnsafeBufferPointer { rightBlock in
                guard let left = leftBlock.baseAddress, let right = rightBlock.baseAddress else { return 0 }
                return Int(memcmp(left + leftKey.lowerBound + 8, right + rightKey.lowerBound + 8, count))
            }
        }
    }

    private mutating func siftDown(from start: Int) {
        guard start < heap.count else { return }
        let moving = heap[start]
        var place = start
        while true {
            var child = 2 * place + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, precedes(heap[child + 1], heap[child]) { child += 1 }
            guard precedes(heap[child], moving) else { break }
            heap[place] = heap[child]
            place = child
        }
        heap[place] = moving
    }
}

extension EntryArena {
    /// Where the key of an entry is, and where the entry ends; nil if it does not end within the bytes.
    @inline(__always)
    static func lengths(of bytes: [UInt8], at start: Int) -> (key: Range<Int>, end: Int)? {
        guard start + header <= bytes.count else { return nil }
        let words = bytes.span.bytes
        let key = Int(words.unsafeLoadUnaligned(fromByteOffset: start, as: UInt32.self))
        let value = Int(words.unsafeLoadUnaligned(fromByteOffset: start + 4, as: UInt32.self))
        let end = start + header + key + value
        guard end <= bytes.count else { return nil }
        return (start + header..<start + header + key, end)
    }
}
