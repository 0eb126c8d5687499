import Expressions

/// The conditions of the benchmark as loops by hand, which list the rows without a branch.
struct HandLoops {
    private let a, b, c, x, y, d, n: Field
    private let watchBytes = Array("watch".utf8)

    init(_ schema: Schema) {
        func field(_ name: String) -> Field { schema.optionalField(name) ?? Field(index: 0, kind: .integer) }
        (a, b, c, x, y, d, n) = (
            field("a"), field("b"), field("c"), field("x"), field("y"), field("d"), field("n")
        )
    }

    func example(_ batch: Batch) -> Int {
        let (hasOne, hasTwo, hasThree) = (batch[presence: a], batch[presence: b], batch[presence: c])
        return batch[integers: a].withUnsafeBufferPointer { one in
            batch[integers: b].withUnsafeBufferPointer { two in
                batch[integers: c].withUnsafeBufferPointer { three in
                    var rows = [UInt32](repeating: 0, count: one.count + 1)
                    var kept = 0
                    for row in 0..<one.count {
                        rows[kept] = UInt32(truncatingIfNeeded: row)
                        let isChosen =
                            hasOne[row] && hasTwo[row] && hasThree[row] && (one[row] &+ two[row]) &* 2 > three[row]
                            && batch.text(row, in: d, equals: watchBytes)
                        kept &+= isChosen ? 1 : 0
                    }
                    return kept
                }
            }
        }
    }

    func more(_ batch: Batch) -> Int {
        batch[integers: n].withUnsafeBufferPointer { numbers in
            var rows = [UInt32](repeating: 0, count: numbers.count + 1)
            return rows.withUnsafeMutableBufferPointer { rows in
                var kept = 0
                for row in 0..<numbers.count {
                    rows[kept] = UInt32(truncatingIfNeeded: row)
                    kept &+= numbers[row] > 500 ? 1 : 0
                }
                return kept
            }
        }
    }

    func ordered(_ batch: Batch) -> Int {
        let (hasLeft, hasRight) = (batch[presence: x], batch[presence: y])
        return batch[reals: x].withUnsafeBufferPointer { left in
            batch[reals: y].withUnsafeBufferPointer { right in
                var rows = [UInt32](repeating: 0, count: left.count + 1)
                return rows.withUnsafeMutableBufferPointer { rows in
                    var kept = 0
                    for row in 0..<left.count {
                        rows[kept] = UInt32(truncatingIfNeeded: row)
                        kept &+= hasLeft[row] && hasRight[row] && left[row] <= right[row] ? 1 : 0
                    }
                    return kept
                }
            }
        }
    }

    func watch(_ batch: Batch) -> Int {
        var rows = [UInt32](repeating: 0, count: batch.count + 1)
        var kept = 0
        for row in 0..<batch.count {
            rows[kept] = UInt32(truncatingIfNeeded: row)
            kept &+= batch.text(row, in: d, equals: watchBytes) ? 1 : 0
        }
        return kept
    }
}
