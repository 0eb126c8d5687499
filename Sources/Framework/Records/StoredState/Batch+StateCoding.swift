package import Diagnostics

/// Batches are stored with their columns, the numbers of their records, and what was rejected and filtered.
///
///     columns   name kind …
///     first origin; of each other its name, first number, shift
///     next number, count
///     numbers   one a record
///     cells     tag, value; of a text its length
///     text      of all cells, one behind the other
///     rejected, filtered and remarks; the count of a remark is stored as its complement, which is negative
extension Batch {
    /// Appends the batch.
    package func write(to writer: inout StateWriter) {
        writer.write(Int64(schema.width))
        for column in schema.columns {
            column.name.write(to: &writer)
            column.kind.rawValue.write(to: &writer)
        }
        let contents = contents
        contents.origins.write(to: &writer)
        writer.write(Int64(contents.nextNumber))
        writer.write(Int64(contents.numbers.count))
        writer.write(contents.numbers, numbersInEach: 1) { $1.write(Int64($0)) }
        var text = UsedText()
        writer.write(contents.cells, numbersInEach: 2) { cell, room in
            room.write(cell.tag)
            switch cell {
            case .null, .boolean: break
            case .integer(let value), .instant(let value): room.write(value)
            case .real(let value): room.write(bits: value.bitPattern)
            case .date(let value): room.write(Int64(value))
            case .text(let start, let count), .bytes(let start, let count):
                room.write(Int64(count))
                text.add(Int(start)..<Int(start) + Int(count))
            case .decimal(let start, let scale):
                room.write(Int64(scale))
                text.add(Int(start)..<Int(start) + 16)
            }
        }
        writer.write(text.stretches, of: contents.text.span)
        writer.write(Int64(contents.rejections.count))
        for rejection in contents.rejections { rejection.write(to: &writer) }
        writer.write(Int64(contents.filtered.count + contents.remarks.count))
        for filtered in contents.filtered {
            filtered.reason.write(to: &writer)
            writer.write(Int64(filtered.count))
        }
        for remark in contents.remarks {
            remark.words.write(to: &writer)
            writer.write(Int64(~remark.count))
        }
    }

    /// Reads a batch with these columns.
    ///
    /// - Throws: `checkpoint.state` if the bytes are no batch, or one with other columns.
    package init(_ schema: Schema, from reader: inout StateReader) throws(Diagnostic) {
        guard try reader.readCount() == schema.width else { throw StateReader.damaged }
        for column in schema.columns {
            let (name, kind) = (try String(from: &reader), try String(from: &reader))
            guard name == column.name, kind == column.kind.rawValue else { throw StateReader.damaged }
        }
        var contents = Contents()
        contents.origins = try Origins(from: &reader)
        contents.nextNumber = try UInt32(from: &reader)
        let count = try reader.readCount()
        contents.numbers.reserveCapacity(count)
        for _ in 0..<count { contents.numbers.append(try UInt32(from: &reader)) }
        var end = 0
        for _ in 0..<count {
            for column in schema.columns { contents.cells.append(try Cell(column.kind, &end, from: &reader)) }
        }
        contents.text = try reader.readBytes()
        guard contents.text.count == end, contents.hasWholeText else { throw StateReader.damaged }
        for _ in 0..<(try reader.readCount()) { contents.rejections.append(try Rejection(from: &reader)) }
        for _ in 0..<(try reader.readCount()) {
            let (words, count) = (try String(from: &reader), try Int(from: &reader))
            if count < 0 {
                contents.remarks.append(Remark(words, ~count))
            } else {
                contents.filtered.append(Filtered(words, count))
            }
        }
        self.init(schema, contents)
    }
}

/// The stretches of a batch's text that its cells use, in the order of the cells.
///
/// What was overwritten or filtered lies in the text still, and is not stored. As a rule the text of one cell follows that
/// of the one before, so that all of it is one stretch.
private struct UsedText {
    private(set) var stretches: [Range<Int>] = []

    mutating func add(_ range: Range<Int>) {
        if let last = stretches.last, last.upperBound == range.lowerBound {
            stretches[stretches.count - 1] = last.lowerBound..<range.upperBound
        } else if !range.isEmpty {
            stretches.append(range)
        }
    }
}

extension Batch.Contents {
    /// Whether each text is UTF-8, and each decimal number one that there is.
    fileprivate var hasWholeText: Bool {
        cells.allSatisfy { cell in
            switch cell {
            case .text(let start, let count):
                return String(validating: text[Int(start)..<Int(start) + Int(count)], as: UTF8.self) != nil
            case .decimal(let start, let scale):
                let coefficient = text[Int(start)..<Int(start) + 16].reversed().reduce(0) { $0 << 8 | UInt128($1) }
                return ExactDecimal(coefficient: Int128(truncatingIfNeeded: coefficient), scale: Int(scale)) != nil
            default: return true
            }
        }
    }
}

extension Batch.Cell {
    fileprivate var tag: Int64 {
        switch self {
        case .null: 0
        case .boolean(let value): value ? 2 : 1
        case .integer: 3
        case .real: 4
        case .text: 5
        // 6 was an instant in milliseconds.
        case .instant: 7
        case .date: 8
        case .decimal: 9
        case .bytes: 10
        }
    }

    /// Reads a cell of a column; a text begins at `end` and moves it on.
    fileprivate init(_ kind: Schema.Kind, _ end: inout Int, from reader: inout StateReader) throws(Diagnostic) {
        switch (try reader.readInteger(), kind) {
        case (0, _): self = .null
        case (1, .boolean): self = .boolean(false)
        case (2, .boolean): self = .boolean(true)
        case (3, .integer): self = .integer(try reader.readInteger())
        case (4, .real): self = .real(Double(bitPattern: try reader.readBits()))
        case (5, .text):
            let count = try reader.readCount()
            guard end + count <= Batch.maximumBytesOfText else { throw StateReader.damaged }
            self = .text(start: UInt32(end), count: UInt32(count))
            end += count
        case (7, .instant): self = .instant(try reader.readInteger())
        case (8, .date): self = .date(try Int32(from: &reader))
        case (9, .decimal):
            let scale = try UInt32(from: &reader)
            guard end + 16 <= Batch.maximumBytesOfText else { throw StateReader.damaged }
            self = .decimal(start: UInt32(end), scale: scale)
            end += 16
        case (10, .bytes):
            let count = try reader.readCount()
            guard end + count <= Batch.maximumBytesOfText else { throw StateReader.damaged }
            self = .bytes(start: UInt32(end), count: UInt32(count))
            end += count
        default: throw StateReader.damaged
        }
    }
}

extension Origins {
    fileprivate func write(to writer: inout StateWriter) {
        first.write(to: &writer)
        writer.write(Int64(others.count))
        for other in others {
            other.name.write(to: &writer)
            writer.write(Int64(other.firstNumber))
            writer.write(Int64(other.shift))
        }
    }

    fileprivate init(from reader: inout StateReader) throws(Diagnostic) {
        let first = try String(from: &reader)
        var others: [Place] = []
        for _ in 0..<(try reader.readCount()) {
            let name = try String(from: &reader)
            others.append(Place(name, firstNumber: try UInt32(from: &reader), shift: try UInt32(from: &reader)))
        }
        self.init(first, others)
    }
}

extension Rejection {
    fileprivate func write(to writer: inout StateWriter) {
        for text in [code, reason, position] { text.write(to: &writer) }
        writer.write(Int64(record.count))
        for item in record {
            item.name.write(to: &writer)
            item.value.write(to: &writer)
        }
    }

    fileprivate init(from reader: inout StateReader) throws(Diagnostic) {
        let (code, reason, position) = (
            try String(from: &reader), try String(from: &reader), try String(from: &reader)
        )
        var record: [Item] = []
        for _ in 0..<(try reader.readCount()) {
            record.append(Item(name: try String(from: &reader), value: try Value(from: &reader)))
        }
        self.init(code: code, reason: reason, position: position, record: record)
    }
}
