/// The memory of a column: a word of eight bytes for each row, then a bit for each.
///
///     words   UInt64 × capacity
///     bits    a bit for each row, 64 in a word, the lowest first: whether the row has a value
///
/// The bits are valid only while the column has nulls.
@usableFromInline
final class Block: @unchecked Sendable {
    // Sendable: memory is written only through a column that holds the only reference to the block (`Column.reserve`),
    // or that has created the block and not passed it on yet.
    let words: UnsafeMutablePointer<UInt64>
    /// The number of rows that fit.
    let capacity: Int
    /// The size of its memory in bytes.
    let size: Int

    /// A block for at least this number of rows, uninitialised.
    init(rows: Int) {
        let (memory, size) = BlockPool.shared.take(atLeast: (rows + Bits.words(for: rows)) * 8)
        self.size = size
        // A row takes 65 bits, and the last word of bits may be partly used.
        capacity = size / 8 * 64 / 65
        words = memory.bindMemory(to: UInt64.self, capacity: size / 8)
    }

    deinit { BlockPool.shared.giveBack(words, size: size) }

    /// The bit of each row.
    var bits: UnsafeMutablePointer<UInt64> { words + capacity }

    /// The memory as bytes; those of `Block.none` serve columns without a heap.
    var bytes: UnsafeMutablePointer<UInt8> { UnsafeMutableRawPointer(words).assumingMemoryBound(to: UInt8.self) }

    /// The shared block of all new columns of at most 4,000 rows: a column gets a block of its own before it is
    /// written.
    static let nulls: Block = {
        let block = Block(rows: 4000)
        block.words.update(repeating: 0, count: block.capacity + Bits.words(for: block.capacity))
        return block
    }()

    /// The shared block of columns without rows.
    static let none = Block(rows: 0)
}
