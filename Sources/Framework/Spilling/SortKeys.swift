public import Diagnostics
internal import Glibc
public import Records

/// The keys of some records, as bytes, with the first eight of each as a number, which suffices for most comparisons.
public struct SortKeys: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var starts: [Int] = [0]
    private(set) var prefixes: [UInt64] = []
    /// Whether each key consists only of nulls.
    private(set) var areNull: [Bool] = []

    init() {}

    /// The keys of all records of a batch.
    public init(_ order: SortOrder, of batch: borrowing Batch) {
        let count = batch.count
        starts.reserveCapacity(count + 1)
        prefixes.reserveCapacity(count)
        areNull.reserveCapacity(count)
        let prepared = order.prepared(batch)
        self = prepared.withMemory(of: order.columns.map(\.field)) { columns in
            var keys = self
            keys.write(count, of: columns, by: order)
            return keys
        }
    }

    private mutating func write(_ count: Int, of columns: UnsafeBufferPointer<ColumnMemory>, by order: SortOrder) {
        var most = 0
        for row in 0..<count { most += order.most(row, of: columns) }
        bytes = [UInt8](unsafeUninitializedCapacity: most) { buffer, written in
            guard let base = buffer.baseAddress else { return }
            for row in 0..<count {
                let key = order.write(row, of: columns, to: base + written)
                written += key.count
                starts.append(written)
                areNull.append(!key.hasValue)
            }
            // Afterwards: reading eight bytes that were just written one by one waits for the memory.
            for row in 0..<count {
                let range = range(row)
                prefixes.append(EntryArena.window(of: base + range.lowerBound, count: range.count, at: 0))
            }
        }
    }

    /// Appends a key.
    mutating func append(_ key: Span<UInt8>) {
        key.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        areNull.append(false)
        close()
    }

    private mutating func close() {
        let start = starts[count]
        let window = bytes.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { EntryArena.window(of: $0 + start, count: buffer.count - start, at: 0) } ?? 0
        }
        prefixes.append(window)
        starts.append(bytes.count)
    }

    /// The rows in the order of their keys; a stable order.
    var sortedRows: [Int] {
        (0..<count).sorted { left, right in
            let order = compare(left, with: self, at: right)
            return order != 0 ? order < 0 : left < right
        }
    }

    /// How many of the keys, which are sorted, are less than another one.
    func countBefore(_ row: Int, of others: SortKeys) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if compare(middle, with: others, at: row) < 0 { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The number of keys.
    public var count: Int { prefixes.count }

    /// Whether all columns of a key are null.
    public func isNull(_ row: Int) -> Bool { areNull[row] }

    /// Appends a key to some bytes.
    public func append(_ row: Int, to key: inout [UInt8]) { key.append(contentsOf: bytes[range(row)]) }

    func range(_ row: Int) -> Range<Int> { starts[row]..<starts[row + 1] }

    /// Compares a key with one of another collection: below 0, 0 or above 0.
    func compare(_ row: Int, with others: SortKeys, at otherRow: Int) -> Int {
        let (left, right) = (prefixes[row], others.prefixes[otherRow])
        guard left == right else { return left < right ? -1 : 1 }
        return Self.compare(
            bytes.span.extracting(range(row)),
            others.bytes.span.extracting(others.range(otherRow))
        )
    }

    /// Whether two keys are equal.
    @inline(__always)
    static func areEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        let count = left.count
        guard right.count == count else { return false }
        guard count >= 8 else {
            for index in 0..<count where left[index] != right[index] { return false }
            return true
        }
        let (left, right) = (left.bytes, right.bytes)
        var place = 0
        while place &+ 8 < count {
            let own = left.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self)
            guard own == right.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self) else { return false }
            place &+= 8
        }
        // The last eight bytes, some of which may have been compared.
        let own = left.unsafeLoadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
        return own == right.unsafeLoadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
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
}

/// Of keys that are not null, one after the other.
extension SortKeys: StoredState {
    /// Appends all keys.
    public func write(to writer: inout StateWriter) {
        writer.write(Int64(count))
        for row in 0..<count { writer.write(bytes.span.extracting(range(row))) }
    }

    /// Reads keys.
    ///
    /// - Throws: `checkpoint.state` if the bytes are not keys.
    public init(from reader: inout StateReader) throws(Diagnostic) {
        let count = try reader.readCount()
        for _ in 0..<count {
            let key = try reader.readBytes()
            append(key.span)
        }
    }
}
