internal import PluginKit

/// Adds whole or decimal numbers up, for their sum or mean, without rounding before the end.
final class WholeSumAccumulator: Accumulator {
    private struct Sum {
        // Two halves, as in `ExactDecimal`.
        var low: UInt64 = 0
        var high: Int64 = 0
        var count: Int64 = 0
        var scale: Int32 = 0
        /// The largest scale of all numbers, those in a `DecimalSum` too.
        var largestScale: Int32 = 0

        var number: Int128 {
            get { Int128(high) << 64 | Int128(low) }
            set {
                low = UInt64(truncatingIfNeeded: newValue)
                high = Int64(truncatingIfNeeded: newValue >> 64)
            }
        }

        /// Adds a number divided by 10 to the power of `scale`.
        ///
        /// - Returns: Whether it fits; if not, nothing was added.
        mutating func add(_ number: Int128, scale: Int) -> Bool {
            let scale = Int32(truncatingIfNeeded: scale)
            largestScale = max(largestScale, scale)
            var (own, other) = (self.number, number)
            if scale > self.scale {
                guard Self.raise(&own, by: scale - self.scale) else { return false }
            } else if scale < self.scale {
                guard Self.raise(&other, by: self.scale - scale) else { return false }
            }
            let (sum, isOver) = own.addingReportingOverflow(other)
            guard !isOver else { return false }
            self.number = sum
            self.scale = max(self.scale, scale)
            return true
        }

        /// The mean, if one division of two numbers that need no rounding gives it.
        var simpleMean: Double? {
            let most: Int128 = 1 << 53
            guard scale < 16, (-most...most).contains(number) else { return nil }
            let divisor = (0..<scale).reduce(Int128(count)) { power, _ in power * 10 }
            return divisor <= most ? Double(number) / Double(divisor) : nil
        }

        /// Multiplies by a power of ten; returns whether there is room.
        private static func raise(_ number: inout Int128, by digits: Int32) -> Bool {
            for _ in 0..<digits {
                let (product, isOver) = number.multipliedReportingOverflow(by: 10)
                guard !isOver else { return false }
                number = product
            }
            return true
        }
    }

    private let field: Field
    private var sums: [Sum] = []
    /// What did not fit into the sums of the groups.
    private var wide: [Int: DecimalSum] = [:]

    init(_ field: Field) { self.field = field }

    var memory: Int { MemoryLayout<Sum>.stride * sums.count * 3 / 2 + wide.count * 160 }

    func grow(to count: Int) {
        if sums.count < count { sums.append(contentsOf: repeatElement(Sum(), count: count - sums.count)) }
    }

    func removeAll() {
        sums.removeAll(keepingCapacity: true)
        wide = [:]
    }

    func add(_ batch: borrowing Batch, groups: [UInt32]) {
        let presence = batch[presence: field]
        if field.kind == .integer {
            let integers = batch[integers: field]
            for row in 0..<groups.count where presence[row] {
                add(Int128(integers[row]), scale: 0, to: Int(groups[row]))
            }
        } else {
            let decimals = batch[decimals: field]
            for row in 0..<groups.count {
                guard let decimal = decimals[row] else { continue }
                add(decimal.coefficient, scale: decimal.scale, to: Int(groups[row]))
            }
        }
    }

    @inline(__always)
    private func add(_ number: Int128, scale: Int, to group: Int) {
        sums[group].count &+= 1
        if !sums[group].add(number, scale: scale) { wide[group, default: DecimalSum()].add(number, scale: scale) }
    }

    func write(_ group: Int, to writer: inout StateWriter) {
        let sum = sums[group]
        writer.write(bits: sum.low)
        writer.write(sum.high)
        writer.write(sum.count)
        writer.write(Int64(sum.scale))
        writer.write(Int64(sum.largestScale))
        wide[group].write(to: &writer)
    }

    func merge(into group: Int, from reader: inout StateReader) throws(Diagnostic) {
        let (low, high) = (try reader.readBits(), try reader.readInteger())
        let (count, scale, largest) = (
            try reader.readInteger(), try reader.readInteger(), try reader.readInteger()
        )
        guard 0...Int64(ExactDecimal.mostDigits) ~= largest, 0...largest ~= scale else { throw StateReader.damaged }
        let number = Int128(high) << 64 | Int128(low)
        if !sums[group].add(number, scale: Int(scale)) {
            wide[group, default: DecimalSum()].add(number, scale: Int(scale))
        }
        sums[group].count &+= count
        sums[group].largestScale = max(sums[group].largestScale, Int32(truncatingIfNeeded: largest))
        if let other = try DecimalSum?(from: &reader) { wide[group, default: DecimalSum()].add(other) }
    }

    func finish(_ group: Int, into row: inout RowWriter, field: Field, isMean: Bool) -> String? {
        let sum = sums[group]
        guard sum.count > 0 else { return nil }
        if field.kind == .integer {
            guard let integer = Int64(exactly: sum.number) else { return "the sum has more than 64 bits" }
            row.set(integer, in: field)
            return nil
        }
        if field.kind == .decimal, wide[group] == nil, sum.scale == sum.largestScale,
            let decimal = ExactDecimal(coefficient: sum.number, scale: Int(sum.scale))
        {
            row.set(decimal, in: field)
            return nil
        }
        if field.kind == .real, wide[group] == nil, let mean = sum.simpleMean {
            row.set(mean, in: field)
            return nil
        }
        var whole = wide[group] ?? DecimalSum()
        whole.add(sum.number, scale: Int(sum.scale))
        if field.kind == .real {
            row.set(whole.mean(of: sum.count), in: field)
        } else if let decimal = whole.decimal(scale: Int(sum.largestScale)) {
            row.set(decimal, in: field)
        } else {
            return "the sum has more than 38 digits"
        }
        return nil
    }
}
