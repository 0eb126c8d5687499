extension CacheTable {
    /// Puts a new entry where it belongs.
    mutating func queue(new slot: Int) {
        let isKnown = ghosts?.remove(slots[slot].tag, within: max(count, 1)) ?? true
        if isKnown { recent.push(slot, in: &slots) } else { probation.push(slot, in: &slots) }
    }

    /// Takes an entry out of its queue.
    mutating func unlink(_ slot: Int) {
        if slots[slot].queue == .recent {
            recent.remove(slot, in: &slots)
        } else {
            probation.remove(slot, in: &slots)
        }
    }

    /// Notes that an entry was asked for.
    mutating func touch(_ slot: Int) {
        switch policy {
        case .lru:
            guard recent.first != UInt32(slot + 1) else { return }
            recent.remove(slot, in: &slots)
            recent.push(slot, in: &slots)
        case .s3fifo:
            if slots[slot].uses < 3 { slots[slot].uses += 1 }
        }
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
                probation.remove(slot, in: &slots)
                recent.push(slot, in: &slots)
            } else if let slot = recent.last {
                guard slots[slot].uses > 0 else { return slot }
                slots[slot].uses -= 1
                recent.remove(slot, in: &slots)
                recent.push(slot, in: &slots)
            } else {
                return nil
            }
        }
    }

    /// How often a new entry has to be asked for before it is moved to those that stay.
    private static var usesToStay: UInt8 { 2 }
}
