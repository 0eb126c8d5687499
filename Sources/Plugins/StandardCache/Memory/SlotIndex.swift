/// Finds the slot of a key in a table: open addressing, at most half full.
///
/// A tag is distributed like a random number, and selects the place where the search begins.
struct SlotIndex {
    /// Tag and slot of each place, the slot stored as slot + 1; 0 for an empty place.
    private var buckets: [UInt64]

    /// Creates an empty index.
    ///
    /// - Parameter places: How many it has, a power of two.
    init(places: Int = leastPlaces) { buckets = Array(repeating: 0, count: places) }

    private static let leastPlaces = 32

    /// The number of places.
    var places: Int { buckets.count }

    /// The memory that it takes, in bytes.
    var bytes: Int { Self.bytes(buckets.capacity) }

    /// The memory of an index with `places` places, in bytes.
    static func bytes(_ places: Int) -> Int { HeapBlock.bytes(places, of: UInt64.self) }

    /// The number of places for `slots` slots.
    static func places(for slots: Int) -> Int {
        var places = leastPlaces
        while places < slots * 2 { places *= 2 }
        return places
    }

    /// The slot of a tag that `matches` confirms; nil if there is none.
    @inline(__always)
    func slot(of tag: UInt32, matches: (Int) -> Bool) -> Int? {
        let mask = buckets.count - 1
        var place = Int(tag) & mask
        while buckets[place] != 0 {
            if UInt32(truncatingIfNeeded: buckets[place] >> 32) == tag {
                let slot = Int(UInt32(truncatingIfNeeded: buckets[place])) - 1
                if matches(slot) { return slot }
            }
            place = (place + 1) & mask
        }
        return nil
    }

    /// Adds a slot, for which there is room.
    mutating func enter(_ slot: Int, tag: UInt32) {
        let mask = buckets.count - 1
        var place = Int(tag) & mask
        while buckets[place] != 0 { place = (place + 1) & mask }
        buckets[place] = UInt64(tag) << 32 | UInt64(slot + 1)
    }

    /// Removes a slot that is there, and closes the gap: slots after it that belong further ahead move up.
    mutating func leave(_ slot: Int, tag: UInt32) {
        let mask = buckets.count - 1
        var gap = Int(tag) & mask
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
