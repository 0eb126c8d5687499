internal import Glibc
internal import Records

/// The keys of some records, as bytes, with the first eight of each as a number, which suffices for most comparisons.
struct SortKeys: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var starts: [UInt32] = [0]
    private(set) var prefixes: [UInt64] = []
    /// Whether each key consists only of nulls.
    private(set) var areNull: [Bool] = []

    init() {}

    /// The keys of all records of a batch.
    init(_ order: SortOrder, of batch: borrowing Batch) {
        starts.reserveCapacity(batch.count + 1)
        prefixes.reserveCapacity(batch.count)
        areNull.reserveCapacity(batch.count)
        for row in 0..<batch.count {
            areNull.append(!order.append(row, of: batch, to: &bytes))
            close()
        }
    }

    /// Appends a key from another collection.
    mutating func append(_ row: Int, of others: SortKeys) {
        bytes.append(contentsOf: others.bytes[others.range(row)])
        areNull.append(others.areNull[row])
        close()
    }

    private mutating func close() {
        prefixes.append(Self.prefix(bytes.span.extracting(Int(starts[count])..<bytes.count)))
        starts.append(UInt32(truncatingIfNeeded: bytes.count))
    }

    /// The rows in the order of their keys; a stable order.
    var sortedRows: [Int] {
        (0..<count).sorted { left, right in
            let order = compare(left, with: self, at: right)
            return order != 0 ? order < 0 : left < right
        }
    }

    /// How many of the keys, which are sorted, are less than or equal to another one.
    func countNotAfter(_ row: Int, of others: SortKeys) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if compare(middle, with: others, at: row) <= 0 { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Their approximate memory in bytes.
    var size: Int { bytes.capacity + 4 * starts.capacity + 9 * prefixes.capacity }

    var count: Int { prefixes.count }

    func range(_ row: Int) -> Range<Int> { Int(starts[row])..<Int(starts[row + 1]) }

    /// The key of a row.
    func key(_ row: Int) -> [UInt8] { Array(bytes[range(row)]) }

    /// Compares a key with one of another collection: below 0, 0 or above 0.
    func compare(_ row: Int, with others: SortKeys, at otherRow: Int) -> Int {
        let (left, right) = (prefixes[row], others.prefixes[otherRow])
        guard left == right else { return left < right ? -1 : 1 }
        return Self.compare(
            bytes.span.extracting(range(row)),
            others.bytes.span.extracting(others.range(otherRow))
        )
    }

    /// Compares two keys byte by byte.
    static func compare(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Int {
        let order = left.withUnsafeBufferPointer { left in
            right.withUnsafeBufferPointer { right -> Int in
                guard let leftBase = left.baseAddress, let rightBase = right.baseAddress else { return 0 }
                return Int(memcmp(leftBase, rightBase, min(left.count, right.count)))
            }
        }
        return order != 0 ? order : left.count - right.count
    }

    /// The first eight bytes, the first one the most significant; missing ones are 0.
    private static func prefix(_ key: Span<UInt8>) -> UInt64 {
        var prefix: UInt64 = 0
        for index in 0..<8 { prefix = prefix << 8 | (index < key.count ? UInt64(key[index]) : 0) }
        return prefix
    }
}
