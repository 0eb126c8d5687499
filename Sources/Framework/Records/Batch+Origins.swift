extension Batch {
    /// What the records were read from, for messages: `watched-history-3.json`.
    ///
    /// Setting it applies to all records.
    public var origin: String {
        get { origins.text }
        set { origins = Origins(newValue) }
    }

    /// States that the following records are from another place, and numbers them from 1 again.
    ///
    /// - Parameters:
    ///   - origin: The place: `diary.csv`.
    ///   - unit: What the numbers count, in the singular: with `line`, a position is `diary.csv, line 17`.
    public mutating func begin(_ origin: String, counting unit: String = "record") {
        let origin = Origins.name(origin, counting: unit)
        if isEmpty {
            origins = Origins(origin)
            numbers.next = 1
        } else {
            origins.others.append(Origins.Place(origin, firstNumber: numbers.next, shift: numbers.next &- 1))
        }
    }

    /// Sets the number of the next appended record within its place, counted from 1.
    public mutating func number(from first: Int) {
        let first = UInt32(truncatingIfNeeded: first)
        if origins.others.isEmpty {
            numbers.next = first
        } else {
            origins.others[origins.others.count - 1].shift = numbers.next &- first
        }
    }

    /// Numbers the last records individually: with the line on which each begins, for example.
    ///
    /// Before they were appended, `number(from:)` was called with the first of the numbers.
    ///
    /// - Parameter numbers: Their numbers within their place, in ascending order.
    package mutating func number(last numbers: [UInt32]) { self.numbers.renumber(last: numbers, of: count) }

    /// The number of a record within the batch, which filters do not change.
    public func number(of row: Int) -> Int { Int(numbers[row]) }

    /// What the following records are read from.
    package var origins: Origins {
        get { numbers.current }
        set { numbers.current = newValue }
    }

    /// Where a record came from: `watched-history-3.json, record 17`.
    public func position(of row: Int) -> String { numbers.position(of: row) }
}
