/// Records which entries were evicted recently, in 8 bytes each, without their keys.
///
/// A place holds the tag of a key and when it was evicted. Each tag has four places; a newer one replaces the oldest,
/// so some records are lost early, and two keys with the same tag are confused. Either costs a miss, never a wrong
/// answer.
struct GhostTable {
    private var places: [UInt64]
    private var clock: UInt32 = 0

    /// Creates a table for about `capacity` keys: a power of two, at least 4.
    init(capacity: Int) { places = Array(repeating: 0, count: max(4, capacity)) }

    /// The memory of the table, in bytes.
    var bytes: Int { places.capacity * MemoryLayout<UInt64>.stride }

    /// A copy with another capacity.
    func resized(to capacity: Int) -> GhostTable {
        var table = GhostTable(capacity: capacity)
        table.clock = clock
        for place in places where place != 0 {
            table.put(place, at: UInt32(truncatingIfNeeded: place >> 32))
        }
        return table
    }

    /// Records that an entry was evicted.
    mutating func insert(_ tag: UInt32) {
        clock &+= 1
        put(UInt64(tag) << 32 | UInt64(clock), at: tag)
    }

    /// Removes the record of a tag; returns whether it was evicted recently, with at most `limit` evictions since.
    mutating func remove(_ tag: UInt32, within limit: Int) -> Bool {
        for place in group(tag) where places[place] != 0 && UInt32(truncatingIfNeeded: places[place] >> 32) == tag {
            let age = age(places[place])
            places[place] = 0
            return age <= limit
        }
        return false
    }

    private mutating func put(_ value: UInt64, at tag: UInt32) {
        var oldest = group(tag).lowerBound
        for place in group(tag) {
            if places[place] == 0 || places[place] >> 32 == value >> 32 {
                oldest = place
                break
            }
            if age(places[place]) > age(places[oldest]) { oldest = place }
        }
        places[oldest] = value
    }

    private func group(_ tag: UInt32) -> Range<Int> {
        let first = Int(tag) & (places.count - 1) & ~3
        return first..<first + 4
    }

    /// The number of evictions since.
    private func age(_ place: UInt64) -> UInt32 { clock &- UInt32(truncatingIfNeeded: place) }
}
