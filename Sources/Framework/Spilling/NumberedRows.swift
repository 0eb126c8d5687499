public import Diagnostics
public import PluginKit
public import Records

/// Records with numbers, sorted by keys that the caller makes, which may exceed memory.
///
///     entry   key   and as its value: the number in eight bytes, the length of the key's first part in four, the cells
public struct NumberedRows: Sendable {
    private let schema: Schema
    private let coding: RowCoding
    private var entries: SortedEntries

    private static let head = 12

    /// Creates an empty sort.
    ///
    /// - Parameters:
    ///   - schema: The columns of the records.
    ///   - memory: The approximate memory limit in bytes.
    ///   - files: Where records beyond that are stored.
    public init(_ schema: Schema, memory: Int, in files: SpillFolder) {
        self.init(schema, entries: SortedEntries(memory: memory, in: files))
    }

    /// The main memory of the rows in bytes, used or not.
    public var bytesInMemory: Int { entries.bytesInMemory }

    private init(_ schema: Schema, entries: SortedEntries) {
        self.schema = schema
        self.entries = entries
        coding = RowCoding(schema)
    }

    /// Appends the key of a number: keys compare as numbers that are not negative do.
    public static func append(_ number: Int64, to key: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { key.append(contentsOf: $0) }
    }

    /// Adds records.
    ///
    /// - Parameters:
    ///   - batch: The batch that has them.
    ///   - rows: Their rows.
    ///   - first: The number of the first record of the batch.
    ///   - appendKey: Appends the key of a row, and returns how many of its bytes state which records are equal.
    /// - Throws: `file.*`, `batch.text`.
    public mutating func add(
        _ batch: borrowing Batch,
        rows: [UInt32],
        from first: Int64,
        appendKey: (Int, inout [UInt8]) -> Int
    ) throws(Diagnostic) {
        guard !rows.isEmpty else { return }
        try batch.checkText()
        var failure: Diagnostic?
        var key: [UInt8] = []
        batch.withMemory(of: schema.fields) { columns in
            do throws(Diagnostic) {
                for row in rows {
                    key.removeAll(keepingCapacity: true)
                    let part = appendKey(Int(row), &key)
                    let most = key.count + Self.head + coding.most(Int(row), of: columns)
                    guard most <= EntryArena.largest else { throw SortedEntries.tooLarge }
                    entries.append(atMost: most) { target in
                        key.withUnsafeBufferPointer { bytes in
                            if let source = bytes.baseAddress { target.update(from: source, count: bytes.count) }
                        }
                        let value = target + key.count
                        let raw = UnsafeMutableRawPointer(value)
                        raw.storeBytes(of: first + Int64(row), as: Int64.self)
                        raw.storeBytes(of: UInt32(truncatingIfNeeded: part), toByteOffset: 8, as: UInt32.self)
                        return (key.count, Self.head + coding.write(Int(row), of: columns, to: value + Self.head))
                    }
                    if row & 63 == 63 { try entries.spillIfFull() }
                }
                try entries.spillIfFull()
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    /// Of the next records that are equal in the first part of their keys, moves the first or the last one to a sort by
    /// their numbers.
    ///
    /// - Parameters:
    ///   - others: The sort by numbers.
    ///   - last: Whether the last one is moved.
    ///   - count: After how many records it stops.
    /// - Returns: Whether all records were moved.
    /// - Throws: `spill.damaged`, `file.*`.
    public mutating func moveKept(to others: inout NumberedRows, last: Bool, atMost count: Int) throws -> Bool {
        var (first, value, number) = ([UInt8](), [UInt8](), [UInt8]())
        var left = count
        while left > 0, try !entries.isAtEnd() {
            var isFirst = true
            while try isFirst || entries.startsNext(with: first.span) {
                _ = try entries.next { key, next in
                    guard next.count >= Self.head else { throw StateReader.damaged }
                    if isFirst {
                        let part = Int(next.bytes.unsafeLoadUnaligned(fromByteOffset: 8, as: UInt32.self))
                        guard part <= key.count else { throw StateReader.damaged }
                        first.removeAll(keepingCapacity: true)
                        key.extracting(0..<part).withUnsafeBufferPointer { first.append(contentsOf: $0) }
                    }
                    guard isFirst || last else { return }
                    value.removeAll(keepingCapacity: true)
                    next.withUnsafeBufferPointer { value.append(contentsOf: $0) }
                }
                isFirst = false
                left -= 1
            }
            number.removeAll(keepingCapacity: true)
            Self.append(value.span.bytes.unsafeLoadUnaligned(as: Int64.self), to: &number)
            try others.entries.add(number.span, value: value.span)
        }
        return try entries.isAtEnd()
    }

    /// Appends the next records to a batch with their columns; a page ends early once it has 8 MiB of text.
    ///
    /// - Parameters:
    ///   - batch: The batch.
    ///   - count: The maximum number of records.
    /// - Returns: Whether there are more.
    /// - Throws: `spill.damaged`, `file.*`, `batch.text`.
    public mutating func drain(into batch: inout Batch, atMost count: Int) throws -> Drained {
        var text = 0
        let coding = coding
        try batch.appendRows(atMost: max(1, count)) { rows in
            while !rows.isFull, text < Batch.usualBytesOfText,
                try entries.nextEntry({ entry, keyCount in
                    let start = EntryArena.header + keyCount + Self.head
                    guard start <= entry.count,
                        let bytes = coding.read(UnsafeBufferPointer(rebasing: entry[start...]), into: &rows)
                    else { throw StateReader.damaged }
                    rows.endRow()
                    text += bytes
                })
            {}
        }
        try batch.checkText()
        return try entries.isAtEnd() ? .end : .more
    }

    // MARK: Checkpoints

    /// Appends to a checkpoint what is needed to continue.
    ///
    /// - Throws: `file.*`.
    public mutating func store(to writer: inout StateWriter) throws(Diagnostic) { try entries.store(to: &writer) }

    /// Restores records from a checkpoint.
    ///
    /// - Throws: `checkpoint.state`, `spill.damaged`, `file.*`.
    public init(
        _ schema: Schema,
        memory: Int,
        in files: SpillFolder,
        from reader: inout StateReader
    ) throws(Diagnostic) {
        let entries = try SortedEntries(memory: memory, in: files, from: &reader)
        self.init(schema, entries: entries)
    }
}
