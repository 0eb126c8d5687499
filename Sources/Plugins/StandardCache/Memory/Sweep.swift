/// Goes round the slots of a table, one at a time, for those whose time is over; it rests while there can be none.
struct Sweep {
    /// Before this time nothing is over.
    private(set) var earliest = Int64.max
    /// The earliest end among those that this round has passed, and those that came during it.
    private var earliestPassed = Int64.max
    private var hand = 0

    /// Takes note of a new entry's end.
    mutating func expect(_ end: Int64) {
        earliest = min(earliest, end)
        earliestPassed = min(earliestPassed, end)
    }

    /// The slot to look at, of so many.
    mutating func next(of count: Int) -> Int {
        if hand >= count {
            // A round is done: what is left ends no earlier than what was passed.
            earliest = earliestPassed
            earliestPassed = .max
            hand = 0
        }
        defer { hand += 1 }
        return hand
    }

    /// Takes note of the end of an entry that was looked at and stays.
    mutating func pass(_ end: Int64) { earliestPassed = min(earliestPassed, end) }
}
