public import Diagnostics

/// Batches are stored column by column, with the numbers and origins of their records, and with rejections and filtered
/// counts.
///
///     columns   name kind …
///     origins; 1 and the place of each record's, or 0
///     next number, count; 1 and the number of each record, or 0 and the first
///     of each column: how many nulls; with some, the bits; then the values that are not null:
///         numbers one after the other, reals in eight bytes each; of texts their lengths, then all bytes
///     rejected, filtered and remarks; the count of a remark is stored as its complement, which is negative
///
/// The same records give the same bytes, whatever their layout in memory: only the parts of heaps that records refer to
/// are written.
extension Batch {
    /// Appends the batch.
    public func write(to writer: inout StateWriter) {
        writer.write(Int64(schema.width))
        for column in schema.columns {
            column.name.write(to: &writer)
            column.kind.rawValue.write(to: &writer)
        }
        // A batch without columns has no other bytes per record.
        numbers.write(to: &writer, count: count, isListed: schema.width == 0)
        for column in columns { column.write(count, to: &writer) }
        writer.write(Int64(rejections.count))
        for rejection in rejections { rejection.write(to: &writer) }
        writer.write(Int64(filtered.count + remarks.count))
        for filtered in filtered {
            filtered.reason.write(to: &writer)
            writer.write(Int64(filtered.count))
        }
        for remark in remarks {
            remark.words.write(to: &writer)
            writer.write(Int64(~remark.count))
        }
    }

    /// Reads a batch with these columns.
    ///
    /// - Throws: `checkpoint.state` if the bytes are not a batch, or one with other columns.
    public init(_ schema: Schema, from reader: inout StateReader) throws(Diagnostic) {
        guard try reader.readCount() == schema.width else { throw StateReader.damaged }
        for column in schema.columns {
            let (name, kind) = (try String(from: &reader), try String(from: &reader))
            guard name == column.name, kind == column.kind.rawValue else { throw StateReader.damaged }
        }
        let (numbers, count) = try RowNumbers.read(from: &reader, isListed: schema.width == 0)
        var columns: [Column] = []
        for column in schema.columns { columns.append(try Column(column.kind, count: count, from: &reader)) }
        self.init(schema, columns: columns, count: count, numbers: numbers)
        for _ in 0..<(try reader.readCount()) { rejections.append(try Rejection(from: &reader)) }
        for _ in 0..<(try reader.readCount()) {
            let (words, count) = (try String(from: &reader), try Int(from: &reader))
            if count < 0 {
                remarks.append(Remark(words, count: ~count))
            } else {
                filtered.append(Filtered(words, count: count))
            }
        }
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
