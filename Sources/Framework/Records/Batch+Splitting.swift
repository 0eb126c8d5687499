extension Batch {
    /// A range of the records, with their numbers and their origins.
    public func part(_ rows: Range<Int>) -> Batch {
        precondition(0 <= rows.lowerBound && rows.upperBound <= count, "there are no such rows")
        var numbers = numbers
        numbers.keep(rows)
        return Batch(schema, columns: columns.map { $0.part(rows) }, count: rows.count, numbers: numbers)
    }

    /// The records of a list of rows, with their numbers and their origins; their text is shared.
    ///
    /// They are in the order of the list, and a row may occur several times.
    ///
    /// - Precondition: The rows exist.
    public func gathered(_ rows: [UInt32]) -> Batch {
        check(rows)
        return rows.withUnsafeBufferPointer { list in
            var numbers = numbers
            numbers.gather(list)
            return Batch(schema, columns: columns.map { $0.gathered(list) }, count: list.count, numbers: numbers)
        }
    }

    /// Removes all records; rejections and filtered counts stay.
    public mutating func removeRecords() { truncate(to: 0) }

    func check(_ rows: [UInt32]) {
        var largest: UInt32 = 0
        for row in rows { largest = max(largest, row) }
        precondition(rows.isEmpty || Int(largest) < count, "there is no such row")
    }
}
