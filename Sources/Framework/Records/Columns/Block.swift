/// The memory of a column: a word of eight bytes for each row, then a bit for each.
///
///     words   UInt64 × capacity
///     bits    a bit for each row, 64 in a word, the lowest first: whether the row has a value
///
/// What is in the bits counts only while the column has nulls.
@usableFromInline
final class Block: @unchecked Sendable {
    // Sendable: the memory is written only through a column that is the only one to refer to the block
    // (`Column.reserve`), or that has made it and not handed it on yet.
    let words: UnsafeMutablePointer<UInt64>
    /// How many rows there is room for.
    let capacity: Int
    private let size: Int

    /// A block for at least this number of rows, with anything in it.
    init(rows: Int) {
        let (memory, size) = BlockPool.shared.take(atLeast: (rows + Bits.words(for: rows)) * 8)
        self.size = size
        // A row takes 65 bits, and a word for bits may be begun.
        capacity = size / 8 * 64 / 65
        words = memory.bindMemory(to: UInt64.self, capacity: size / 8)
    }

    deinit { BlockPool.shared.giveBack(words, size: size) }

    /// The bit of each row.
    var bits: UnsafeMutablePointer<UInt64> { words + capacity }

    /// The memory as bytes, of which a column without any has the first none.
    var bytes: UnsafeMutablePointer<UInt8> { UnsafeMutableRawPointer(words).assumingMemoryBound(to: UInt8.self) }

    /// The block of all new columns of at most 4,000 rows: a column that gets values gets a block of its own first.
    static let nulls: Block = {
        let block = Block(rows: 4000)
        block.words.update(repeating: 0, count: block.capacity + Bits.words(for: block.capacity))
        return block
    }()

    /// The block of columns without rows.
    static let none = Block(rows: 0)
}
