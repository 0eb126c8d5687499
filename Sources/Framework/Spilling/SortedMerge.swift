internal import Diagnostics
internal import PluginKit
internal import Records

/// Merges several sorted runs in the order of their keys; for equal keys, the earlier run comes first.
///
/// A run is a file of blocks, or blocks in memory. A heap holds the next record of each.
struct SortedMerge: Sendable {
    /// Where reading of a run begins.
    struct Start {
        let file: SpillFile
        /// The offset of the first block.
        var offset = 0
        /// How many of its records were already taken.
        var row = 0
    }

    private struct Cursor: Sendable {
        /// Nil for blocks in memory.
        let file: SpillFile?
        /// The offsets of the current block and the next one; for blocks in memory, their numbers.
        var offset: Int
        var nextOffset: Int
        var row: Int
        var block: Batch
        var keys: SortKeys
        var isAtEnd = false
    }

    private let schema: Schema
    private let order: SortOrder
    private let textColumns: [Int]
    private let blocks: [Batch]
    private var cursors: [Cursor] = []
    /// The runs that are not at their end, the one with the least key first.
    private var heap: [Int] = []

    init(_ starts: [Start], schema: Schema, order: SortOrder) throws(Diagnostic) {
        self.schema = schema
        self.order = order
        textColumns = schema.textColumns
        blocks = []
        for start in starts {
            try open(start.file, at: start.offset, row: start.row)
        }
        makeHeap()
    }

    /// Sorted blocks in memory, as one run.
    init(_ blocks: [Batch], schema: Schema, order: SortOrder) throws(Diagnostic) {
        self.schema = schema
        self.order = order
        textColumns = schema.textColumns
        self.blocks = blocks
        try open(nil, at: 0, row: 0)
        makeHeap()
    }

    /// Restores a stored merge.
    init(
        resuming inMemory: SortedMerge?,
        starts: [Start],
        schema: Schema,
        order: SortOrder,
        from reader: inout StateReader
    ) throws(Diagnostic) {
        self.schema = schema
        self.order = order
        textColumns = schema.textColumns
        blocks = inMemory?.blocks ?? []
        let files: [SpillFile?] = inMemory == nil ? starts.map(\.file) : [nil]
        guard try reader.readCount() == files.count else { throw StateReader.damaged }
        for file in files {
            let (offset, row) = (try reader.readAmount(), try reader.readAmount())
            guard offset >= 0, row >= 0 else { throw StateReader.damaged }
            try open(file, at: offset, row: row)
        }
        makeHeap()
    }

    /// Appends its position.
    func store(to writer: inout StateWriter) {
        writer.write(Int64(cursors.count))
        for cursor in cursors {
            writer.write(Int64(cursor.offset))
            writer.write(Int64(cursor.row))
        }
    }

    /// The key of the next record; nil at the end.
    var key: [UInt8]? { heap.first.map { cursors[$0].keys.key(cursors[$0].row) } }

    /// Passes the next record as a batch and its row.
    ///
    /// - Returns: Whether there was one.
    /// - Throws: `spill.damaged`, `file.*`, and what `body` throws.
    mutating func next(_ body: (borrowing Batch, Int) throws -> Void) throws -> Bool {
        guard let top = heap.first else { return false }
        try body(cursors[top].block, cursors[top].row)
        cursors[top].row += 1
        try advance()
        return true
    }

    /// Whether all records were taken.
    var isAtEnd: Bool { heap.isEmpty }

    /// Takes the next records in order.
    ///
    /// - Parameters:
    ///   - most: The maximum number of records.
    ///   - textLimit: The size of their text, in bytes, after which none is added.
    /// - Returns: The records, at least one; fewer than `most` only at the end or at that size.
    /// - Throws: `spill.damaged`, `file.*`, `batch.text`.
    mutating func take(_ most: Int, textLimit: Int) throws(Diagnostic) -> Batch {
        var gatherer = RowGatherer(schema, of: cursors.count)
        while gatherer.count < most, gatherer.bytesOfText < textLimit, let top = heap.first {
            let (row, text) = (cursors[top].row, cursors[top].block.bytesOfText(of: cursors[top].row, in: textColumns))
            gatherer.add(row, of: top, text: text)
            cursors[top].row += 1
            if cursors[top].row >= cursors[top].block.count { gatherer.copy(top, from: cursors[top].block) }
            try advance()
        }
        let records = gatherer.finish { cursors[$0].block }
        try records.checkText()
        return records
    }

    /// Advances past the current record and restores the heap.
    private mutating func advance() throws(Diagnostic) {
        let top = heap[0]
        try fill(top)
        if cursors[top].isAtEnd {
            let last = heap.removeLast()
            if !heap.isEmpty { heap[0] = last }
        }
        siftDown(from: 0)
    }

    private mutating func open(_ file: SpillFile?, at offset: Int, row: Int) throws(Diagnostic) {
        cursors.append(
            Cursor(
                file: file,
                offset: offset,
                nextOffset: offset,
                row: row,
                block: Batch(schema),
                keys: SortKeys()
            )
        )
        let index = cursors.count - 1
        try read(index)
        guard cursors[index].isAtEnd || row < cursors[index].block.count else { throw StateReader.damaged }
    }

    /// Reads the next block if all records of this one were taken.
    private mutating func fill(_ index: Int) throws(Diagnostic) {
        guard cursors[index].row >= cursors[index].block.count else { return }
        cursors[index].offset = cursors[index].nextOffset
        cursors[index].row = 0
        try read(index)
    }

    /// Reads the block at the cursor.
    private mutating func read(_ index: Int) throws(Diagnostic) {
        var place = cursors[index].offset
        if let file = cursors[index].file {
            guard place < file.count else { return end(index) }
            cursors[index].block = try BatchBlocks.batch(at: &place, of: file, schema: schema)
        } else {
            guard place < blocks.count else { return end(index) }
            cursors[index].block = blocks[place]
            place += 1
        }
        cursors[index].nextOffset = place
        cursors[index].keys = SortKeys(order, of: cursors[index].block)
    }

    private mutating func end(_ index: Int) {
        cursors[index].isAtEnd = true
        cursors[index].block = Batch(schema)
        cursors[index].keys = SortKeys()
        cursors[index].row = 0
    }

    // MARK: Heap

    private mutating func makeHeap() {
        heap = cursors.indices.filter { !cursors[$0].isAtEnd }
        for place in stride(from: heap.count / 2 - 1, through: 0, by: -1) { siftDown(from: place) }
    }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        let order = cursors[left].keys.compare(cursors[left].row, with: cursors[right].keys, at: cursors[right].row)
        return order != 0 ? order < 0 : left < right
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
