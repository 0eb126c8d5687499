public import Records

/// Numbers the groups of records: those whose key columns hold equal values.
///
///     slots   ·  h₃ 3  ·  ·  h₁ 1  h₂ 2  ·   the upper half a hash, the lower the number of a group, from 1; 0 is free
///     starts  0  9  18  27                   where the key of a group begins
///     bytes   key key key                    as `SortOrder` makes them
public struct GroupTable: Sendable {
    private let order: SortOrder
    private let hash = KeyHash()
    private var slots = [UInt64](repeating: 0, count: 1024)
    private var starts = [0]
    private var bytes: [UInt8] = []
    /// What `touch` has read; it has no meaning.
    private var touched: UInt64 = 0

    /// Creates an empty table for groups by these columns; nulls are equal to each other.
    public init(_ order: SortOrder) { self.order = order }

    /// The number of groups.
    public var count: Int { starts.count - 1 }

    /// The memory of the table in bytes.
    public var memory: Int { 8 * (slots.count + starts.capacity) + bytes.capacity }

    /// The bytes that all records of a group have in common, as its order writes them.
    public func key(of group: Int) -> [UInt8] { Array(bytes[starts[group]..<starts[group + 1]]) }

    /// Appends the key of a group to some bytes.
    public func append(keyOf group: Int, to key: inout [UInt8]) {
        key.append(contentsOf: bytes[starts[group]..<starts[group + 1]])
    }

    /// Starts anew with the same order; the memory is released.
    public mutating func removeAll() { self = GroupTable(order) }

    /// Finds the groups of records; the table gets those that it does not have.
    ///
    /// - Parameters:
    ///   - batch: The records.
    ///   - newRows: Gets the first record of each new group, in the order of their numbers.
    /// - Returns: The group of each record.
    public mutating func groups(of batch: borrowing Batch, newRows: inout [UInt32]) -> [UInt32] {
        let keys = SortKeys(order, of: batch)
        reserve(keys.count)
        let hashes = (0..<keys.count).map { hash(keys.bytes.span.extracting(keys.range($0))) }
        var groups = [UInt32](repeating: 0, count: keys.count)
        for first in stride(from: 0, to: keys.count, by: rowsAtOnce) {
            let rows = first..<min(first + rowsAtOnce, keys.count)
            touch(hashes[rows])
            for row in rows {
                let (group, isNew) = insert(keys.bytes.span.extracting(keys.range(row)), hash: hashes[row])
                groups[row] = UInt32(truncatingIfNeeded: group)
                if isNew { newRows.append(UInt32(truncatingIfNeeded: row)) }
            }
        }
        return groups
    }

    /// Adds a group, which the table does not have.
    public mutating func add(_ key: [UInt8]) {
        reserve(1)
        _ = insert(key.span, hash: hash(key.span))
    }

    /// Makes room for this number of further groups.
    private mutating func reserve(_ more: Int) {
        var size = slots.count
        while size / 4 * 3 < count + more { size *= 2 }
        guard size > slots.count else { return }
        var larger = [UInt64](repeating: 0, count: size)
        for found in slots where found != 0 {
            var slot = Int(found >> 32) & (size - 1)
            while larger[slot] != 0 { slot = (slot + 1) & (size - 1) }
            larger[slot] = found
        }
        slots = larger
    }

    /// Reads the memory that looking up these keys will read: no read depends on another one, so that the processor
    /// fetches many in parallel.
    private mutating func touch(_ hashes: ArraySlice<UInt32>) {
        guard count > 1000 else { return }
        let mask = slots.count - 1
        var sum: UInt64 = 0
        for hash in hashes {
            let group = max(slots[Int(hash) & mask] & 0xFFFF_FFFF, 1) &- 1
            sum &+= UInt64(bytes[starts[Int(group)]])
        }
        touched &+= sum
    }

    /// The group of a key; if there is none, the free slot for it.
    @inline(__always)
    private func group(_ key: Span<UInt8>, hash: UInt32, slot: inout Int) -> Int? {
        let mask = slots.count &- 1
        slot = Int(hash) & mask
        while true {
            let found = slots[slot]
            if found == 0 { return nil }
            if UInt32(truncatingIfNeeded: found >> 32) == hash {
                let group = Int(found & 0xFFFF_FFFF) &- 1
                if isKey(key, of: group) { return group }
            }
            slot = (slot &+ 1) & mask
        }
    }

    @inline(__always)
    private mutating func insert(_ key: Span<UInt8>, hash: UInt32) -> (group: Int, isNew: Bool) {
        var slot = 0
        if let group = group(key, hash: hash, slot: &slot) { return (group, false) }
        let group = count
        slots[slot] = UInt64(hash) << 32 | UInt64(truncatingIfNeeded: group &+ 1)
        key.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        starts.append(bytes.count)
        return (group, true)
    }

    @inline(__always)
    private func isKey(_ key: Span<UInt8>, of group: Int) -> Bool {
        SortKeys.areEqual(bytes.span.extracting(starts[group]..<starts[group &+ 1]), key)
    }
}
