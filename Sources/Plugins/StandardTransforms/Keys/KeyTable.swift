internal import PluginKit
internal import Spilling

/// A set of keys, each with its place in the order of first occurrence.
///
///     slots   ·  h₁ 1  ·  ·  h₃ 3  h₂ 2  ·  ·       in the order of the hashes; places count from 1, and 0 is free
///     starts  0  9  18  27                          where the key of a place begins
///     bytes   key key key                           compared in full, so equal hashes do not matter
///
/// The upper bits of a hash select its slot. When the table grows, slots are therefore copied in order, without reading
/// the keys.
///
/// Looking up a key allocates nothing. Keys can be dropped in the order in which they were added; their memory is
/// released when as many are dropped as remain.
struct KeyTable: Sendable {
    private var slots: [UInt64] = []
    /// How many bits of a hash are not part of its slot's number.
    private var shift: UInt32 = 32
    private var starts: [Int] = [0]
    private var bytes: [UInt8] = []
    /// The keys at places below this are dropped.
    private var dropped = 0
    /// How many keys were dropped before the first place.
    private var droppedBefore = 0
    /// How many keys are in the log, including dropped ones.
    var loggedCount = 0
    /// What `touch` has read; it has no meaning.
    private var touched: UInt64 = 0

    /// Creates an empty table.
    init() {}

    /// The memory of the table in bytes, used or not.
    var bytesInMemory: Int { 8 * (slots.capacity + starts.capacity) + bytes.capacity }

    /// The number of keys in the table.
    var count: Int { places - dropped }

    /// The number of dropped keys.
    var droppedCount: Int { droppedBefore + dropped }

    /// The number of places assigned so far, including those of dropped keys.
    private var places: Int { starts.count - 1 }

    /// The most keys of a table, including dropped keys that still take memory.
    private static let maximum = Int(UInt32.max) - 1

    /// Reserves memory for the keys of a batch; all of them may then be inserted.
    ///
    /// - Parameters:
    ///   - keys: The keys.
    ///   - most: How much memory the table may take, in bytes.
    /// - Throws: `keys.too-many`, `keys.memory`.
    mutating func prepare(for keys: borrowing KeyList, atMost most: Int = .max) throws(Diagnostic) {
        var more = keys.count
        if memory(with: more, newBytes: keys.bytes.count) > most { more = try newKeys(of: keys, atMost: most) }
        try makeRoom(for: more)
        touch(keys)
    }

    /// Finds the key of a row, and adds it if it is new.
    ///
    /// - Parameters:
    ///   - row: The row.
    ///   - keys: The keys, passed to `prepare` before.
    /// - Returns: The key's place, from 0, and whether it is new. If keys are dropped, a place has no meaning.
    @inline(__always)
    mutating func insert(_ row: Int, of keys: borrowing KeyList) -> (place: Int, isNew: Bool) {
        insert(keys.bytes.span.extracting(keys.range(of: row)), hash: keys.hashes[row])
    }

    /// The place of a row's key; nil if the table does not have it.
    @inline(__always)
    func place(of row: Int, in keys: borrowing KeyList) -> Int? {
        guard !slots.isEmpty else { return nil }
        var free = 0
        return place(of: keys.bytes.span.extracting(keys.range(of: row)), hash: keys.hashes[row], free: &free)
    }

    /// Drops the oldest key.
    mutating func dropFirst() { dropped += 1 }

    /// The memory of the table in bytes after adding `keys` keys of `newBytes` bytes in all; while the table grows, it
    /// temporarily takes half as much again.
    private func memory(with keys: Int, newBytes: Int) -> Int {
        func grown(_ capacity: Int, needed: Int) -> Int { needed <= capacity ? capacity : max(2 * capacity, needed) }
        return 8 * size(for: keys) + 8 * grown(starts.capacity, needed: starts.count + keys)
            + grown(bytes.capacity, needed: bytes.count + newBytes)
    }

    /// The number of slots needed for `more` further keys.
    private func size(for more: Int) -> Int {
        // At most three quarters of the slots are in use: then a free slot is near.
        var size = max(slots.count, 64)
        while size / 4 * 3 < places + more { size *= 2 }
        return size
    }

    /// How many keys are new and need memory; one that occurs twice may count twice.
    ///
    /// - Throws: `keys.memory` if they need more than is allowed.
    private func newKeys(of keys: borrowing KeyList, atMost most: Int) throws(Diagnostic) -> Int {
        var (new, newBytes) = (0, 0)
        for row in 0..<keys.count where place(of: row, in: keys) == nil {
            new += 1
            newBytes += keys.range(of: row).count
        }
        guard new > 0, memory(with: new, newBytes: newBytes) > most else { return new }
        throw Diagnostic(
            "keys.memory",
            message:
                "\(count) different keys are in memory, and more would take more than \(ByteCount(most).literal.filter { $0 != "\"" })",
            hint: "allow more with 'memory', or choose columns with fewer or shorter values"
        )
    }

    private mutating func makeRoom(for more: Int) throws(Diagnostic) {
        if dropped > max(count, 1024) { spread(over: slots.count) }
        guard places < Self.maximum - more else {
            throw Diagnostic(
                "keys.too-many",
                message: "there are more than \(Self.maximum) different keys",
                hint: "keep fewer keys, or choose a column with fewer values"
            )
        }
        let size = size(for: more)
        if size > slots.count { spread(over: size) }
    }

    /// Reads the memory that looking up these keys will read.
    ///
    /// In a large table each lookup waits for memory three times. Here no read depends on another one, so the processor
    /// fetches many keys in parallel.
    private mutating func touch(_ keys: borrowing KeyList) {
        guard places > 0 else { return }
        var sum: UInt64 = 0
        for hash in keys.hashes {
            let place = max(slots[slot(of: hash)] & Self.placeHalf, 1) &- 1
            sum &+= UInt64(bytes[starts[Int(place)]])
        }
        touched &+= sum
    }

    private static let placeHalf: UInt64 = 0xFFFF_FFFF

    @inline(__always)
    private func slot(of hash: UInt32) -> Int { Int(hash >> shift) }

    @inline(__always)
    private mutating func insert(_ key: Span<UInt8>, hash: UInt32) -> (place: Int, isNew: Bool) {
        var free = 0
        if let place = place(of: key, hash: hash, free: &free) { return (place, false) }
        let place = places
        slots[free] = UInt64(hash) << 32 | UInt64(truncatingIfNeeded: place &+ 1)
        key.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        starts.append(bytes.count)
        return (place, true)
    }

    @inline(__always)
    private func place(of key: Span<UInt8>, hash: UInt32, free: inout Int) -> Int? {
        let mask = slots.count &- 1
        var slot = slot(of: hash)
        while true {
            let found = slots[slot]
            if found == 0 {
                free = slot
                return nil
            }
            if UInt32(truncatingIfNeeded: found >> 32) == hash {
                let place = Int(found & Self.placeHalf) &- 1
                if place >= dropped, isKey(key, at: place) { return place }
            }
            slot = (slot &+ 1) & mask
        }
    }

    @inline(__always)
    private func isKey(_ key: Span<UInt8>, at place: Int) -> Bool {
        let start = starts[place]
        let count = key.count
        guard starts[place &+ 1] &- start == count else { return false }
        let (own, other) = (bytes.span.bytes, key.bytes)
        var index = 0
        while index &+ 8 <= count {
            let left = own.unsafeLoadUnaligned(fromByteOffset: start &+ index, as: UInt64.self)
            guard left == other.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self) else { return false }
            index &+= 8
        }
        while index < count {
            guard bytes[start &+ index] == key[index] else { return false }
            index &+= 1
        }
        return true
    }

    /// Distributes the remaining keys over `size` slots, a power of two, and discards the dropped ones.
    private mutating func spread(over size: Int) {
        var spread = [UInt64](repeating: 0, count: size)
        shift = 32 - UInt32(size.trailingZeroBitCount)
        for found in slots {
            let place = Int(found & Self.placeHalf)
            guard place > dropped else { continue }
            var slot = slot(of: UInt32(truncatingIfNeeded: found >> 32))
            while spread[slot] != 0 { slot = (slot &+ 1) & (size &- 1) }
            spread[slot] = found &- UInt64(dropped)
        }
        slots = spread
        guard dropped > 0 else { return }
        let start = starts[dropped]
        bytes.removeFirst(start)
        starts.removeFirst(dropped)
        for index in starts.indices { starts[index] -= start }
        droppedBefore += dropped
        dropped = 0
    }
}

/// The keys are stored in the order of first occurrence.
extension KeyTable: StoredState {
    func write(to writer: inout StateWriter) {
        writer.write(Int64(count))
        write(last: count, to: &writer)
    }

    init(from reader: inout StateReader) throws(Diagnostic) {
        try self.init(from: &reader, count: try reader.readCount())
    }

    /// Writes the last keys, each preceded by its length in bytes.
    func write(last number: Int, to writer: inout StateWriter) {
        for place in places - number..<places {
            writer.write(bytes.span.extracting(starts[place]..<starts[place + 1]))
        }
    }

    /// Reads keys, each preceded by its length in bytes.
    ///
    /// - Throws: `checkpoint.state` if the bytes are not that many keys, or if a key occurs twice.
    init(from reader: inout StateReader, count: Int) throws(Diagnostic) {
        self.init()
        try makeRoom(for: count)
        let hash = KeyHash()
        for _ in 0..<count {
            let key = try reader.readBytes()
            // No key is empty, and no key occurs twice.
            guard !key.isEmpty, insert(key.span, hash: hash(key.span)).isNew else { throw StateReader.damaged }
        }
    }
}
