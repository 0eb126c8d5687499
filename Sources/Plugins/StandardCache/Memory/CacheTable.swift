internal import PluginKit

/// Entries by key, in flat arrays and within bounds.
///
///     buckets   [tag|slot]  ──┐   open addressing, at most half full
///     slots     key bytes …  ◄┘   64 bytes each, in the order in which there was room
///     links     previous next     beside them: the queues that the slots stand in
///
/// A key is as good as chance, so a part of it says in which bucket to look. A get looks at one as a rule, compares the
/// key once, allocates nothing, and for S3-FIFO leaves the links alone. `MemoryCache` puts a lock round it.
struct CacheTable {
    struct Slot {
        var key: CacheKey
        var bytes: [UInt8]
        var isFailure: Bool
        /// How often it was asked for, up to 3, since it was last looked at.
        var uses: UInt8 = 0
        var storedAt: Int64
        var freshUntil: Int64
        var usableUntil: Int64
        var keptUntil: Int64

        /// The part of the key that says in which bucket it is.
        var tag: UInt32 { key.tag }

        var entry: CacheEntry {
            CacheEntry(
                bytes,
                isFailure: isFailure,
                storedAt: storedAt,
                freshUntil: freshUntil,
                usableUntil: usableUntil,
                keptUntil: keptUntil
            )
        }
    }

    /// Where a slot stands in its queue.
    struct Link {
        /// The neighbours, each one more than its slot, 0 for none; `next` is the way to the back.
        var previous: UInt32 = 0
        var next: UInt32 = 0
        var queue = SlotQueue.Name.none
        /// What its bytes take besides the slot.
        var content = 0
    }

    /// What became of the entries, in numbers.
    struct Counts: Sendable, Hashable {
        /// Entries that made room for others.
        var evicted = 0
        /// Entries whose time was over.
        var expired = 0
        /// Entries that are too large for the bounds.
        var refused = 0
    }

    let policy: EvictionPolicy
    private let entryLimit: Int
    private let byteLimit: Int
    private var buckets: [UInt64] = Array(repeating: 0, count: 32)
    var slots: [Slot] = []
    var links: [Link] = []
    /// The first slot without an entry, one more than its number; the others follow behind `next`.
    private var free: UInt32 = 0
    private var sweep = Sweep()
    private var contents = 0
    /// Entries in the order of their last use, or, of S3-FIFO, those that have proved themselves.
    var recent = SlotQueue(.recent)
    /// New entries of S3-FIFO.
    var probation = SlotQueue(.probation)
    var ghosts: GhostTable?
    private(set) var count = 0
    private(set) var counts = Counts()

    /// A table without entries.
    ///
    /// - Parameters:
    ///   - policy: Which entry goes first.
    ///   - entryLimit: How many entries there may be.
    ///   - byteLimit: How many bytes it may take with everything in it.
    init(_ policy: EvictionPolicy, entryLimit: Int, byteLimit: Int) {
        self.policy = policy
        self.entryLimit = min(max(1, entryLimit), Int(UInt32.max) / 4)
        self.byteLimit = byteLimit
        if policy == .s3fifo { ghosts = GhostTable(capacity: 16) }
    }

    /// What it takes in memory, with all that is in it.
    var bytes: Int { fixedBytes + contents }

    /// When the oldest entry among some slots was fetched; nil if there is none.
    ///
    /// - Parameters:
    ///   - first: The first slot that is looked at.
    ///   - count: How many are.
    /// - Returns: Its time, in milliseconds since 1970-01-01T00:00:00Z.
    func oldest(from first: Int, count: Int) -> Int64? {
        let range = min(first, slots.count)..<min(first + count, slots.count)
        return range.lazy.filter { links[$0].queue != .none }.map { slots[$0].storedAt }.min()
    }

    /// The entry of a key, if it may still be used for anything; looking does not count as asking for it.
    func glance(at key: CacheKey, now: Int64) -> CacheEntry? {
        guard count > 0, let slot = slot(of: key), slots[slot].keptUntil > now else { return nil }
        return slots[slot].entry
    }

    /// The entry of a key, if it may still be used for anything.
    mutating func entry(of key: CacheKey, at now: Int64) -> CacheEntry? {
        if now >= sweep.earliest { clean(now) }
        guard count > 0, let slot = slot(of: key) else { return nil }
        if slots[slot].keptUntil <= now {
            counts.expired += 1
            remove(slot)
            return nil
        }
        use(slot)
        return slots[slot].entry
    }

    private mutating func use(_ slot: Int) {
        if policy == .lru { touch(slot) } else if slots[slot].uses < 3 { slots[slot].uses += 1 }
    }

    /// Keeps an entry instead of the one before, and has others go where that takes too much.
    ///
    /// An entry that is larger than all there may be is not kept, and neither is the one before.
    mutating func store(_ entry: CacheEntry, of key: CacheKey, at now: Int64) {
        if now >= sweep.earliest {
            clean(now)
            clean(now)
        }
        let bytes = entry.bytes.trimmed
        let content = HeapBlock.bytes(of: bytes)
        let known = slot(of: key)
        // Where it cannot fit, nobody has to go for it.
        guard fixedBytes + content <= byteLimit else {
            if let known { remove(known) }
            counts.refused += 1
            return
        }
        var new = Slot(
            key: key,
            bytes: bytes,
            isFailure: entry.isFailure,
            storedAt: entry.storedAt,
            freshUntil: entry.freshUntil,
            usableUntil: entry.usableUntil,
            keptUntil: entry.keptUntil
        )
        if let known {
            if makeRoom(for: content, at: known) {
                new.uses = slots[known].uses
                replace(known, with: new, content: content)
                return
            }
            // It would have been its own turn to go, so it comes in like any other.
            _ = ghosts?.remove(new.tag, within: 0)
            remove(known)
        }
        guard makeRoom(for: content) else {
            counts.refused += 1
            return
        }
        insert(new, content: content)
    }

    /// Puts an entry into the place of the one before: what it has proved by being asked for still holds.
    private mutating func replace(_ slot: Int, with new: Slot, content: Int) {
        contents += content - links[slot].content
        if links[slot].queue == .recent {
            recent.weigh(slot, content: content, in: &links)
        } else {
            probation.weigh(slot, content: content, in: &links)
        }
        slots[slot] = new
        if policy == .lru { touch(slot) }
        sweep.expect(new.keptUntil)
    }

    /// Has others go until an entry has room in the place of another one; false if that one would have to go next.
    private mutating func makeRoom(for content: Int, at slot: Int) -> Bool {
        while bytes - links[slot].content + content > byteLimit {
            guard let next = victim(), next != slot else { return false }
            counts.evicted += 1
            remove(next)
        }
        return true
    }

    private var fixedBytes: Int {
        HeapBlock.bytes(slots.capacity, of: Slot.self) + HeapBlock.bytes(links.capacity, of: Link.self)
            + HeapBlock.bytes(buckets.capacity, of: UInt64.self)
            + (ghosts?.bytes ?? 0)
    }

    private mutating func makeRoom(for content: Int) -> Bool {
        while true {
            if count < entryLimit, bytes + content <= byteLimit {
                if free != 0 || slots.count < min(slots.capacity, links.capacity) || grow(content) { return true }
            }
            guard let slot = victim() else { return false }
            counts.evicted += 1
            remove(slot)
        }
    }

    /// Makes the arrays twice as long, if the old and the new ones fit beside each other; false if they do not.
    private mutating func grow(_ content: Int) -> Bool {
        let capacity = min(max(16, slots.count * 2), entryLimit)
        var places = 32
        while places < capacity * 2 { places *= 2 }
        let more =
            HeapBlock.bytes(capacity, of: Slot.self) + HeapBlock.bytes(capacity, of: Link.self)
            + HeapBlock.bytes(places, of: UInt64.self)
            + (ghosts == nil ? 0 : places / 2 * MemoryLayout<UInt64>.stride)
        guard bytes + more + content <= byteLimit else { return false }
        slots.reserveCapacity(capacity)
        links.reserveCapacity(capacity)
        ghosts = ghosts?.resized(to: places / 2)
        guard places > buckets.count else { return true }
        buckets = Array(repeating: 0, count: places)
        for slot in slots.indices where links[slot].queue != .none { enter(slot) }
        return true
    }

    private mutating func insert(_ new: Slot, content: Int) {
        let slot: Int
        if free != 0 {
            slot = Int(free) - 1
            free = links[slot].next
            slots[slot] = new
        } else {
            slot = slots.count
            slots.append(new)
            links.append(Link())
        }
        links[slot].content = content
        enter(slot)
        queue(new: slot)
        count += 1
        contents += content
        sweep.expect(new.keptUntil)
    }

    private mutating func remove(_ slot: Int) {
        leave(slot)
        unlink(slot)
        count -= 1
        contents -= links[slot].content
        slots[slot].bytes = []
        slots[slot].keptUntil = .max
        links[slot].next = free
        free = UInt32(slot + 1)
    }

    /// Looks whether the time of one entry is over; the next call looks at the next one.
    ///
    /// So what nobody asks for goes, too, and no call has to wait until all were looked at.
    private mutating func clean(_ now: Int64) {
        let slot = sweep.next(of: slots.count)
        guard slot < slots.count else { return }
        if slots[slot].keptUntil <= now {
            counts.expired += 1
            remove(slot)
        }
        sweep.pass(slots[slot].keptUntil)
    }

    private func slot(of key: CacheKey) -> Int? {
        let mask = buckets.count - 1
        let tag = key.tag
        var place = Int(tag) & mask
        while buckets[place] != 0 {
            if UInt32(truncatingIfNeeded: buckets[place] >> 32) == tag {
                let slot = Int(UInt32(truncatingIfNeeded: buckets[place])) - 1
                if slots[slot].key == key { return slot }
            }
            place = (place + 1) & mask
        }
        return nil
    }

    private mutating func enter(_ slot: Int) {
        let mask = buckets.count - 1
        let tag = slots[slot].tag
        var place = Int(tag) & mask
        while buckets[place] != 0 { place = (place + 1) & mask }
        buckets[place] = UInt64(tag) << 32 | UInt64(slot + 1)
    }

    /// Takes a slot out of the index and closes the gap: who stands behind it and would rather stand there moves up.
    private mutating func leave(_ slot: Int) {
        let mask = buckets.count - 1
        var gap = Int(slots[slot].tag) & mask
        while UInt32(truncatingIfNeeded: buckets[gap]) != UInt32(slot + 1) { gap = (gap + 1) & mask }
        var place = (gap + 1) & mask
        while buckets[place] != 0 {
            let home = Int(UInt32(truncatingIfNeeded: buckets[place] >> 32)) & mask
            if (place - home) & mask >= (place - gap) & mask {
                buckets[gap] = buckets[place]
                gap = place
            }
            place = (place + 1) & mask
        }
        buckets[gap] = 0
    }
}

extension CacheKey {
    /// The part that says in which bucket a key is.
    var tag: UInt32 { UInt32(truncatingIfNeeded: low) }
}
