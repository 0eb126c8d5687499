/// The cells of one column: a word of eight bytes each, whatever their kind.
///
///     integer, date      the number
///     real               its bits
///     boolean            0 or 1
///     instant            microseconds since 1970
///     text, bytes        where they begin in the heap, and their length in the upper half
///     decimal            where its coefficient begins in the heap, 16 bytes, and one more than its scale in the upper half
///     null               0, and the row's bit is not set
///
/// The batch knows the number of rows. Copies share the block and the heap.
@usableFromInline
struct Column: @unchecked Sendable {
    // Sendable: words and bits are written only by the caller of `reserve`, when the block has no other holder; bytes
    // of a heap never change (`Heap`).
    @usableFromInline let kind: Schema.Kind
    /// Whether texts were left out because the heap could not hold them.
    var lacksText = false
    /// The number of null rows; if it is 0, the bits are not valid.
    @usableFromInline var nulls = 0
    /// The words of the block.
    @usableFromInline private(set) var words: UnsafeMutablePointer<UInt64>
    /// The bits of the block.
    @usableFromInline private(set) var bits: UnsafeMutablePointer<UInt64>
    /// The bytes of the heap.
    @usableFromInline private(set) var bytes: UnsafeMutablePointer<UInt8>
    private var block: Block
    var heap: Heap? { didSet { bytes = heap?.bytes ?? Self.noBytes } }

    /// A column without rows.
    init(_ kind: Schema.Kind) { self.init(kind, block: .none) }

    /// A column with the words of a block to which nothing else refers.
    init(_ kind: Schema.Kind, block: Block, nulls: Int = 0, heap: Heap? = nil, lacksText: Bool = false) {
        self.kind = kind
        self.lacksText = lacksText
        self.nulls = nulls
        self.block = block
        self.heap = heap
        words = block.words
        bits = block.bits
        bytes = heap?.bytes ?? Self.noBytes
    }

    /// A column of nulls.
    init(nulls count: Int, kind: Schema.Kind) {
        guard count > Block.nulls.capacity else {
            self.init(kind, block: .nulls, nulls: count)
            return
        }
        self.init(kind, block: Block(rows: count), nulls: count)
        words.update(repeating: 0, count: count)
        Bits.fill(0..<count, in: bits, with: false)
    }

    /// The address of the bytes of a column without any.
    @usableFromInline
    static var noBytes: UnsafeMutablePointer<UInt8> { Block.none.bytes }

    /// The number of rows that fit.
    var capacity: Int { block.capacity }

    /// Whether the words point to a heap.
    var hasHeap: Bool { kind.hasHeap }

    /// Whether a row is null.
    @inlinable
    func isNull(_ row: Int) -> Bool { nulls != 0 && !Bits.isSet(row, in: bits) }

    /// The memory of its block and its heap, those left out that were counted before.
    func bytesInMemory(notIn counted: inout Set<ObjectIdentifier>) -> Int {
        var bytes = 0
        if block !== Block.nulls, block !== Block.none, counted.insert(ObjectIdentifier(block)).inserted {
            bytes += block.size
        }
        if let heap, counted.insert(ObjectIdentifier(heap)).inserted { bytes += heap.size }
        return bytes
    }

    // MARK: Room

    /// Makes the block uniquely referenced, with room for more rows.
    ///
    /// - Parameters:
    ///   - count: The number of rows.
    ///   - capacity: The number of rows that must fit.
    mutating func reserve(count: Int, capacity: Int) {
        let isOwn = isKnownUniquelyReferenced(&block)
        if isOwn, block.capacity >= capacity { return }
        let room = block.capacity < capacity && count > 0 && isOwn ? max(capacity, 2 * count) : capacity
        let larger = Block(rows: room)
        larger.words.update(from: words, count: count)
        if nulls > 0 { larger.bits.update(from: bits, count: Bits.words(for: count)) }
        take(larger)
    }

    /// Uses the words of another block from now on.
    private mutating func take(_ other: Block) {
        block = other
        (words, bits) = (other.words, other.bits)
    }

    /// Prepares the bits of a column for nulls: if it had none so far, all rows have a value.
    mutating func writeBits(of count: Int) {
        if nulls == 0 { Bits.fill(0..<count, in: bits, with: true) }
    }

    // MARK: Rows

    /// The rows of a list, in which any row may occur any number of times.
    func gathered(_ rows: UnsafeBufferPointer<UInt32>) -> Column {
        guard !rows.isEmpty else { return Column(kind) }
        let made = Block(rows: rows.count)
        for (target, row) in rows.enumerated() { made.words[target] = words[Int(row)] }
        var nulls = 0
        if self.nulls > 0 {
            nulls = Self.gather(rows, of: bits, to: made.bits)
        }
        return Column(kind, block: made, nulls: nulls, heap: heap, lacksText: lacksText)
    }

    /// The rows of a list, in which any row may occur any number of times; the text is shared.
    ///
    /// - Parameters:
    ///   - rows: The rows; nil for a null.
    ///   - count: The number of rows of this column.
    /// - Returns: The new column.
    func gathered(_ rows: [UInt32?], of count: Int) -> Column {
        guard !rows.isEmpty else { return Column(kind) }
        let made = Block(rows: rows.count)
        Bits.fill(0..<rows.count, in: made.bits, with: true)
        var missing = 0
        for (target, row) in rows.enumerated() {
            precondition(row.map { $0 < count } ?? true, "there is no such row")
            if let row, !isNull(Int(row)) {
                made.words[target] = words[Int(row)]
            } else {
                made.words[target] = 0
                Bits.clear(target, in: made.bits)
                missing += 1
            }
        }
        return Column(kind, block: made, nulls: missing, heap: heap, lacksText: lacksText)
    }

    /// Keeps the rows of a list in ascending order.
    ///
    /// - Parameters:
    ///   - rows: The rows.
    ///   - runs: The same list as runs of consecutive rows, if those are long.
    mutating func keep(_ rows: UnsafeBufferPointer<UInt32>, runs: [Range<Int>]?) {
        guard isKnownUniquelyReferenced(&block) else {
            self = gathered(rows)
            return
        }
        if let runs {
            var target = 0
            for run in runs {
                // Moving within the block is safe: the memory may overlap.
                if run.lowerBound != target { (words + target).update(from: words + run.lowerBound, count: run.count) }
                target += run.count
            }
        } else {
            for (target, row) in rows.enumerated() { words[target] = words[Int(row)] }
        }
        // Each bit is read before its word is written, since no row moves to a higher index.
        if nulls > 0 { nulls = Self.gather(rows, of: bits, to: bits) }
    }

    /// A range of rows.
    func part(_ rows: Range<Int>) -> Column {
        guard !rows.isEmpty else { return Column(kind) }
        let made = Block(rows: rows.count)
        made.words.update(from: words + rows.lowerBound, count: rows.count)
        var nulls = 0
        if self.nulls > 0 {
            for word in 0..<Bits.words(for: rows.count) {
                var bits: UInt64 = 0
                for row in word * 64..<min(word * 64 + 64, rows.count)
                where Bits.isSet(rows.lowerBound + row, in: self.bits) {
                    bits |= 1 << UInt64(row & 63)
                }
                made.bits[word] = bits
            }
            nulls = rows.count - Bits.count(0..<rows.count, in: made.bits)
        }
        return Column(kind, block: made, nulls: nulls, heap: heap, lacksText: lacksText)
    }

    /// Keeps the first rows.
    mutating func truncate(from count: Int, to length: Int) {
        if nulls > 0 { nulls -= count - length - Bits.count(length..<count, in: bits) }
        if length == 0 { heap = nil }
    }

    /// Gathers bits, and returns how many are not set.
    ///
    /// Target and source may be the same if no row moves to a higher index.
    private static func gather(
        _ rows: UnsafeBufferPointer<UInt32>,
        of source: UnsafeMutablePointer<UInt64>,
        to target: UnsafeMutablePointer<UInt64>
    ) -> Int {
        var set = 0
        var word: UInt64 = 0
        for (index, row) in rows.enumerated() {
            let row = Int(row)
            word |=
                (source[row &>> 6] &>> UInt64(truncatingIfNeeded: row & 63) & 1)
                &<< UInt64(truncatingIfNeeded: index & 63)
            if index & 63 == 63 {
                target[index &>> 6] = word
                set &+= word.nonzeroBitCount
                word = 0
            }
        }
        if rows.count & 63 != 0 {
            target[rows.count &>> 6] = word
            set &+= word.nonzeroBitCount
        }
        return rows.count - set
    }
}

extension Column {
    /// The bytes that a word of a text or of bytes points to.
    @inlinable
    func text(_ word: UInt64) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(
            start: bytes + Int(truncatingIfNeeded: word & 0xFFFF_FFFF),
            count: Int(truncatingIfNeeded: word &>> 32)
        )
    }

    /// The bytes that a word of any kind points to.
    func bytesInHeap(_ word: UInt64) -> UnsafeBufferPointer<UInt8> {
        let start = bytes + Int(truncatingIfNeeded: word & 0xFFFF_FFFF)
        return UnsafeBufferPointer(start: start, count: kind.bytesInHeap(word))
    }

    /// The decimal number that a word points to.
    @usableFromInline
    func decimal(_ word: UInt64) -> ExactDecimal {
        ExactDecimal(word: word, in: bytes)
    }

    /// How many bytes of the heap the rows refer to; bytes with several references count each time.
    func bytesReferredTo(_ count: Int) -> Int {
        guard hasHeap else { return 0 }
        var sum = 0
        for row in 0..<count { sum &+= kind.bytesInHeap(words[row]) }
        return sum
    }

    /// Whether two rows are equal: both null, or the same value.
    func isEqual(_ row: Int, to other: Column, at otherRow: Int) -> Bool {
        let isNull = isNull(row)
        guard !isNull, !other.isNull(otherRow) else { return isNull == other.isNull(otherRow) }
        let (left, right) = (words[row], other.words[otherRow])
        switch kind {
        case .real:
            let (left, right) = (Double(bitPattern: left), Double(bitPattern: right))
            return left == right || (left.isNaN && right.isNaN)
        case .text, .bytes: return text(left).elementsEqual(other.text(right))
        case .decimal: return decimal(left) == other.decimal(right)
        case .integer, .boolean, .instant, .date: return left == right
        }
    }
}

extension Schema.Kind {
    /// Whether the words of a column of this kind point to a heap.
    var hasHeap: Bool {
        switch self {
        case .text, .bytes, .decimal: true
        case .integer, .real, .boolean, .instant, .date: false
        }
    }

    /// How many bytes of a heap a word of this kind points to.
    func bytesInHeap(_ word: UInt64) -> Int {
        switch self {
        case .text, .bytes: Int(truncatingIfNeeded: word >> 32)
        // The word of a null is 0.
        case .decimal: word >> 32 == 0 ? 0 : ExactDecimal.bytesOfCoefficient
        case .integer, .real, .boolean, .instant, .date: 0
        }
    }
}
