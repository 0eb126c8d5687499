/// Finds keys by their hash.
///
///     slots   ·  h₃ 3  ·  ·  h₁ 1  h₂ 2  ·        the upper half a hash, the lower the number of a key, from 1; 0 is free
struct KeyIndex: Sendable {
    private var slots: [UInt64]
    let keys: SortKeys
    private let hash = KeyHash()

    /// An index of keys, of which no two are equal.
    init(_ keys: SortKeys) {
        var size = 64
        while size / 4 * 3 < keys.count { size *= 2 }
        self.keys = keys
        slots = [UInt64](repeating: 0, count: size)
        for number in 0..<keys.count {
            let hash = hash(keys.bytes.span.extracting(keys.range(number)))
            var slot = Int(hash) & (size - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = UInt64(hash) << 32 | UInt64(number + 1)
        }
    }

    /// The numbers of keys; nil for those that there are not, and for those that consist only of nulls.
    func numbers(of others: SortKeys) -> [Int?] {
        let mask = slots.count - 1
        let hashes = (0..<others.count).map { hash(others.bytes.span.extracting(others.range($0))) }
        return hashes.enumerated().map { row, hash in
            guard !others.areNull[row] else { return nil }
            var slot = Int(hash) & mask
            while true {
                let found = slots[slot]
                guard found != 0 else { return nil }
                if UInt32(truncatingIfNeeded: found >> 32) == hash {
                    let number = Int(found & 0xFFFF_FFFF) - 1
                    if keys.compare(number, with: others, at: row) == 0 { return number }
                }
                slot = (slot + 1) & mask
            }
        }
    }
}
