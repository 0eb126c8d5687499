public import Diagnostics
public import PluginKit
public import Records

/// Sorts entries, each a key and a value, that may exceed memory; entries of one key stay in the order in which they
/// were added.
///
///     add  ──→ entries in memory ── too many ──→ a sorted file ──┐
///                                     32 files of a level ──→ one of the next
///     next ←── the least of all files ←──────────────────────────┘
///
/// A key is what `SortOrder` makes: it compares byte by byte, and no key is the beginning of another one.
///
/// What a checkpoint needs is in files: the sorted ones, and a log of the entries in memory, to which each checkpoint
/// appends the new ones. So an entry is written at most twice before files are merged, and without checkpoints once.
public struct SortedEntries: Sendable {
    private struct Run {
        let level: Int
        let file: SpillFile
    }

    private let limit: Int
    private let files: SpillFolder
    private(set) var arena: EntryArena
    /// The file with the first entries of those in memory, and where the others begin: a chunk and an offset.
    private var log: SpillFile?
    private var logged = (chunk: 0, offset: 0)

    /// Earlier runs first, so higher levels first; each level has fewer than `width` runs.
    private var runs: [Run] = []
    private var merge: EntryMerge?
    /// While entries are taken from memory: how many were taken.
    private var taken: Int?

    /// How many runs of a level are merged into one.
    private static let width = 32

    /// Creates an empty sort.
    ///
    /// - Parameters:
    ///   - memory: The approximate memory limit in bytes.
    ///   - files: Where entries beyond that are stored.
    public init(memory: Int, in files: SpillFolder) {
        limit = max(memory, 1)
        self.files = files
        arena = EntryArena(memory: limit)
    }

    /// Whether everything is in memory.
    public var isInMemory: Bool { runs.isEmpty }

    /// The main memory of the entries in bytes, used or not.
    public var bytesInMemory: Int { arena.bytesInMemory }

    /// Whether entries are being taken, so that none may be added.
    public var isSealed: Bool { taken != nil || merge != nil }

    /// Adds an entry.
    ///
    /// - Precondition: No entry was taken yet.
    /// - Throws: `file.*`; `batch.text` if it has more than 4 GiB.
    public mutating func add(_ key: Span<UInt8>, value: Span<UInt8>) throws(Diagnostic) {
        let most = key.count + value.count
        guard most <= EntryArena.largest else { throw Self.tooLarge }
        append(atMost: most) { target in
            key.withUnsafeBufferPointer { copy($0, to: target) }
            value.withUnsafeBufferPointer { copy($0, to: target + key.count) }
            return (key.count, value.count)
        }
        try spillIfFull()
    }

    static var tooLarge: Diagnostic {
        Diagnostic(
            "batch.text",
            message: "1 record has more than 4 GiB of text",
            category: .data,
            hint: "drop columns with long texts before this stage"
        )
    }

    /// Adds an entry that a closure writes; the caller spills afterwards.
    @inline(__always)
    mutating func append(atMost most: Int, write: (UnsafeMutablePointer<UInt8>) -> (key: Int, value: Int)) {
        precondition(!isSealed, "entries are added to a sort that is being read")
        arena.append(atMost: most, write: write)
    }

    mutating func spillIfFull() throws(Diagnostic) {
        if arena.memory > limit { try spill() }
    }

    // MARK: Taking

    /// Whether all entries were taken.
    ///
    /// - Throws: `spill.damaged`, `file.*`.
    public mutating func isAtEnd() throws(Diagnostic) -> Bool {
        try seal()
        if let taken { return taken >= arena.places.count }
        return merge?.isAtEnd ?? true
    }

    /// Whether the next entry has this key.
    ///
    /// - Throws: `spill.damaged`, `file.*`.
    public mutating func isNext(_ key: Span<UInt8>) throws(Diagnostic) -> Bool {
        try seal()
        guard let taken else { return merge?.isNext(key) ?? false }
        guard taken < arena.places.count else { return false }
        let place = arena.places[taken]
        let chunk = arena.chunks[Int(place.chunk)]
        guard let range = EntryArena.lengths(of: chunk, at: Int(place.offset))?.key, range.count == key.count else {
            return false
        }
        return SortKeys.compare(chunk.span.extracting(range), key) == 0
    }

    /// Whether the key of the next entry begins with these bytes.
    ///
    /// - Throws: `spill.damaged`, `file.*`.
    public mutating func startsNext(with beginning: Span<UInt8>) throws(Diagnostic) -> Bool {
        try seal()
        guard let taken else { return merge?.startsNext(with: beginning) ?? false }
        guard taken < arena.places.count else { return false }
        let place = arena.places[taken]
        let chunk = arena.chunks[Int(place.chunk)]
        guard let key = EntryArena.lengths(of: chunk, at: Int(place.offset))?.key, key.count >= beginning.count
        else { return false }
        let range = key.lowerBound..<key.lowerBound + beginning.count
        return SortKeys.compare(chunk.span.extracting(range), beginning) == 0
    }

    /// Takes the next entry in order.
    ///
    /// - Parameter body: Receives its key and its value.
    /// - Returns: Whether there was one.
    /// - Throws: `spill.damaged`, `file.*`, and what `body` throws.
    @inline(__always)
    public mutating func next(_ body: (Span<UInt8>, Span<UInt8>) throws -> Void) throws -> Bool {
        try nextEntry { entry, keyCount in
            let bytes = Span(_unsafeElements: entry)
            let value = EntryArena.header + keyCount
            try body(bytes.extracting(EntryArena.header..<value), bytes.extracting(value..<entry.count))
        }
    }

    /// Takes the next entry: its whole bytes and the length of its key.
    @inline(__always)
    mutating func nextEntry(_ body: (UnsafeBufferPointer<UInt8>, Int) throws -> Void) throws -> Bool {
        if !isSealed { try seal() }
        guard let taken else { return try merge?.next(body) ?? false }
        guard taken < arena.places.count else { return false }
        let place = arena.places[taken]
        self.taken = taken + 1
        try arena.chunks[Int(place.chunk)].withUnsafeBufferPointer { chunk in
            guard let base = chunk.baseAddress else { return }
            let start = base + Int(place.offset)
            let key = Int(UnsafeRawPointer(start).loadUnaligned(as: UInt32.self))
            let value = Int(UnsafeRawPointer(start).loadUnaligned(fromByteOffset: 4, as: UInt32.self))
            try body(UnsafeBufferPointer(start: start, count: EntryArena.header + key + value), key)
        }
        return true
    }

    /// Prepares for taking entries.
    ///
    /// - Throws: `spill.damaged`, `file.*`.
    public mutating func seal() throws(Diagnostic) {
        guard !isSealed else { return }
        if runs.isEmpty {
            // Nothing has to be written.
            EntrySort.sort(&arena)
            taken = 0
            return
        }
        try spill()
        arena = EntryArena(memory: 1)
        merge = try EntryMerge(runs.map(\.file))
    }

    // MARK: Runs

    private mutating func spill() throws(Diagnostic) {
        guard !arena.isEmpty else { return }
        EntrySort.sort(&arena)
        var writer = EntryBlocks.Writer(try files.makeFile())
        var failure: Diagnostic?
        arena.withChunks { bases in
            do throws(Diagnostic) {
                for place in arena.places {
                    let start = bases[Int(place.chunk)] + Int(place.offset)
                    let key = Int(UnsafeRawPointer(start).loadUnaligned(as: UInt32.self))
                    let value = Int(UnsafeRawPointer(start).loadUnaligned(fromByteOffset: 4, as: UInt32.self))
                    try writer.append(UnsafeBufferPointer(start: start, count: EntryArena.header + key + value))
                }
                try writer.flush()
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        arena.removeAll()
        (log, logged) = (nil, (0, 0))
        try add(Run(level: 0, file: writer.file))
    }

    /// Adds a run, and merges the runs of a full level.
    private mutating func add(_ run: Run) throws(Diagnostic) {
        runs.append(run)
        let same = runs.reversed().prefix { $0.level == run.level }.count
        guard same >= Self.width else { return }
        var writer = EntryBlocks.Writer(try files.makeFile())
        do {
            var merge = try EntryMerge(runs.suffix(same).map(\.file))
            while try merge.next({ entry, _ in try writer.append(entry) }) {}
            try writer.flush()
        } catch let error as Diagnostic {
            throw error
        } catch {
            preconditionFailure("files throw diagnostics")
        }
        runs.removeLast(same)
        try add(Run(level: run.level + 1, file: writer.file))
    }

    // MARK: Checkpoints

    /// Appends to a checkpoint what is needed to continue.
    ///
    /// - Throws: `file.*`.
    public mutating func store(to writer: inout StateWriter) throws(Diagnostic) {
        try writeLog()
        (log != nil).write(to: &writer)
        log?.store(to: &writer)
        writer.write(Int64(runs.count))
        for run in runs {
            writer.write(Int64(run.level))
            run.file.store(to: &writer)
        }
        taken.write(to: &writer)
        (merge != nil).write(to: &writer)
        merge?.store(to: &writer)
    }

    /// Appends the entries in memory that are not in the log yet, in the order in which they were added.
    private mutating func writeLog() throws(Diagnostic) {
        guard merge == nil, arena.used > 0 else { return }
        let last = (chunk: arena.used - 1, offset: arena.chunks[arena.used - 1].count)
        guard log == nil || logged != last else { return }
        let file: SpillFile
        if let log { file = log } else { file = try files.makeFile() }
        var writer = EntryBlocks.Writer(file)
        while logged != last {
            let chunk = arena.chunks[logged.chunk]
            guard let end = EntryArena.lengths(of: chunk, at: logged.offset)?.end else {
                logged = (logged.chunk + 1, 0)
                continue
            }
            let entry = logged.offset..<end
            logged.offset = end
            try chunk.withUnsafeBufferPointer { bytes throws(Diagnostic) in
                try writer.append(UnsafeBufferPointer(rebasing: bytes[entry]))
            }
        }
        try writer.flush()
        log = file
    }

    /// Restores entries from a checkpoint.
    ///
    /// - Throws: `checkpoint.state`, `spill.damaged`, `file.*`.
    public init(memory: Int, in files: SpillFolder, from reader: inout StateReader) throws(Diagnostic) {
        self.init(memory: memory, in: files)
        if try Bool(from: &reader) { try readLog(try files.restore(from: &reader)) }
        for _ in 0..<(try reader.readCount()) {
            runs.append(Run(level: try reader.readAmount(), file: try files.restore(from: &reader)))
        }
        if let taken = try Int?(from: &reader) {
            guard runs.isEmpty, 0...arena.places.count ~= taken else { throw StateReader.damaged }
            try seal()
            self.taken = taken
        }
        if try Bool(from: &reader) {
            guard taken == nil, arena.isEmpty else { throw StateReader.damaged }
            arena = EntryArena(memory: 1)
            merge = try EntryMerge(runs.map(\.file), from: &reader)
        }
    }

    private mutating func readLog(_ file: SpillFile) throws(Diagnostic) {
        var (place, block) = (0, [UInt8]())
        while place < file.count {
            try EntryBlocks.read(at: &place, of: file, into: &block)
            var start = 0
            while start < block.count {
                guard let (key, end) = EntryArena.lengths(of: block, at: start) else {
                    throw EntryBlocks.isDamaged(file)
                }
                block.withUnsafeBufferPointer { bytes in
                    arena.append(atMost: end - key.lowerBound) { target in
                        copy(UnsafeBufferPointer(rebasing: bytes[key.lowerBound..<end]), to: target)
                        return (key.count, end - key.upperBound)
                    }
                }
                start = end
            }
        }
        log = file
        logged = arena.used > 0 ? (arena.used - 1, arena.chunks[arena.used - 1].count) : (0, 0)
    }
}

@inline(__always)
private func copy(_ bytes: UnsafeBufferPointer<UInt8>, to target: UnsafeMutablePointer<UInt8>) {
    if let source = bytes.baseAddress { target.update(from: source, count: bytes.count) }
}
