internal import Formats
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
            fill(rows, into: &out)
            guard nulls != .none else { return }
            // Where nulls are is drawn apart, so that the other values are the same without them.
            let draw = draw.other
            for row in rows where nulls.contains(draw[row]) { out.makeNull(row - rows.lowerBound) }
        }
    }

    private func fill(_ rows: Range<Int>, into out: inout ColumnBuilder) {
        let draw = draw
        switch values {
        case .sequence(let start):
            for row in rows { out.append(start &+ Int64(row)) }
        case .integer(let range):
            let (lower, span) = (range.lowerBound, Self.span(of: range))
            for row in rows { out.append(lower &+ Self.offset(draw[row], in: span)) }
        case .instant(let range, let step):
            let steps = (range.upperBound - range.lowerBound) / step
            let (lower, span) = (range.lowerBound, Self.span(of: 0...steps))
            for row in rows { out.append(instant: lower &+ Self.offset(draw[row], in: span) &* step) }
        case .date(let range):
            let (lower, limit) = (range.lowerBound, UInt64(range.count))
            for row in rows { out.append(date: lower &+ Int32(truncatingIfNeeded: draw[row].scaled(below: limit))) }
        case .decimal(let range): fillDecimals(rows, in: range, into: &out)
        case .bytes(let lengths): fillBytes(rows, lengths: lengths, into: &out)
        case .list(let lengths): fillLists(rows, lengths: lengths, into: &out)
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
            fillText(rows, lengths: lengths, into: &out)
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

    private func fillDecimals(_ rows: Range<Int>, in range: ClosedRange<ExactDecimal>, into out: inout ColumnBuilder) {
        let (lower, scale) = (range.lowerBound.coefficient, range.lowerBound.scale)
        // At most 2 · 10³⁸, which 128 bits hold without a sign.
        let last = UInt128(truncatingIfNeeded: range.upperBound.coefficient) &- UInt128(truncatingIfNeeded: lower)
        for row in rows {
            let bits = SteadyDraw(key: draw[row])
            let random = UInt128(bits[1]) << 64 | UInt128(bits[2])
            let offset = random.multipliedFullWidth(by: last + 1).high
            let coefficient = lower &+ Int128(truncatingIfNeeded: offset)
            // Between the two ends, a number always is one.
            out.append(ExactDecimal(coefficient: coefficient, scale: scale) ?? range.lowerBound)
        }
    }

    private func fillBytes(_ rows: Range<Int>, lengths: ClosedRange<Int>, into out: inout ColumnBuilder) {
        let limit = UInt64(lengths.count)
        var bytes = [UInt8](repeating: 0, count: lengths.upperBound + 8)
        for row in rows {
            let length = lengths.lowerBound + Int(draw[row].scaled(below: limit))
            let bits = SteadyDraw(key: draw[row])
            for start in stride(from: 0, to: length, by: 8) {
                for index in 0..<8 {
                    bytes[start + index] = UInt8(truncatingIfNeeded: bits[1 + start / 8] >> UInt64(8 * index))
                }
            }
            out.append(bytes: bytes.span.extracting(0..<length))
        }
    }

    private func fillLists(_ rows: Range<Int>, lengths: ClosedRange<Int>, into out: inout ColumnBuilder) {
        let limit = UInt64(lengths.count)
        var list: [UInt8] = []
        for row in rows {
            let length = lengths.lowerBound + Int(draw[row].scaled(below: limit))
            let bits = SteadyDraw(key: draw[row])
            list.removeAll(keepingCapacity: true)
            list.append(UInt8(ascii: "["))
            for index in 0..<length {
                if index > 0 { list.append(UInt8(ascii: ",")) }
                DecimalText.append(Int64(bits[1 + index].scaled(below: 100)), to: &list)
            }
            list.append(UInt8(ascii: "]"))
            out.append(utf8: list.span)
        }
    }

    private func fillText(_ rows: Range<Int>, lengths: ClosedRange<Int>, into out: inout ColumnBuilder) {
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
