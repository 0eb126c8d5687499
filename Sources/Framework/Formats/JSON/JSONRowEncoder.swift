package import Records

/// Encodes the records of batches as JSON objects.
///
/// The bytes of a record depend on the record alone, so a text is the same however its records are split into batches.
package struct JSONRowEncoder: Sendable {
    /// How objects are arranged.
    package enum Form: Sendable {
        /// One on each line.
        case lines
        /// Elements of an array, each after a comma and on its own line.
        case elements
        /// Elements of an array, each after a comma, with each member on its own line.
        case prettyElements
    }

    private let fields: [Field]
    /// For each column, where its key begins and ends in `keys`, and whether its texts are JSON.
    private let columns: [(key: Range<Int>, holdsJSON: Bool)]
    /// The key of each column with the comma before and the colon after it, `,"title":`, and sixteen bytes more.
    private let keys: [UInt8]
    private let form: Form
    /// Whether nulls are written; otherwise their keys are omitted.
    private let writesNulls: Bool
    /// The most bytes of a record without the bytes of its texts.
    private let mostOfRecord: Int
    private var metNoNumber = false

    /// An encoder of chosen columns.
    ///
    /// - Parameters:
    ///   - fields: The columns.
    ///   - schema: The columns of the batches.
    ///   - names: The keys of the columns.
    ///   - form: How objects are arranged.
    ///   - writesNulls: Whether nulls are written; otherwise their keys are omitted.
    package init(_ fields: [Field], of schema: Schema, names: [String], form: Form, writesNulls: Bool) {
        self.fields = fields
        self.form = form
        self.writesNulls = writesNulls
        var keys: [UInt8] = []
        columns = zip(fields, names).map { field, name in
            let start = keys.count
            keys += form == .prettyElements ? Array(",\n    ".utf8) : [UInt8(ascii: ",")]
            JSONText.append(name.utf8.span, to: &keys)
            keys += form == .prettyElements ? Array(": ".utf8) : [UInt8(ascii: ":")]
            return (start..<keys.count, schema.columns[field.index].holdsJSON)
        }
        let most = max(RawPen.mostOfReal, RawPen.mostOfInstant, ExactDecimal.mostBytes) + 3
        mostOfRecord = keys.count + fields.count * most + 16
        self.keys = keys + [UInt8](repeating: 0, count: 16)
    }

    /// Appends records.
    ///
    /// - Parameters:
    ///   - rows: The rows of the batch.
    ///   - batch: The batch.
    ///   - bytes: What to append to.
    package mutating func append(_ rows: Range<Int>, of batch: borrowing Batch, to bytes: inout [UInt8]) {
        let keys = keys
        batch.withMemory(of: fields) { columns in
            keys.withUnsafeBufferPointer { keys in
                guard let keys = keys.baseAddress else { return }
                var row = rows.lowerBound
                while row < rows.upperBound {
                    let (end, text) = RowBlock.end(from: row, upTo: rows.upperBound, columns: columns)
                    let most = (end - row) * mostOfRecord + RawPen.mostOfString(text)
                    RawPen.append(to: &bytes, atMost: most) { pen in
                        for row in row..<end { put(row, columns: columns, keys: keys, pen: &pen) }
                    }
                    row = end
                }
            }
        }
    }

    /// Whether a record held a number that JSON cannot express, since the last call.
    package mutating func takeNoNumber() -> Bool {
        defer { metNoNumber = false }
        return metNoNumber
    }

    @inline(__always)
    private mutating func put(
        _ row: Int,
        columns memory: UnsafeBufferPointer<ColumnMemory>,
        keys: UnsafePointer<UInt8>,
        pen: inout RawPen
    ) {
        switch form {
        case .lines: break
        case .elements: pen.put(",\n")
        case .prettyElements: pen.put(",\n  ")
        }
        let start = pen.next
        for index in memory.indices {
            let column = memory[index]
            let word = column.words[row]
            var isNull = false
            if let bits = column.bits { isNull = bits[row &>> 6] &>> UInt64(truncatingIfNeeded: row & 63) & 1 == 0 }
            // JSON has no not-a-number and no infinities.
            if column.kind == .real, !Double(bitPattern: word).isFinite { (isNull, metNoNumber) = (true, true) }
            if isNull, !writesNulls { continue }
            let (key, holdsJSON) = columns[index]
            pen.put(padded: keys + key.lowerBound, count: key.count)
            if isNull { pen.put("null") } else { put(word, of: column, holdsJSON: holdsJSON, pen: &pen) }
        }
        if pen.next == start {
            pen.put(UInt8(ascii: "{"))
        } else {
            // The first key was written with a comma.
            start.pointee = UInt8(ascii: "{")
            if form == .prettyElements { pen.put("\n  ") }
        }
        pen.put(UInt8(ascii: "}"))
        if form == .lines { pen.put(UInt8(ascii: "\n")) }
    }

    @inline(__always)
    private func put(_ word: UInt64, of column: ColumnMemory, holdsJSON: Bool, pen: inout RawPen) {
        switch column.kind {
        case .text:
            let (text, count) = (column.bytes + Int(word & 0xFFFF_FFFF), Int(word &>> 32))
            if holdsJSON { pen.put(value: text, count: count) } else { pen.put(paddedString: text, count: count) }
        case .integer: pen.put(integer: Int64(bitPattern: word))
        case .instant: put(quoted: &pen) { $0.put(instant: Int64(bitPattern: word)) }
        case .boolean: word != 0 ? pen.put("true") : pen.put("false")
        case .real: pen.put(real: Double(bitPattern: word))
        case .date: put(quoted: &pen) { $0.put(days: Int(Int32(truncatingIfNeeded: word))) }
        case .decimal: pen.put(decimal: word, of: column)
        case .bytes:
            let bytes = UnsafeBufferPointer(
                start: column.bytes + Int(word & 0xFFFF_FFFF),
                count: Int(word &>> 32)
            )
            put(quoted: &pen) { $0.put(base64: bytes) }
        }
    }

    /// Writes what needs no escapes, in quotes.
    @inline(__always)
    private func put(quoted pen: inout RawPen, write: (inout RawPen) -> Void) {
        pen.put(UInt8(ascii: "\""))
        write(&pen)
        pen.put(UInt8(ascii: "\""))
    }
}

extension RawPen {
    /// Writes a JSON value without its line ends, which are insignificant: within strings they are escaped.
    ///
    /// - Parameters:
    ///   - value: Valid UTF-8; sixteen bytes can be read from the start of each sixteen of them.
    ///   - count: The number of bytes.
    @inline(__always)
    fileprivate mutating func put(value: UnsafePointer<UInt8>, count: Int) {
        typealias Block = SIMD16<UInt8>
        var done = 0
        while done < count {
            let block = UnsafeRawPointer(value + done).loadUnaligned(as: Block.self)
            UnsafeMutableRawPointer(next).storeBytes(of: block, as: Block.self)
            let left = min(count &- done, 16)
            let ends = ByteMask.bits((block .== Block(repeating: 0x0A)) .| (block .== Block(repeating: 0x0D)))
            if ends & ((1 &<< UInt32(truncatingIfNeeded: left)) &- 1) == 0 {
                next += left
            } else {
                for index in done..<done &+ left where value[index] != 0x0A && value[index] != 0x0D {
                    put(value[index])
                }
            }
            done &+= left
        }
    }
}
