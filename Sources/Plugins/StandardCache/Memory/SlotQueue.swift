/// A queue of slots of a `CacheTable`, linked in both directions.
struct SlotQueue {
    enum Name: UInt8 {
        /// In no queue: a slot without an entry.
        case none
        case recent
        case probation
    }

    /// The position of a slot in its queue.
    struct Link {
        /// The neighbours, each stored as slot + 1, 0 for none; `next` leads to the back.
        var previous: UInt32 = 0
        var next: UInt32 = 0
        var queue = Name.none
        /// The memory of its bytes, in addition to the slot.
        var content = 0
    }

    let name: Name
    /// The first slot, stored as slot + 1; 0 if there is none.
    private(set) var first: UInt32 = 0
    private var end: UInt32 = 0
    /// The memory of its entries in addition to their slots, plus 1 for each.
    private(set) var weight = 0

    init(_ name: Name) { self.name = name }

    /// The last slot; nil if there is none.
    var last: Int? { end == 0 ? nil : Int(end) - 1 }

    /// Adds a slot at the front.
    mutating func push(_ slot: Int, in links: inout [Link]) {
        let number = UInt32(slot + 1)
        links[slot].queue = name
        links[slot].previous = 0
        links[slot].next = first
        if first == 0 { end = number } else { links[Int(first) - 1].previous = number }
        first = number
        weight += links[slot].content + 1
    }

    /// Updates the size of a slot's content.
    mutating func weigh(_ slot: Int, content: Int, in links: inout [Link]) {
        weight += content - links[slot].content
        links[slot].content = content
    }

    /// Removes a slot.
    mutating func remove(_ slot: Int, in links: inout [Link]) {
        let (previous, next) = (links[slot].previous, links[slot].next)
        if previous == 0 { first = next } else { links[Int(previous) - 1].next = next }
        if next == 0 { end = previous } else { links[Int(next) - 1].previous = previous }
        links[slot].queue = .none
        weight -= links[slot].content + 1
    }
}
