extension Batch {
    /// What the records were read from, for people: `watched-history-3.json`.
    ///
    /// What is set is where all records are from.
    public var origin: String {
        get { origins.text }
        set { origins = Origins(newValue) }
    }

    /// Says that the records that come next are from another place, and are numbered from 1 again.
    public mutating func begin(_ origin: String) {
        if isEmpty {
            origins = Origins(origin)
            numbers.next = 1
        } else {
            origins.others.append(Origins.Place(origin, firstNumber: numbers.next, shift: numbers.next &- 1))
        }
    }

    /// The number that the next appended record gets within its place, counted from 1.
    public mutating func number(from first: Int) {
        let first = UInt32(truncatingIfNeeded: first)
        if origins.others.isEmpty {
            numbers.next = first
        } else {
            origins.others[origins.others.count - 1].shift = numbers.next &- first
        }
    }

    /// The number of a record within the batch, which outlives filters.
    package func number(of row: Int) -> Int { Int(numbers[row]) }

    /// What the records that come next are read from.
    package var origins: Origins {
        get { numbers.current }
        set { numbers.current = newValue }
    }

    /// Where a record came from: `watched-history-3.json, record 17`.
    public func position(of row: Int) -> String { numbers.position(of: row) }
}
