internal import PluginKit
internal import Spilling

/// Keys, each with its place in the order in which they came first.
///
///     slots   ·  h₁ 1  ·  ·  h₃ 3  h₂ 2  ·  ·       in the order of the hashes; a place counts from 1, and 0 is free
///     starts  0  9  18  27                          where the key of a place begins
///     bytes   key key key                           compared in the end, so no hash is taken for a key
///
/// A slot is found by the upper bits of a hash. So when the slots become too few, they go into more of them from the
/// first to the last, without a look at the keys.
///
/// Looking for a key allocates nothing. Keys may be forgotten in the order in which they came; what they took is given
/// back when as many are forgotten as are remembered.
struct KeyTable: Sendable {
    private var slots: [UInt64] = []
    /// How many bits of a hash are none of its slot's number.
    private var shift: UInt32 = 32
    private var starts: [Int] = [0]
    private var bytes: [UInt8] = []
    /// The places below this are forgotten.
    private var forgotten = 0
    /// How many keys were forgotten before the first place.
    private var forgottenBefore = 0
    /// How many keys, forgotten ones among them, a log has.
    var loggedCount = 0
    /// What `touch` has read; it has no meaning.
    private var touched: UInt64 = 0

    /// A table without keys.
    init() {}

    /// How many keys it remembers.
    var count: Int { places - forgotten }

    /// How many keys it has forgotten.
    var forgottenCount: Int { forgottenBefore + forgotten }

    /// The places given so far, those of forgotten keys among them.
    private var places: Int { starts.count - 1 }

    /// The most keys of a table, forgotten ones that still take room among them.
    private static let maximum = Int(UInt32.max) - 1

    /// Makes ready for the keys of a batch, all of which may then be inserted.
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
    ///   - keys: The keys, for which the table was made ready.
    /// - Returns: The key's place, from 0, and whether it is new. Where keys are forgotten, a place has no meaning.
    @inline(__always)
    mutating func insert(_ row: Int, of keys: borrowing KeyList) -> (place: Int, isNew: Bool) {
        insert(keys.bytes.span.extracting(keys.range(of: row)), hash: keys.hashes[row])
    }

    /// The place of the key of a row; nil if it is not there.
    @inline(__always)
    func place(of row: Int, in keys: borrowing KeyList) -> Int? {
        guard !slots.isEmpty else { return nil }
        var free = 0
        return place(of: keys.bytes.span.extracting(keys.range(of: row)), hash: keys.hashes[row], free: &free)
    }

    /// Forgets the key that came first of those that it remembers.
    mutating func forgetFirst() { forgotten += 1 }

    /// How many bytes of memory the table takes once so many keys of so many bytes have come in; while it grows, half as
    /// much again for a moment.
    private func memory(with keys: Int, newBytes: Int) -> Int {
        func grown(_ capacity: Int, needed: Int) -> Int { needed <= capacity ? capacity : max(2 * capacity, needed) }
        return 8 * size(for: keys) + 8 * grown(starts.capacity, needed: starts.count + keys)
            + grown(bytes.capacity, needed: bytes.count + newBytes)
    }

    /// How many slots there have to be for so many keys more.
    private func size(for more: Int) -> Int {
        // Three quarters full at most: then a free slot is near.
        var size = max(slots.count, 64)
        while size / 4 * 3 < places + more { size *= 2 }
        return size
    }

    /// How many keys are not there yet, which alone need memory; one that comes twice may count twice.
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
        if forgotten > max(count, 1024) { spread(over: slots.count) }
        guard places < Self.maximum - more else {
            throw Diagnostic(
                "keys.too-many",
                message: "there are more than \(Self.maximum) different keys",
                hint: "remember fewer of them, or choose a column with fewer values"
            )
        }
        let size = size(for: more)
        if size > slots.count { spread(over: size) }
    }

    /// Reads once what looking for these keys will read.
    ///
    /// In a large table each key waits for memory three times. Here nothing waits for what was found, so the machine
    /// fetches it for many keys at a time.
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
                if place >= forgotten, isKey(key, at: place) { return place }
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

    /// Puts the keys that are remembered into so many slots, a power of two, and drops the others.
    private mutating func spread(over size: Int) {
        var spread = [UInt64](repeating: 0, count: size)
        shift = 32 - UInt32(size.trailingZeroBitCount)
        for found in slots {
            let place = Int(found & Self.placeHalf)
            guard place > forgotten else { continue }
            var slot = slot(of: UInt32(truncatingIfNeeded: found >> 32))
            while spread[slot] != 0 { slot = (slot &+ 1) & (size &- 1) }
            spread[slot] = found &- UInt64(forgotten)
        }
        slots = spread
        guard forgotten > 0 else { return }
        let start = starts[forgotten]
        bytes.removeFirst(start)
        starts.removeFirst(forgotten)
        for index in starts.indices { starts[index] -= start }
        forgottenBefore += forgotten
        forgotten = 0
    }
}

/// Stored are the keys in the order in which they came first.
extension KeyTable: StoredState {
    func write(to writer: inout StateWriter) {
        writer.write(Int64(count))
        write(last: count, to: &writer)
    }

    init(from reader: inout StateReader) throws(Diagnostic) {
        try self.init(from: &reader, count: try reader.readCount())
    }

    /// Writes the keys that came last, each with the number of its bytes before it.
    func write(last number: Int, to writer: inout StateWriter) {
        for place in places - number..<places {
            writer.write(bytes.span.extracting(starts[place]..<starts[place + 1]))
        }
    }

    /// Reads keys, each with the number of its bytes before it.
    ///
    /// - Throws: `checkpoint.state` if the bytes are not that many keys, or if one comes twice.
    init(from reader: inout StateReader, count: Int) throws(Diagnostic) {
        self.init()
        try makeRoom(for: count)
        let hash = KeyHash()
        for _ in 0..<count {
            let key = try reader.readBytes()
            // No key is without a byte, and none comes twice.
            guard !key.isEmpty, insert(key.span, hash: hash(key.span)).isNew else { throw StateReader.damaged }
        }
    }
}
