public import Diagnostics

/// Sorts any number of records in bounded memory: a key of two numbers, and a payload of bytes.
///
///     var sort = ExternalSort(near: "exports/diary.csv")
///     try sort.add(SortKey(film, day), row)
///     var sorted = try sort.sorted()
///     while try sorted.next({ key, row in … }) {}
///
/// Records with the same key stay in the order in which they were added. No file is used while everything fits into
/// memory. Beyond that, sorted runs are written to unnamed files in the folder of the given path, which disappear with
/// the value, however the program ends.
///
///     add ─→ buffer ─(full)→ run run run …        level 0: as many runs as are merged together
///                              └──merge──→ run …  level 1
///     next ←────────── merge of all runs ──┘
public struct ExternalSort: ~Copyable {
    /// The number of records added.
    public private(set) var count = 0
    private var buffer: ExternalSortBuffer
    private var levels: ExternalSortLevels

    /// Creates an empty sort.
    ///
    /// - Parameters:
    ///   - path: The file for which it is done: runs are in the same folder.
    ///   - memory: The approximate memory limit in bytes; only a longer record exceeds it.
    public init(near path: String, memory: Int = 4 << 20) {
        self.init(near: path, memory: memory, width: 64)
    }

    /// A sort that merges `width` runs together.
    init(near path: String, memory: Int, width: Int) {
        buffer = ExternalSortBuffer(limit: memory)
        levels = ExternalSortLevels(near: path, memory: memory, width: width)
    }

    /// Adds a record.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - payload: The payload; less than 4 GiB.
    /// - Throws: `file.disk-full`, `file.permission` or `file.write`, at the path.
    public mutating func add(_ key: SortKey, payload: Span<UInt8>) throws(Diagnostic) {
        if !buffer.hasRoom(for: payload.count) { try spill() }
        buffer.append(key, payload: payload)
        count &+= 1
    }

    /// Ends adding, and returns the records in the order of their keys.
    ///
    /// - Throws: `file.disk-full`, `file.permission` or `file.write`, at the path.
    public consuming func sorted() throws(Diagnostic) -> Sorted {
        if levels.isEmpty {
            buffer.sort()
            return Sorted(buffer)
        }
        try spill()
        buffer = ExternalSortBuffer(limit: 0)
        return Sorted(try levels.merged())
    }

    private mutating func spill() throws(Diagnostic) {
        guard !buffer.isEmpty else { return }
        buffer.sort()
        try levels.append(buffer)
        buffer.removeAll()
    }
}

extension ExternalSort {
    /// Records in the order of their keys, each returned once.
    public struct Sorted: ~Copyable {
        private var buffer: ExternalSortBuffer
        private var position = 0
        private var merge: ExternalSortMerge?

        init(_ buffer: ExternalSortBuffer) { self.buffer = buffer }

        init(_ merge: ExternalSortMerge) {
            buffer = ExternalSortBuffer(limit: 0)
            self.merge = merge
        }

        /// Passes the next record to `body`; returns whether there was one.
        ///
        /// - Throws: `file.read`, or what `body` throws.
        public mutating func next(
            _ body: (_ key: SortKey, _ payload: Span<UInt8>) throws(Diagnostic) -> Void
        ) throws(Diagnostic) -> Bool {
            if merge != nil { return try merge?.next(body) ?? false }
            guard position < buffer.count else { return false }
            let key = buffer.key(position)
            try buffer.withRecord(position) { (record) throws(Diagnostic) in
                try body(key, record.extracting(droppingFirst: ExternalSortRecord.headerSize))
            }
            position &+= 1
            return true
        }
    }
}
