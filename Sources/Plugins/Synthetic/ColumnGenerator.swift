internal import Formats
internal import Records

/// Fills a column: a cell depends only on the seed, the column's name and the row's number.
struct ColumnGenerator: Sendable {
    private let field: Field
    private let values: GeneratedColumn.Values
    private let nulls: Share
    private let draw: SteadyDraw
    private let words: [[UInt8]]

    /// Creates a generator for the column at `field`.
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

    /// Fills the cells of rows, from the next one on.
    ///
    /// - Parameters:
    ///   - rows: The numbers of the rows in the whole source, from 0.
    ///   - writer: The rows to fill.
    func fill(_ rows: Range<Int>, with writer: inout RowWriter) {
        writer.fill(field) { out in
            fill(rows, into: &out)
            guard nulls != .none else { return }
            // Nulls are drawn separately, so that the other values do not depend on them.
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
                // A mantissa has 53 bits.
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

    /// The number of steps in the range; nil if all 64 bits are used.
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
        // At most 2 · 10³⁸, which fits into 128 unsigned bits.
        let last = UInt128(truncatingIfNeeded: range.upperBound.coefficient) &- UInt128(truncatingIfNeeded: lower)
        for row in rows {
            let bits = SteadyDraw(key: draw[row])
            let random = UInt128(bits[1]) << 64 | UInt128(bits[2])
            let offset = random.multipliedFullWidth(by: last + 1).high
            let coefficient = lower &+ Int128(truncatingIfNeeded: offset)
            // A coefficient between the two ends is always valid.
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
