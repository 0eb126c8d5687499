/// Slots of a `CacheTable` one behind the other, each with the way to its neighbours in it.
struct SlotQueue {
    enum Name: UInt8 {
        /// In no queue: a slot without an entry.
        case none
        case recent
        case probation
    }

    let name: Name
    /// One more than the number of the slot; 0 if there is none.
    private(set) var first: UInt32 = 0
    private var end: UInt32 = 0
    /// What its entries take besides their slots, and 1 for each.
    private(set) var weight = 0

    init(_ name: Name) { self.name = name }

    /// The slot at the end; nil if there is none.
    var last: Int? { end == 0 ? nil : Int(end) - 1 }

    /// Puts a slot in front.
    mutating func push(_ slot: Int, in slots: inout [CacheTable.Slot]) {
        let number = UInt32(slot + 1)
        slots[slot].queue = name
        slots[slot].previous = 0
        slots[slot].next = first
        if first == 0 { end = number } else { slots[Int(first) - 1].previous = number }
        first = number
        weight += slots[slot].content + 1
    }

    /// Takes a slot out.
    mutating func remove(_ slot: Int, in slots: inout [CacheTable.Slot]) {
        let (previous, next) = (slots[slot].previous, slots[slot].next)
        if previous == 0 { first = next } else { slots[Int(previous) - 1].next = next }
        if next == 0 { end = previous } else { slots[Int(next) - 1].previous = previous }
        slots[slot].queue = .none
        weight -= slots[slot].content + 1
    }
}
