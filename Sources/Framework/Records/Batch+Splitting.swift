extension Batch {
    /// Some of the records, with their numbers and their origins.
    public func part(_ rows: Range<Int>) -> Batch {
        var part = Batch(schema, capacity: rows.count)
        part.origins = origins
        for row in rows { part.append(row, of: self) }
        return part
    }
}

extension Batch {
    /// Some of the records, by their rows and in that order, with their numbers and their origins.
    public func part(_ rows: [Int]) -> Batch {
        var part = Batch(schema, capacity: rows.count)
        part.origins = origins
        for row in rows { part.append(row, of: self) }
        return part
    }
}

extension Batch {
    /// Takes out all records; what was rejected or filtered stays noted.
    public mutating func removeRecords() { truncate(to: 0) }
}
