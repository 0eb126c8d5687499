internal import Records

/// Combines records of several batches in any order; those of each batch are copied together.
struct RowGatherer {
    /// The rows taken of each batch, in the requested order.
    private var rows: [[UInt32]]
    /// The positions of the copied records of each batch.
    private var places: [[UInt32]]
    /// For each record its batch, and its index among the records taken of that batch.
    private var order: [(batch: Int, number: UInt32)] = []
    private var copied: Batch
    /// How many bytes of text the records have.
    private(set) var bytesOfText = 0

    /// A gatherer of records of this number of batches.
    init(_ schema: Schema, of batches: Int) {
        rows = [[UInt32]](repeating: [], count: batches)
        places = rows
        copied = Batch(schema)
    }

    /// The number of records.
    var count: Int { order.count }

    /// Adds a record, which has this number of bytes of text.
    mutating func add(_ row: Int, of batch: Int, text: Int) {
        bytesOfText &+= text
        order.append((batch, UInt32(truncatingIfNeeded: places[batch].count + rows[batch].count)))
        rows[batch].append(UInt32(truncatingIfNeeded: row))
    }

    /// Copies the records of a batch that is about to be released; another batch may take its number.
    mutating func copy(_ number: Int, from batch: borrowing Batch) {
        guard !rows[number].isEmpty else { return }
        let first = copied.count
        copied.append(rows[number], of: batch)
        rows[number] = []
        places[number] += (first..<copied.count).map { UInt32(truncatingIfNeeded: $0) }
    }

    /// The records in the order in which they were added.
    ///
    /// - Parameter batch: Returns the batch with a number.
    /// - Returns: The records.
    mutating func finish(_ batch: (Int) -> Batch) -> Batch {
        for number in rows.indices where !rows[number].isEmpty { copy(number, from: batch(number)) }
        return copied.gathered(order.map { places[$0.batch][Int($0.number)] })
    }
}
