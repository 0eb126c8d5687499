internal import PluginKit

/// Holds the smallest or largest number, instant, date or boolean of each group.
///
/// It holds ranks: numbers of which the least is the value to hold, so that a record is one comparison.
final class ExtremeWords: Accumulator {
    private let field: Field
    private let isLargest: Bool
    /// The least rank of each group; the highest possible one if there is none.
    private var ranks: [UInt64] = []
    /// The groups in which a value has the highest possible rank.
    private var highest: Set<Int> = []

    init(_ field: Field, isLargest: Bool) {
        self.field = field
        self.isLargest = isLargest
    }

    var memory: Int { 12 * ranks.count + 16 * highest.count }

    func grow(to count: Int) {
        if ranks.count < count { ranks.append(contentsOf: repeatElement(.max, count: count - ranks.count)) }
    }

    func removeAll() {
        ranks.removeAll(keepingCapacity: true)
        highest.removeAll()
    }

    func add(_ batch: borrowing Batch, groups: [UInt32]) {
        let flip = flip
        var far: [UInt32] = []
        batch.withMemory(of: [field]) { columns in
            let column = columns[0]
            // Through a buffer: an array of an object is checked for other holders with each access.
            ranks.withUnsafeMutableBufferPointer { ranks in
                for (row, group) in groups.enumerated() where column.hasValue(row) {
                    let rank = Self.ordered(column.words[row], column.kind) ^ flip
                    if rank < ranks[Int(group)] { ranks[Int(group)] = rank } else if rank == .max { far.append(group) }
                }
            }
        }
        for group in far { highest.insert(Int(group)) }
    }

    private var flip: UInt64 { isLargest ? .max : 0 }

    /// A number with the order of the value; real numbers are totally ordered, -0.0 before 0.0.
    @inline(__always)
    private static func ordered(_ word: UInt64, _ kind: Schema.Kind) -> UInt64 {
        kind == .real && word >> 63 == 1 ? ~word : word ^ 1 << 63
    }

    /// The value that is held; nil if there is none.
    private func word(of group: Int) -> UInt64? {
        guard ranks[group] < .max || highest.contains(group) else { return nil }
        let ordered = ranks[group] ^ flip
        return field.kind == .real && ordered >> 63 == 0 ? ~ordered : ordered ^ 1 << 63
    }

    func write(_ group: Int, to writer: inout StateWriter) {
        let word = word(of: group)
        (word != nil).write(to: &writer)
        writer.write(Int64(bitPattern: word ?? 0))
    }

    func merge(into group: Int, from reader: inout StateReader) throws(Diagnostic) {
        let (has, word) = (try Bool(from: &reader), try reader.readInteger())
        guard has else { return }
        let rank = Self.ordered(UInt64(bitPattern: word), field.kind) ^ flip
        if rank == .max { highest.insert(group) }
        ranks[group] = min(ranks[group], rank)
    }

    func finish(_ group: Int, into row: inout RowWriter, field: Field, isMean: Bool) -> String? {
        if let word = word(of: group) { row.put(word: word, at: field.index) }
        return nil
    }
}
