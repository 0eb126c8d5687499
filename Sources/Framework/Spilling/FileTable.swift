internal import Diagnostics
internal import PluginKit
internal import Records

/// Records by key in a file: blocks of entries in the order of their keys, the first key of each in memory.
struct FileTable: Sendable {
    let file: SpillFile
    private var starts: [Int] = []
    private var firstKeys = SortKeys()

    /// The approximate size of a block in bytes, and the size at which even the entries of one key are divided.
    private static let blockSize = 4 << 10
    private static let largestBlock = 256 << 10

    /// Writes the file.
    struct Builder {
        private var table: FileTable
        private var writer: EntryBlocks.Writer

        init(_ file: SpillFile) {
            table = FileTable(empty: file)
            writer = EntryBlocks.Writer(file, size: FileTable.blockSize)
        }

        /// Adds a record; those of one key follow each other.
        mutating func add(_ key: Span<UInt8>, value: Span<UInt8>, isNew: Bool) throws(Diagnostic) {
            if isNew ? writer.isFull : writer.count >= FileTable.largestBlock { try writer.flush() }
            if writer.isEmpty {
                table.starts.append(table.file.count)
                table.firstKeys.append(key)
            }
            writer.append(key, value: value)
        }

        mutating func finish() throws(Diagnostic) -> FileTable {
            try writer.flush()
            return table
        }
    }

    private init(empty file: SpillFile) { self.file = file }

    /// Opens a file.
    ///
    /// - Throws: `spill.damaged`, `file.*`.
    init(_ file: SpillFile) throws(Diagnostic) {
        self.file = file
        var (place, block) = (0, [UInt8]())
        while place < file.count {
            starts.append(place)
            try EntryBlocks.read(at: &place, of: file, into: &block)
            guard let key = EntryArena.lengths(of: block, at: 0)?.key else { throw EntryBlocks.isDamaged(file) }
            firstKeys.append(block.span.extracting(key))
        }
    }

    /// Looks up keys.
    ///
    /// - Throws: `spill.damaged`, `file.*`, `StageFailure.badBatch`: see `SpillingTable.find`.
    func find(_ keys: SortKeys, schema: Schema, coding: RowCoding) throws -> SpillingTable.Found {
        var matches = [Range<Int>](repeating: 0..<0, count: keys.count)
        var rows = Batch(schema)
        var excessive: Set<Int> = []
        var reading = Reading(file: file, starts: starts)
        var (last, text) = (Int?.none, 0)
        for row in keys.sortedRows where !keys.areNull[row] {
            if let last, keys.compare(last, with: keys, at: row) == 0 {
                matches[row] = matches[last]
                if excessive.contains(last) { excessive.insert(row) }
                continue
            }
            last = row
            // The block in which the key would begin: before the first block that begins with it.
            let block = firstKeys.countBefore(row, of: keys) - 1
            let key = keys.bytes.span.extracting(keys.range(row))
            let (first, textBefore) = (rows.count, text)
            try reading.begin(at: max(block, 0))
            while let (entry, value) = try reading.entry(of: key) {
                let read = try rows.appendRows(atMost: 1) { writer throws(Diagnostic) in
                    guard let bytes = reading.read(value, with: coding, into: &writer) else {
                        throw EntryBlocks.isDamaged(file)
                    }
                    writer.endRow()
                    return bytes
                }
                text += read
                reading.skip(entry)
                let found = rows.count - first
                if found > SpillingTable.mostRows || found > 1 && text - textBefore > SpillingTable.mostText {
                    excessive.insert(row)
                    break
                }
                guard keys.count > 1, text > Batch.usualBytesOfText || rows.count - keys.count > SpillingTable.mostRows
                else { continue }
                throw StageFailure.tooMuchText("what is found for \(keys.count.counted("record"))")
            }
            if !excessive.contains(row) { matches[row] = first..<rows.count }
        }
        try rows.checkText()
        return SpillingTable.Found(rows: rows, matches: matches, excessive: excessive)
    }

    /// Reads blocks forwards.
    private struct Reading {
        let file: SpillFile
        let starts: [Int]
        private var number = -1
        private var block: [UInt8] = []
        private var place = 0

        init(file: SpillFile, starts: [Int]) {
            (self.file, self.starts) = (file, starts)
        }

        /// Goes to the start of a block, unless it is in it or after it.
        mutating func begin(at number: Int) throws(Diagnostic) {
            guard number > self.number, number < starts.count else { return }
            try open(number)
        }

        private mutating func open(_ number: Int) throws(Diagnostic) {
            var start = starts[number]
            try EntryBlocks.read(at: &start, of: file, into: &block)
            self.number = number
            place = 0
        }

        /// Where the next entry with a key ends, and where its value is; nil if there is none.
        ///
        /// Entries with smaller keys are skipped.
        mutating func entry(of key: Span<UInt8>) throws(Diagnostic) -> (end: Int, value: Range<Int>)? {
            while true {
                if place == block.count {
                    guard number + 1 < starts.count else { return nil }
                    try open(number + 1)
                }
                guard let (own, end) = EntryArena.lengths(of: block, at: place) else {
                    throw EntryBlocks.isDamaged(file)
                }
                let order = SortKeys.compare(block.span.extracting(own), key)
                if order == 0 { return (end, own.upperBound..<end) }
                guard order < 0 else { return nil }
                place = end
            }
        }

        mutating func skip(_ end: Int) { place = end }

        func read(_ value: Range<Int>, with coding: RowCoding, into writer: inout RowWriter) -> Int? {
            block.withUnsafeBufferPointer { coding.read(UnsafeBufferPointer(rebasing: $0[value]), into: &writer) }
        }
    }
}
