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

    /// Fills the cells of as many rows, from the next one on.
    ///
    /// - Parameters:
    ///   - rows: The rows' numbers in the whole, from 0.
    ///   - writer: What to fill.
    func fill(_ rows: Range<Int>, with writer: inout RowWriter) {
        writer.fill(field) { out in
            fill(rows, &out)
            guard nulls != .none else { return }
            // Where nulls are is drawn apart, so that the other values are the same without them.
            let draw = draw.other
            for row in rows where nulls.contains(draw[row]) { out.makeNull(row - rows.lowerBound) }
        }
    }

    private func fill(_ rows: Range<Int>, _ out: inout ColumnBuilder) {
        let draw = draw
        switch values {
        case .sequence(let start):
            for row in rows { out.append(start &+ Int64(row)) }
        case .integer(let range):
            let (lower, span) = (range.lowerBound, Self.span(of: range))
            for row in rows { out.append(lower &+ Self.offset(draw[row], in: span)) }
        case .instant(let range):
            let (lower, span) = (range.lowerBound, Self.span(of: range))
            for row in rows { out.append(instant: lower &+ Self.offset(draw[row], in: span)) }
        case .real(let range):
            let (lower, upper, width) = (range.lowerBound, range.upperBound, range.upperBound - range.lowerBound)
            for row in rows {
                // 53 bits are what a mantissa holds.
                let part = Double(draw[row] >> 11) * 0x1p-53
                out.append(min(lower + part * width, upper))
            }
        case .boolean(let share):
            for row in rows { out.append(share.contains(draw[row])) }
        case .choice:
            let limit = UInt64(words.count)
            for row in rows {
                let word = words[Int(draw[row].scaled(below: limit))]
                out.append(utf8: word.span)
            }
        case .text(let lengths):
            fillText(rows, lengths, &out)
        }
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

    private func fillText(_ rows: Range<Int>, _ lengths: ClosedRange<Int>, _ out: inout ColumnBuilder) {
        let limit = UInt64(lengths.count)
        var letters = [UInt8](repeating: 0, count: lengths.upperBound + Letters.inOneDraw)
        for row in rows {
            let bits = draw[row]
            let length = lengths.lowerBound + Int(bits.scaled(below: limit))
            Letters.fill(&letters, upTo: length, from: SteadyDraw(key: bits))
            out.append(utf8: letters.span.extracting(0..<length))
        }
    }
}
