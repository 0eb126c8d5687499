package import Diagnostics
internal import Glibc

/// Cuts a JSON text into pages of whole records, one after the other.
///
///     let cutter = JSONCutter(.lines, name: "plays.jsonl")
///     while true {
///         while let page = try cutter.next() { … }
///         if cutter.isAtEnd { break }
///         cutter.take(try input.read(into: cutter.room()))
///     }
///
/// A page ends after the first record with which it has `records` records or `bytes` bytes. So where a page ends
/// depends on where it begins and on nothing else, and a page can be cut again from its first byte. The memory is that
/// of one page, and more only for a larger record.
package final class JSONCutter: @unchecked Sendable {
    // Sendable: used by one task at a time; who shares it hands it over under a lock.

    /// How records are arranged.
    package enum Form: Sendable, Hashable {
        /// One on each line; what is on a line is not looked at, and so a damaged one costs no other.
        case lines
        /// The elements of an array, or values one after the other.
        case values
    }

    /// How records are arranged.
    package let form: Form
    /// The name for messages.
    package let name: String
    /// The most records of the next page, at least 1.
    package var mostRecords: Int
    /// The number of bytes with which the next page is complete, at least 1.
    package var usualBytes: Int
    /// Finds the records of a text of values.
    var finder: JSONValueFinder

    // The window: what of the text has been read and is not in a page yet.
    private var bytes: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var filled = 0
    private var start = 0
    private var searched = 0
    private var records = 0
    private var base: Int
    /// How much of the window must be there before a record is tried again.
    private var awaited = 0
    private var mayHaveMark: Bool
    private var hasEnded = false

    /// The number of the next page's first line or record, counted from 1.
    package private(set) var number: Int

    /// The largest record that is read.
    package static let largestRecord = 16 << 20
    /// The most bytes of a record with what is between it and the one before: to judge by that alone, and not by what
    /// has been read, makes errors the same however the bytes come.
    let maximumRecordSize: Int
    /// About how many bytes the text has, if that is known.
    private let expectedSize: Int?

    /// A cutter of a text, or of its rest.
    ///
    /// - Parameters:
    ///   - form: How records are arranged.
    ///   - name: The name for messages, usually the path of a file.
    ///   - path: The keys down to the array, for a text of values.
    ///   - mostRecords: The most records of a page.
    ///   - usualBytes: The number of bytes with which a page is complete.
    ///   - maximumRecordSize: The most bytes of a record.
    ///   - expectedSize: About how many bytes there will be, if that is known: a small text gets a small window.
    package convenience init(
        _ form: Form,
        name: String,
        path: [String] = [],
        mostRecords: Int = 4000,
        usualBytes: Int = 512 << 10,
        maximumRecordSize: Int = JSONCutter.largestRecord,
        expectedSize: Int? = nil
    ) {
        self.init(
            form,
            name: name,
            finder: JSONValueFinder(path),
            at: (0, 1),
            mostRecords: mostRecords,
            usualBytes: usualBytes,
            maximumRecordSize: maximumRecordSize,
            expectedSize: expectedSize
        )
    }

    private init(
        _ form: Form,
        name: String,
        finder: JSONValueFinder,
        at place: (offset: Int, number: Int),
        mostRecords: Int,
        usualBytes: Int,
        maximumRecordSize: Int,
        expectedSize: Int?
    ) {
        self.form = form
        self.name = name
        self.finder = finder
        self.mostRecords = max(1, mostRecords)
        self.usualBytes = max(1, usualBytes)
        number = place.number
        base = place.offset
        mayHaveMark = place.offset == 0
        self.maximumRecordSize = maximumRecordSize
        self.expectedSize = expectedSize
        // One more byte than expected shows the end.
        let usual = Self.window(for: usualBytes)
        capacity = min(max(expectedSize ?? usual, 63), usual - 1) + 1
        bytes = .allocate(capacity: capacity + JSONScanner.padding)
    }

    deinit { bytes.deallocate() }

    /// The size of a window for pages of a size.
    private static func window(for usualBytes: Int) -> Int { max(0, min(usualBytes, 1 << 20)) + (64 << 10) }

    /// A cutter of the rest of the same text, from the start of a record.
    ///
    /// A text of values has to be searched from its start until `hasFound`, since the rest does not show whether it is
    /// an array.
    package func resumed(at offset: Int, number: Int) -> JSONCutter {
        JSONCutter(
            form,
            name: name,
            finder: offset == 0 ? JSONValueFinder(finder.path) : finder.resumed(isFirst: number == 1),
            at: (offset, number),
            mostRecords: mostRecords,
            usualBytes: usualBytes,
            maximumRecordSize: maximumRecordSize,
            expectedSize: expectedSize.map { max($0 - offset, 0) }
        )
    }

    /// The offset in the text at which the next page begins.
    package var offset: Int { base + start }

    /// Whether all of the text is in pages.
    package var isAtEnd: Bool { hasEnded && start == filled }

    // MARK: Bytes

    /// Where the next bytes of the text are to be written; at least one fits.
    package func room() -> UnsafeMutableRawBufferPointer {
        if filled == capacity { grow() }
        let count = min(capacity - filled, max(64 << 10, awaited - filled))
        return UnsafeMutableRawBufferPointer(start: bytes + filled, count: count)
    }

    /// States how many bytes were written to the room; 0 ends the text.
    package func take(_ count: Int) {
        precondition(0...capacity - filled ~= count, "an input gave more bytes than there was room for")
        filled += count
        if count == 0 { hasEnded = true }
    }

    private func grow() {
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: 2 * capacity + JSONScanner.padding)
        larger.update(from: bytes, count: filled)
        bytes.deallocate()
        (bytes, capacity) = (larger, 2 * capacity)
    }

    // MARK: Pages

    /// Searches for the first record; false if more bytes are needed to find it.
    ///
    /// - Throws: As `next`.
    package func hasFound() throws(Diagnostic) -> Bool {
        guard form == .values, !finder.hasBegun else { return true }
        guard skipMark(), try find({ finder, scanner, p throws(JSONStop) in try finder.begin(scanner, p) }) else {
            return false
        }
        start = searched
        return true
    }

    /// The next page; nil if more bytes are needed for it, or at the end of the text.
    ///
    /// - Throws: `json.too-large`; for a text of values also `json.syntax`, `json.truncated`, `json.depth` and
    ///   `json.not-an-array`, with the record and the offset of the byte.
    package func next() throws(Diagnostic) -> JSONPage? {
        guard skipMark(), try hasFound() else { return nil }
        while records < mostRecords, searched - start < usualBytes {
            guard try advance() else {
                guard hasEnded else { return nil }
                break
            }
        }
        guard records > 0 else {
            // Only what follows the last record.
            start = searched
            return nil
        }
        return page()
    }

    /// Skips a byte order mark; false if more bytes are needed to see one.
    private func skipMark() -> Bool {
        guard mayHaveMark else { return true }
        guard filled >= 3 || hasEnded else { return false }
        mayHaveMark = false
        if filled >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { (start, searched) = (3, 3) }
        return true
    }

    /// Moves over one record; false if more bytes are needed, or at the end of the text.
    private func advance() throws(Diagnostic) -> Bool {
        guard form == .lines else {
            let before = finder.recordsFound
            while finder.recordsFound == before {
                guard try find({ finder, scanner, p throws(JSONStop) in try finder.step(scanner, p) }) else {
                    return false
                }
                if hasEnded, searched == filled, finder.recordsFound == before { return false }
            }
            records += 1
            return true
        }
        guard searched < filled, hasEnded || filled > awaited else { return false }
        // What was searched before has no line end.
        let from = max(searched, awaited)
        guard let end = memchr(bytes + from, 0x0A, filled - from) else {
            awaited = filled
            try judge(filled)
            guard hasEnded else { return false }
            searched = filled
            records += 1
            return true
        }
        let place = UnsafePointer(end.assumingMemoryBound(to: UInt8.self)) - UnsafePointer(bytes)
        try judge(place)
        searched = place + 1
        awaited = 0
        records += 1
        return true
    }

    /// Has the finder search; false if more bytes are needed.
    private func find(
        _ body: (inout JSONValueFinder, JSONScanner, JSONScanner.Bytes) throws(JSONStop) -> JSONScanner.Bytes
    ) throws(Diagnostic) -> Bool {
        guard hasEnded || filled > awaited else { return false }
        (bytes + filled).update(repeating: 0, count: JSONScanner.padding)
        let scanner = JSONScanner(base: bytes, end: bytes + filled)
        var finder = finder
        let next: JSONScanner.Bytes
        do throws(JSONStop) {
            next = try body(&finder, scanner, scanner.base + searched)
            // A number may continue.
            if next >= scanner.end, !hasEnded { throw .incomplete }
        } catch .incomplete {
            try judge(filled)
            guard !hasEnded else { throw truncated }
            // A record is tried again when there is twice as much of it, or more than a record may have.
            awaited = min(filled + max(0, filled - searched - 1), searched + maximumRecordSize)
            return false
        } catch {
            if let offset = error.offset { try judge(offset) }
            throw diagnostic(for: error)
        }
        try judge(next - scanner.base)
        self.finder = finder
        searched = next - scanner.base
        awaited = 0
        return true
    }

    /// Checks the size of a record that ends at a place of the window, or after it.
    private func judge(_ end: Int) throws(Diagnostic) {
        if end - searched > maximumRecordSize { throw tooLarge }
    }

    private func page() -> JSONPage {
        // The window becomes the page, and what follows moves to a new window.
        let rest = filled - searched
        let usual = Self.window(for: usualBytes)
        let isSmall = expectedSize.map { $0 < usual } ?? false
        let size = hasEnded || isSmall ? max(rest, 64) : max(usual, rest + (64 << 10))
        let window = UnsafeMutablePointer<UInt8>.allocate(capacity: size + JSONScanner.padding)
        window.update(from: bytes + searched, count: rest)
        (bytes + searched).update(repeating: 0, count: JSONScanner.padding)
        let page = JSONPage(
            adopting: bytes,
            range: start..<searched,
            form: form,
            recordCount: records,
            firstNumber: number
        )
        number += records
        base += searched
        awaited = max(0, awaited - searched)
        (bytes, capacity, filled) = (window, size, rest)
        (start, searched, records) = (0, 0, 0)
        return page
    }

    // MARK: Messages

    /// The number of the record that is being searched.
    var current: Int { number + records }

    /// The offset in the text of a byte of the window.
    func offset(of place: Int) -> Int { base + place }

    /// The place of the record that is being searched.
    var placeOfRecord: Int { base + searched }

    /// What has been read and is not in a page yet.
    var window: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: bytes, count: filled) }

    /// What of the window was not searched yet.
    var rest: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: window[searched...]) }
}
