/// Sorts the records of a buffer without moving them.
///
/// It sorts by the upper half of the key with a radix sort that skips the bytes that are equal in all keys (IDs and
/// dates leave three to six of eight), and then equal records by the lower half. Both are stable.
enum ExternalSortIndex {
    /// An index entry: the upper half of a record's key, and its offset.
    struct Entry: BitwiseCopyable {
        var high: UInt64
        var start: UInt32
    }

    static let entrySize = MemoryLayout<Entry>.stride

    /// Sorts an index; `scratch` has room for the same number of entries and is reused.
    static func sort(_ index: inout [Entry], of records: [UInt8], scratch: inout [Entry]) {
        sortByHigh(&index, scratch: &scratch)
        var first = 0
        while first < index.count {
            var end = first &+ 1
            while end < index.count, index[end].high == index[first].high { end &+= 1 }
            if end &- first > 1 { sortByLow(&index, in: first..<end, records: records) }
            first = end
        }
    }

    private static func sortByHigh(_ index: inout [Entry], scratch: inout [Entry]) {
        guard let first = index.first?.high else { return }
        var differing: UInt64 = 0
        for entry in index { differing |= entry.high ^ first }
        guard differing != 0 else { return }
        let missing = index.count - scratch.count
        if missing > 0 {
            scratch.append(contentsOf: repeatElement(Entry(high: 0, start: 0), count: missing))
        } else {
            scratch.removeLast(-missing)
        }
        for shift in stride(from: UInt64(0), to: 64, by: 8) where (differing >> shift) & 0xFF != 0 {
            distribute(index.span, into: &scratch, by: shift)
            swap(&index, &scratch)
        }
    }

    /// One pass of the radix sort: by one byte, stable.
    private static func distribute(_ index: Span<Entry>, into target: inout [Entry], by shift: UInt64) {
        var next = [Int](repeating: 0, count: 256)
        for position in index.indices { next[Int((index[position].high >> shift) & 0xFF)] &+= 1 }
        var sum = 0
        for byte in next.indices { (next[byte], sum) = (sum, sum &+ next[byte]) }
        var target = target.mutableSpan
        var places = next.mutableSpan
        for position in index.indices {
            let entry = index[position]
            let byte = Int((entry.high >> shift) & 0xFF)
            target[places[byte]] = entry
            places[byte] &+= 1
        }
    }

    private static func sortByLow(_ index: inout [Entry], in range: Range<Int>, records: [UInt8]) {
        func low(_ entry: Entry) -> UInt64 { ExternalSortRecord.low(records.span.bytes, at: Int(entry.start)) }
        guard range.count <= 12 else {
            // Offsets are in the order in which the records were added.
            index[range].sort { left, right in
                let (lowLeft, lowRight) = (low(left), low(right))
                return lowLeft != lowRight ? lowLeft < lowRight : left.start < right.start
            }
            return
        }
        for position in range.dropFirst() {
            let entry = index[position]
            let own = low(entry)
            var place = position
            while place > range.lowerBound, low(index[place &- 1]) > own {
                index[place] = index[place &- 1]
                place &-= 1
            }
            index[place] = entry
        }
    }
}
