internal import PluginKit
internal import Spilling

/// What an aggregate remembers of each group, for one column of the result.
///
/// The result must not depend on the order in which parts of a group are merged, unless the function is about order;
/// parts are merged in the order of their records.
protocol Accumulator: AnyObject {
    /// The approximate memory of all groups in bytes.
    var memory: Int { get }

    /// Makes room for this number of groups; new ones are empty.
    func grow(to count: Int)

    /// Removes all groups.
    func removeAll()

    /// Adds the records of a batch.
    ///
    /// - Parameters:
    ///   - batch: The records.
    ///   - groups: The group of each, for which there is room.
    func add(_ batch: borrowing Batch, groups: [UInt32])

    /// Appends what is remembered of a group.
    func write(_ group: Int, to writer: inout StateWriter)

    /// Adds what was written to a group; its records come after those that the group has.
    ///
    /// - Throws: `checkpoint.state` if the bytes are not such a state.
    func merge(into group: Int, from reader: inout StateReader) throws(Diagnostic)

    /// Writes the result of a group; nothing for null.
    ///
    /// - Parameters:
    ///   - group: The group.
    ///   - row: Gets the result.
    ///   - field: The column of the result.
    ///   - isMean: Whether that is a mean, of an accumulator of sums.
    /// - Returns: Why there is no result; nil if there is one.
    func finish(_ group: Int, into row: inout RowWriter, field: Field, isMean: Bool) -> String?
}

/// Counts records, or those with a value in a column.
final class CountAccumulator: Accumulator {
    private let field: Field?
    private(set) var counts: [Int64] = []

    /// - Parameter field: The column; nil to count all records.
    init(_ field: Field?) { self.field = field }

    var memory: Int { 12 * counts.count }

    func grow(to count: Int) {
        if counts.count < count { counts.append(contentsOf: repeatElement(0, count: count - counts.count)) }
    }

    func removeAll() { counts.removeAll(keepingCapacity: true) }

    func add(_ batch: borrowing Batch, groups: [UInt32]) {
        // Through a buffer: an array of an object is checked for other holders with each access.
        guard let field, !batch[presence: field].isFull else {
            counts.withUnsafeMutableBufferPointer { counts in
                for group in groups { counts[Int(group)] &+= 1 }
            }
            return
        }
        for (row, group) in groups.enumerated() where !batch.isNull(row, in: field) { counts[Int(group)] &+= 1 }
    }

    func write(_ group: Int, to writer: inout StateWriter) { writer.write(counts[group]) }

    func merge(into group: Int, from reader: inout StateReader) throws(Diagnostic) {
        counts[group] &+= try reader.readInteger()
    }

    func finish(_ group: Int, into row: inout RowWriter, field: Field, isMean: Bool) -> String? {
        row.set(counts[group], in: field)
        return nil
    }
}

/// Adds real numbers up, for their sum or mean, without rounding before the end.
final class RealSumAccumulator: Accumulator {
    private let field: Field
    private var sums: [ExactSum] = []
    private var counts: [Int64] = []
    /// The sums of the groups whose numbers are too far apart.
    private var wide: [Int: WideSum] = [:]
    /// The groups with a number that is infinite or not a number.
    private var unbounded: Set<Int> = []
    /// A sum of what was read in advance; it has no meaning.
    private var touched: Int64 = 0

    init(_ field: Field) { self.field = field }

    var memory: Int {
        (MemoryLayout<ExactSum>.stride + 8) * sums.count * 3 / 2 + wide.count * 640 + unbounded.count * 16
    }

    func grow(to count: Int) {
        guard sums.count < count else { return }
        counts.append(contentsOf: repeatElement(0, count: count - sums.count))
        sums.append(contentsOf: repeatElement(ExactSum(), count: count - sums.count))
    }

    func removeAll() {
        sums.removeAll(keepingCapacity: true)
        counts.removeAll(keepingCapacity: true)
        (wide, unbounded) = ([:], [])
    }

    func add(_ batch: borrowing Batch, groups: [UInt32]) {
        let (reals, presence) = (batch[reals: field], batch[presence: field])
        var far: [Int] = []
        counts.withUnsafeMutableBufferPointer { counts in
            sums.withUnsafeMutableBufferPointer { sums in
                for first in stride(from: 0, to: groups.count, by: rowsAtOnce) {
                    let rows = first..<min(first + rowsAtOnce, groups.count)
                    // No read depends on another one, so that the processor fetches many in parallel.
                    for row in rows { touched &+= counts[Int(groups[row])] ^ sums[Int(groups[row])].touch }
                    for row in rows where presence[row] {
                        let group = Int(groups[row])
                        counts[group] &+= 1
                        if !reals[row].isFinite || !sums[group].add(reals[row]) { far.append(row) }
                    }
                }
            }
        }
        for row in far { addFar(reals[row], to: Int(groups[row])) }
    }

    private func addFar(_ real: Double, to group: Int) {
        guard real.isFinite else {
            unbounded.insert(group)
            return
        }
        let (digits, place) = ExactSum.parts(of: real)
        wide[group, default: WideSum()].add(digits, at: place)
    }

    func write(_ group: Int, to writer: inout StateWriter) {
        sums[group].write(to: &writer)
        writer.write(counts[group])
        wide[group].write(to: &writer)
        unbounded.contains(group).write(to: &writer)
    }

    func merge(into group: Int, from reader: inout StateReader) throws(Diagnostic) {
        let other = try ExactSum(from: &reader)
        let count = try reader.readInteger()
        if counts[group] == 0 { sums[group] = other } else { other.add(to: &wide[group, default: WideSum()]) }
        counts[group] &+= count
        if let sum = try WideSum?(from: &reader) { wide[group, default: WideSum()].add(sum) }
        if try Bool(from: &reader) { unbounded.insert(group) }
    }

    func finish(_ group: Int, into row: inout RowWriter, field: Field, isMean: Bool) -> String? {
        guard counts[group] > 0 else { return nil }
        var sum = sums[group].rounded
        if var whole = wide[group] {
            sums[group].add(to: &whole)
            sum = whole.rounded
        }
        guard sum.isFinite, !unbounded.contains(group) else { return "the sum is no finite number" }
        row.set(isMean ? sum / Double(counts[group]) : sum, in: field)
        return nil
    }
}
