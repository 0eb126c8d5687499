/// Walks the slots of a table in a circle, one at a time, to find expired entries; it pauses while there cannot be any.
struct Sweep {
    /// No entry expires before this time.
    private(set) var earliest = Int64.max
    /// The earliest end among the entries that this round has passed or that were added during it.
    private var earliestPassed = Int64.max
    private var hand = 0

    /// Notes the end of a new entry.
    mutating func expect(_ end: Int64) {
        earliest = min(earliest, end)
        earliestPassed = min(earliestPassed, end)
    }

    /// The next slot to check, of `count`.
    mutating func next(of count: Int) -> Int {
        if hand >= count {
            // A round is complete: no remaining entry ends before this.
            earliest = earliestPassed
            earliestPassed = .max
            hand = 0
        }
        defer { hand += 1 }
        return hand
    }

    /// Notes the end of an entry that was checked and stays.
    mutating func pass(_ end: Int64) { earliestPassed = min(earliestPassed, end) }
}
