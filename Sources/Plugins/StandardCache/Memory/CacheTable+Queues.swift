extension CacheTable {
    /// Adds a new entry to its queue.
    mutating func queue(new slot: Int) {
        let isKnown = ghosts?.remove(slots[slot].tag, within: max(count, 1)) ?? true
        if isKnown { recent.push(slot, in: &links) } else { probation.push(slot, in: &links) }
    }

    /// Removes an entry from its queue.
    mutating func unlink(_ slot: Int) {
        if links[slot].queue == .recent {
            recent.remove(slot, in: &links)
        } else {
            probation.remove(slot, in: &links)
        }
    }

    /// Moves an entry that was used to the front.
    mutating func touch(_ slot: Int) {
        guard recent.first != UInt32(slot + 1) else { return }
        recent.remove(slot, in: &links)
        recent.push(slot, in: &links)
    }

    /// The next entry to be evicted; nil if there is none.
    mutating func victim() -> Int? {
        guard policy == .s3fifo else { return recent.last }
        while true {
            // A tenth of the space is for new entries, as in the paper.
            if let slot = probation.last, recent.last == nil || probation.weight * 9 > recent.weight {
                guard slots[slot].uses >= Self.usesToStay else {
                    ghosts?.insert(slots[slot].tag)
                    return slot
                }
                slots[slot].uses = 0
                probation.remove(slot, in: &links)
                recent.push(slot, in: &links)
            } else if let slot = recent.last {
                guard slots[slot].uses > 0 else { return slot }
                slots[slot].uses -= 1
                recent.remove(slot, in: &links)
                recent.push(slot, in: &links)
            } else {
                return nil
            }
        }
    }

    /// How often a new entry has to be used before it is moved to the main queue.
    private static var usesToStay: UInt8 { 2 }
}
