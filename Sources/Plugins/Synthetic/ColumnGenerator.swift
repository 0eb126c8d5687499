internal import Records

/// Fills a column: what a cell holds follows from the seed, the column's name and the row's number alone.
struct ColumnGenerator: Sendable {
    private let field: Field
    private let values: GeneratedColumn.Values
    private let nulls: Share
    private let draw: SteadyDraw
    private let words: [[UInt8]]

    /// A generator for a column that lies at `field`.
    init(_ column: GeneratedColumn, seed: Int, at field: Field) {
        self.field = field
        values = column.values
        nulls = column.nulls
        draw = SteadyDraw(seed: seed, name: column.name)
        if case .choice(let words) = column.values {
            self.words = words.map { Array($0.utf8) }
        } else {
            words = []
        }
    }

    /// Fills the cells of rows that are in the batch already.
    ///
    /// - Parameters:
    ///   - rows: The rows' numbers in the whole, from 0.
    ///   - first: The row of the batch that has the first of these numbers.
    ///   - batch: What to fill.
    func fill(_ rows: Range<Int>, from first: Int, in batch: inout Batch) {
        let shift = rows.lowerBound - first
        let (draw, field) = (draw, field)
        switch values {
        case .sequence(let start):
            for row in rows { batch.set(start &+ Int64(row), row &- shift, field) }
        case .integer(let range):
            let (lower, span) = (range.lowerBound, Self.span(of: range))
            for row in rows { batch.set(lower &+ Self.offset(draw[row], in: span), row &- shift, field) }
        case .instant(let range):
            let (lower, span) = (range.lowerBound, Self.span(of: range))
            for row in rows { batch.set(instant: lower &+ Self.offset(draw[row], in: span), row &- shift, field) }
        case .real(let range):
            let (lower, upper, width) = (range.lowerBound, range.upperBound, range.upperBound - range.lowerBound)
            for row in rows {
                // 53 bits are what a mantissa holds.
                let part = Double(draw[row] >> 11) * 0x1p-53
                batch.set(min(lower + part * width, upper), row &- shift, field)
            }
        case .boolean(let share):
            for row in rows { batch.set(share.contains(draw[row]), row &- shift, field) }
        case .choice:
            let limit = UInt64(words.count)
            for row in rows {
                let word = words[Int(draw[row].scaled(below: limit))]
                batch.set(utf8: word.span, row &- shift, field)
            }
        case .text(let lengths):
            fillText(rows, lengths, shift, in: &batch)
        }
        clearNulls(rows, shift, in: &batch)
    }

    /// How many steps there are from the lower end; all 64 bits where that is too many to count.
    private static func span(of range: ClosedRange<Int64>) -> UInt64? {
        let steps = UInt64(bitPattern: range.upperBound &- range.lowerBound)
        return steps == .max ? nil : steps + 1
    }

    @inline(__always)
    private static func offset(_ bits: UInt64, in span: UInt64?) -> Int64 {
        Int64(bitPattern: span.map { bits.scaled(below: $0) } ?? bits)
    }

    private func fillText(_ rows: Range<Int>, _ lengths: ClosedRange<Int>, _ shift: Int, in batch: inout Batch) {
        let limit = UInt64(lengths.count)
        var letters = [UInt8](repeating: 0, count: lengths.upperBound + Letters.inOneDraw)
        for row in rows {
            let bits = draw[row]
            let length = lengths.lowerBound + Int(bits.scaled(below: limit))
            Letters.fill(&letters, upTo: length, from: SteadyDraw(key: bits))
            batch.set(utf8: letters.span.extracting(0..<length), row &- shift, field)
        }
    }

    private func clearNulls(_ rows: Range<Int>, _ shift: Int, in batch: inout Batch) {
        guard nulls != .none else { return }
        let draw = draw.other
        for row in rows where nulls.contains(draw[row]) { batch.clear(row &- shift, field) }
    }
}
