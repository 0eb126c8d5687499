extension CacheTable {
    /// Puts a new entry where it belongs.
    mutating func queue(new slot: Int) {
        let isKnown = ghosts?.remove(slots[slot].tag, within: max(count, 1)) ?? true
        if isKnown { recent.push(slot, in: &links) } else { probation.push(slot, in: &links) }
    }

    /// Takes an entry out of its queue.
    mutating func unlink(_ slot: Int) {
        if links[slot].queue == .recent {
            recent.remove(slot, in: &links)
        } else {
            probation.remove(slot, in: &links)
        }
    }

    /// Puts an entry that was asked for in front.
    mutating func touch(_ slot: Int) {
        guard recent.first != UInt32(slot + 1) else { return }
        recent.remove(slot, in: &links)
        recent.push(slot, in: &links)
    }

    /// The entry that goes next; nil if there is none.
    mutating func victim() -> Int? {
        guard policy == .s3fifo else { return recent.last }
        while true {
            // A tenth of the room is for what is new, as in the paper.
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

    /// How often a new entry has to be asked for before it is moved to those that stay.
    private static var usesToStay: UInt8 { 2 }
}
