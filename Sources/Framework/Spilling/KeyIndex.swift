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
        let hashes = (0..<others.count).map { hash(others.bytes.span.extracting(others.range($0))) }
        var numbers: [Int?] = []
        numbers.reserveCapacity(others.count)
        for first in stride(from: 0, to: others.count, by: rowsAtOnce) {
            let rows = first..<min(first + rowsAtOnce, others.count)
            touch(hashes[rows])
            for row in rows {
                let key = others.bytes.span.extracting(others.range(row))
                numbers.append(others.areNull[row] ? nil : number(of: key, hash: hashes[row]))
            }
        }
        return numbers
    }

    /// Reads the memory that looking up these keys will read: no read depends on another one, so that the processor
    /// fetches many in parallel.
    private func touch(_ hashes: ArraySlice<UInt32>) {
        guard keys.count > 1000 else { return }
        var sum = 0
        for hash in hashes {
            let number = max(slots[Int(hash) & (slots.count &- 1)] & 0xFFFF_FFFF, 1) &- 1
            sum &+= Int(keys.bytes[keys.starts[Int(number)]])
        }
        // Always so; without a use of the sum, nothing would be read.
        precondition(sum >= 0)
    }

    @inline(__always)
    private func number(of key: Span<UInt8>, hash: UInt32) -> Int? {
        let mask = slots.count &- 1
        var slot = Int(hash) & mask
        while true {
            let found = slots[slot]
            guard found != 0 else { return nil }
            if UInt32(truncatingIfNeeded: found >> 32) == hash {
                let number = Int(found & 0xFFFF_FFFF) - 1
                if SortKeys.areEqual(keys.bytes.span.extracting(keys.range(number)), key) { return number }
            }
            slot = (slot + 1) & mask
        }
    }
}
