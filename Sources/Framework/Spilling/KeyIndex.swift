/// Finds keys by their hash.
///
///     slots   ·  3  ·  ·  1  2  ·        the row of a key, counted from 1; 0 is free
struct KeyIndex: Sendable {
    private var slots: [UInt32]
    private let hash = KeyHash()

    /// An index of keys; of equal ones, the last counts.
    init(_ keys: SortKeys) {
        var size = 64
        while size / 4 * 3 < keys.count { size *= 2 }
        slots = [UInt32](repeating: 0, count: size)
        for row in 0..<keys.count where !keys.areNull[row] {
            let slot = slot(of: row, in: keys, among: keys)
            slots[slot] = UInt32(truncatingIfNeeded: row + 1)
        }
    }

    /// The row of a key among those of the index; nil if there is none.
    func row(of row: Int, in keys: SortKeys, among own: SortKeys) -> Int? {
        let found = slots[slot(of: row, in: keys, among: own)]
        return found == 0 ? nil : Int(found) - 1
    }

    /// The slot of a key, or the free one for it.
    private func slot(of row: Int, in keys: SortKeys, among own: SortKeys) -> Int {
        let mask = slots.count - 1
        var slot = Int(hash(keys.bytes.span.extracting(keys.range(row)))) & mask
        while slots[slot] != 0, own.compare(Int(slots[slot]) - 1, with: keys, at: row) != 0 { slot = (slot + 1) & mask }
        return slot
    }
}
