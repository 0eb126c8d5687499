internal import PluginKit

/// Entries by key, in flat arrays and with limits.
///
///     index     [tag|slot]  ──┐   `SlotIndex`
///     slots     key bytes …  ◄┘   64 bytes each, in the order in which there was room
///     links     previous next     parallel to the slots: their queues
///
/// Keys are digests, so a part of the key selects its bucket. A lookup usually reads one bucket, compares the key once,
/// allocates nothing, and with S3-FIFO does not change the links. `MemoryCache` protects the table with a lock.
struct CacheTable {
    struct Slot {
        var key: CacheKey
        var bytes: [UInt8]
        var isFailure: Bool
        /// How often it was used, up to 3, since it was last examined.
        var uses: UInt8 = 0
        var storedAt: Int64
        var freshUntil: Int64
        var usableUntil: Int64
        var keptUntil: Int64

        /// The part of the key that selects the bucket.
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

    /// Counts of what happened to entries.
    struct Counts: Sendable, Hashable {
        /// Evicted entries.
        var evicted = 0
        /// Expired entries that were removed.
        var expired = 0
        /// Entries that are larger than the limits.
        var refused = 0
    }

    let policy: EvictionPolicy
    private let entryLimit: Int
    private let byteLimit: Int
    private var index = SlotIndex()
    var slots: [Slot] = []
    var links: [SlotQueue.Link] = []
    /// The first free slot, stored as slot + 1; `next` leads to the others.
    private var free: UInt32 = 0
    private var sweep = Sweep()
    private var contents = 0
    /// Entries in the order of their last use; with S3-FIFO, the main queue.
    var recent = SlotQueue(.recent)
    /// New entries of S3-FIFO.
    var probation = SlotQueue(.probation)
    var ghosts: GhostTable?
    private(set) var count = 0
    private(set) var counts = Counts()

    /// Creates an empty table.
    ///
    /// - Parameters:
    ///   - policy: Which entry is evicted first.
    ///   - entryLimit: The maximum number of entries.
    ///   - byteLimit: The maximum size in bytes, with everything in it.
    init(_ policy: EvictionPolicy, entryLimit: Int, byteLimit: Int) {
        self.policy = policy
        self.entryLimit = min(max(1, entryLimit), Int(UInt32.max) / 4)
        self.byteLimit = byteLimit
        if policy == .s3fifo { ghosts = GhostTable(capacity: 16) }
    }

    /// The memory of the table, with everything in it.
    var bytes: Int { fixedBytes + contents }

    /// When the oldest entry among some slots was fetched; nil if there is none.
    ///
    /// - Parameters:
    ///   - first: The first slot.
    ///   - count: The number of slots.
    /// - Returns: The time, in milliseconds since 1970-01-01T00:00:00Z.
    func oldest(from first: Int, count: Int) -> Int64? {
        let range = min(first, slots.count)..<min(first + count, slots.count)
        return range.lazy.filter { links[$0].queue != .none }.map { slots[$0].storedAt }.min()
    }

    /// The entry of a key, if it may still be used in any way; does not count as a use.
    func glance(at key: CacheKey, now: Int64) -> CacheEntry? {
        guard count > 0, let slot = slot(of: key), slots[slot].keptUntil > now else { return nil }
        return slots[slot].entry
    }

    /// The entry of a key, if it may still be used in any way.
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

    /// Stores an entry, replaces the previous one, and evicts others if necessary.
    ///
    /// An entry that is larger than the limits is not stored, and the previous one is removed.
    mutating func store(_ entry: CacheEntry, of key: CacheKey, at now: Int64) {
        if now >= sweep.earliest {
            clean(now)
            clean(now)
        }
        let bytes = entry.bytes.trimmed
        let content = HeapBlock.bytes(of: bytes)
        let known = slot(of: key)
        // An entry that cannot fit must not evict others.
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
            // It would have been evicted itself, so it is stored like a new entry.
            _ = ghosts?.remove(new.tag, within: 0)
            remove(known)
        }
        guard makeRoom(for: content) else {
            counts.refused += 1
            return
        }
        insert(new, content: content)
    }

    /// Replaces an entry in place: its uses still count.
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

    /// Evicts entries until a larger one fits in place of another; false if that one would have to be evicted next.
    private mutating func makeRoom(for content: Int, at slot: Int) -> Bool {
        while bytes - links[slot].content + content > byteLimit {
            guard let next = victim(), next != slot else { return false }
            counts.evicted += 1
            remove(next)
        }
        return true
    }

    private var fixedBytes: Int {
        HeapBlock.bytes(slots.capacity, of: Slot.self) + HeapBlock.bytes(links.capacity, of: SlotQueue.Link.self)
            + index.bytes + (ghosts?.bytes ?? 0)
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

    /// Doubles the arrays, if the old and the new ones fit into the limit together; false if they do not.
    private mutating func grow(_ content: Int) -> Bool {
        let capacity = min(max(16, slots.count * 2), entryLimit)
        let places = SlotIndex.places(for: capacity)
        let more =
            HeapBlock.bytes(capacity, of: Slot.self) + HeapBlock.bytes(capacity, of: SlotQueue.Link.self)
            + SlotIndex.bytes(places)
            + (ghosts == nil ? 0 : places / 2 * MemoryLayout<UInt64>.stride)
        guard bytes + more + content <= byteLimit else { return false }
        slots.reserveCapacity(capacity)
        links.reserveCapacity(capacity)
        ghosts = ghosts?.resized(to: places / 2)
        guard places > index.places else { return true }
        index = SlotIndex(places: places)
        for slot in slots.indices where links[slot].queue != .none { index.enter(slot, tag: slots[slot].tag) }
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
            links.append(SlotQueue.Link())
        }
        links[slot].content = content
        index.enter(slot, tag: new.tag)
        queue(new: slot)
        count += 1
        contents += content
        sweep.expect(new.keptUntil)
    }

    private mutating func remove(_ slot: Int) {
        index.leave(slot, tag: slots[slot].tag)
        unlink(slot)
        count -= 1
        contents -= links[slot].content
        slots[slot].bytes = []
        slots[slot].keptUntil = .max
        links[slot].next = free
        free = UInt32(slot + 1)
    }

    /// Checks whether one entry has expired; the next call checks the next one.
    ///
    /// So unused entries are also removed, and no call waits until all are checked.
    private mutating func clean(_ now: Int64) {
        let slot = sweep.next(of: slots.count)
        guard slot < slots.count else { return }
        if slots[slot].keptUntil <= now {
            counts.expired += 1
            remove(slot)
        }
        sweep.pass(slots[slot].keptUntil)
    }

    private func slot(of key: CacheKey) -> Int? { index.slot(of: key.tag) { slots[$0].key == key } }
}

extension CacheKey {
    /// The part by which a `SlotIndex` finds a key.
    var tag: UInt32 { UInt32(truncatingIfNeeded: low) }
}
