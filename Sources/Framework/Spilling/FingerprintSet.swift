public import Diagnostics
public import PluginKit

/// The keys that have occurred, up to a maximum number, as fingerprints.
///
///     segments   64 tables, chosen by the upper bits of a fingerprint, which grow one by one
///
/// What a checkpoint needs is in a file, to which the fingerprints are appended in the order in which they came.
public struct FingerprintSet: Sendable {
    /// What the set knew of a record's key.
    public enum Familiarity: Sendable {
        /// It was not in the set, and is now.
        case new
        /// It was in the set.
        case known
        /// It is not in the set, which is full.
        case unknown
        /// All of its columns are null; such a key is never in the set.
        case none
    }

    private var segments = (0..<64).map { _ in FingerprintSegment() }
    private let most: Int
    private let files: SpillFolder
    private var key = Fingerprint.Key()
    /// The number of keys.
    public private(set) var count = 0
    /// Whether there was no room for a key.
    public private(set) var isFull = false
    /// The file with the first fingerprints, and those that are not in it yet.
    private var log: SpillFile?
    private var unlogged: [UInt8] = []
    /// A checksum of all fingerprints in their order.
    private var checksum: UInt64 = 0
    /// What `touch` has read; it has no meaning.
    private var touched: UInt64 = 0

    /// The most memory that a key takes, in bytes: a segment that has just grown is filled to 64 %.
    public static let bytesOfKey = 25

    /// The memory that it holds, in bytes.
    public var memory: Int { segments.reduce(unlogged.capacity) { $0 + $1.bytes } }

    /// Creates an empty set.
    ///
    /// - Parameters:
    ///   - memory: The approximate memory limit in bytes.
    ///   - files: Where fingerprints are stored for checkpoints.
    public init(memory: Int, in files: SpillFolder) {
        most = memory / Self.bytesOfKey
        self.files = files
    }

    /// Removes all keys and releases their memory; none is added any more.
    public mutating func removeAll() {
        segments = (0..<64).map { _ in FingerprintSegment() }
        (log, unlogged, count, checksum, isFull) = (nil, [], 0, 0, true)
    }

    /// Adds the keys of records until the set is full; after that, none is added any more.
    ///
    /// - Parameter keys: The keys of the records.
    /// - Returns: What the set knew of the key of each.
    /// - Throws: `file.*`.
    public mutating func meet(_ keys: SortKeys) throws(Diagnostic) -> [Familiarity] {
        var prints: [Fingerprint] = []
        prints.reserveCapacity(keys.count)
        for row in 0..<keys.count {
            prints.append(Self.stored(Fingerprint(of: keys.bytes.span.extracting(keys.range(row)), key: key)))
        }
        var answers: [Familiarity] = []
        answers.reserveCapacity(keys.count)
        for first in stride(from: 0, to: keys.count, by: rowsAtOnce) {
            let rows = first..<min(first + rowsAtOnce, keys.count)
            touch(prints[rows])
            for row in rows { answers.append(keys.isNull(row) ? .none : meet(prints[row])) }
        }
        if unlogged.count >= 1 << 20 { try writeLog() }
        return answers
    }

    @inline(__always)
    private mutating func meet(_ print: Fingerprint) -> Familiarity {
        let segment = Self.segment(of: print)
        guard let place = segments[segment].freeSlot(for: print) else { return .known }
        if count >= most { isFull = true }
        guard !isFull else { return .unknown }
        segments[segment].put(print, at: place)
        note(print)
        withUnsafeBytes(of: print) { unlogged.append(contentsOf: $0) }
        return .new
    }

    @inline(__always)
    private mutating func note(_ print: Fingerprint) {
        count &+= 1
        checksum = KeyHash.mixed(checksum ^ print.low) &+ print.high
    }

    /// A fingerprint as it is stored: that of a free slot is replaced.
    @inline(__always)
    private static func stored(_ print: Fingerprint) -> Fingerprint {
        print.isStored ? print : Fingerprint(low: 1, high: 0)
    }

    @inline(__always)
    private static func segment(of print: Fingerprint) -> Int { Int(truncatingIfNeeded: print.high &>> 58) }

    /// Reads the memory that looking up these fingerprints will read: no read depends on another one, so that the
    /// processor fetches many in parallel.
    private mutating func touch(_ prints: ArraySlice<Fingerprint>) {
        guard count > 10_000 else { return }
        var sum: UInt64 = 0
        for print in prints {
            let segment = Self.segment(of: print)
            sum &+= segments[segment].firstRead(for: print)
        }
        touched &+= sum
    }

    // MARK: Checkpoints

    private mutating func writeLog() throws(Diagnostic) {
        guard !unlogged.isEmpty else { return }
        let file: SpillFile
        if let log { file = log } else { file = try files.makeFile() }
        try file.append(unlogged.span)
        log = file
        unlogged.removeAll(keepingCapacity: true)
    }

    /// Appends to a checkpoint what is needed to continue.
    ///
    /// - Throws: `file.*`.
    public mutating func store(to writer: inout StateWriter) throws(Diagnostic) {
        try writeLog()
        key.write(to: &writer)
        isFull.write(to: &writer)
        writer.write(Int64(bitPattern: checksum))
        (log != nil).write(to: &writer)
        log?.store(to: &writer)
    }

    /// Restores a set from a checkpoint.
    ///
    /// - Throws: `checkpoint.state`, `spill.damaged`, `file.*`.
    public init(memory: Int, in files: SpillFolder, from reader: inout StateReader) throws(Diagnostic) {
        self.init(memory: memory, in: files)
        key = try Fingerprint.Key(from: &reader)
        let wasFull = try Bool(from: &reader)
        let stored = UInt64(bitPattern: try reader.readInteger())
        if try Bool(from: &reader) {
            let file = try files.restore(from: &reader)
            try readLog(file)
            guard checksum == stored else { throw EntryBlocks.isDamaged(file) }
        }
        isFull = wasFull
    }

    private mutating func readLog(_ file: SpillFile) throws(Diagnostic) {
        let size = MemoryLayout<Fingerprint>.stride
        guard file.count % size == 0 else { throw EntryBlocks.isDamaged(file) }
        var (place, bytes) = (0, [UInt8]())
        while place < file.count {
            let end = min(place + size << 16, file.count)
            try file.read(place..<end, into: &bytes)
            let words = bytes.span.bytes
            for offset in stride(from: 0, to: bytes.count, by: size) {
                let print = Fingerprint(
                    low: words.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self),
                    high: words.unsafeLoadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
                )
                let segment = Self.segment(of: print)
                guard print.isStored, let slot = segments[segment].freeSlot(for: print) else {
                    throw EntryBlocks.isDamaged(file)
                }
                segments[segment].put(print, at: slot)
                note(print)
            }
            place = end
        }
        log = file
    }
}
