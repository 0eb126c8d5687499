public import Diagnostics

/// Cuts a CSV text into pages of whole records, one after the other.
///
///     let cutter = CSVCutter(syntax, name: "diary.csv")
///     while true {
///         while let page = try cutter.next() { … }
///         if cutter.isAtEnd { break }
///         cutter.take(try input.read(into: cutter.room()))
///     }
///
/// A page ends after the first record with which it has `records` records or `bytes` bytes. So where a page ends
/// depends on where it begins and on nothing else, and a page can be cut again from its first byte.
///
/// A record that is larger than `maximumRecordSize` ends the reading: a missing quote makes the rest of a file one
/// field.
public final class CSVCutter: @unchecked Sendable {
    // Sendable: used by one task at a time; who shares it hands it over under a lock.

    /// The two limits of a page, of which the first one that is reached ends it.
    public struct PageSize: Sendable, Hashable {
        /// The most records.
        public let records: Int
        /// The number of bytes with which a page is complete.
        public let bytes: Int

        /// A size of at least one record and one byte.
        public init(records: Int, bytes: Int = 512 << 10) {
            self.records = max(1, records)
            self.bytes = max(1, bytes)
        }
    }

    /// The signs of the text.
    public let syntax: CSVSyntax
    /// The name for messages.
    public let name: String
    /// When a page is complete; it may be changed between two pages.
    public var pageSize: PageSize

    let scanner: CSVScanner
    /// The index of a regular syntax.
    private var structure: StructuralIndex?
    let maximumRecordSize: Int
    private let expectedSize: Int?

    // The window: what of the text has been read and is not in a page yet.
    var bytes: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    var filled = 0
    /// Where the next page begins in the window.
    var start = 0
    /// Up to where the window has been searched.
    var searched = 0
    /// The offset of the window in the text.
    private var base: Int
    private var index: FieldEnds
    private var faults: [Int: CSVFault] = [:]
    private var hasHighBit = false
    private var hasInnerLines = false
    /// How much of the window must be there before a record is tried again.
    var awaited = 0
    /// How many lines before the first record were skipped.
    var skippedLines = 0
    private var mayHaveMark: Bool
    private var isComplete = false

    /// The line of the next page's first byte, counted from 1.
    public internal(set) var line: Int
    /// Whether the whole text has been received.
    private(set) var hasEnded = false

    /// A cutter of a text, or of its rest.
    ///
    /// - Parameters:
    ///   - syntax: The signs of the text.
    ///   - name: The name for messages, usually the path of a file.
    ///   - pageSize: The size of the pages.
    ///   - offset: Where in the text its first byte is: 0, or the start of a record.
    ///   - line: The line of that byte.
    ///   - maximumRecordSize: The most bytes of a record.
    ///   - expectedSize: About how many bytes there will be, if that is known: a small text gets a small window.
    public init(
        _ syntax: CSVSyntax,
        name: String,
        pageSize: PageSize = PageSize(records: 4000),
        offset: Int = 0,
        line: Int = 1,
        maximumRecordSize: Int = 16 << 20,
        expectedSize: Int? = nil
    ) {
        self.syntax = syntax
        self.name = name
        self.pageSize = pageSize
        self.maximumRecordSize = maximumRecordSize
        self.expectedSize = expectedSize
        self.line = line
        base = offset
        mayHaveMark = offset == 0
        scanner = CSVScanner(syntax)
        structure = syntax.isRegular ? StructuralIndex(syntax) : nil
        capacity = min(max(expectedSize ?? Self.usualWindow, 63), Self.usualWindow - 1) + 1
        bytes = .allocate(capacity: capacity + Self.padding)
        index = FieldEnds(capacity: min(capacity, 1 << 15))
    }

    deinit {
        bytes.deallocate()
        index.deallocate()
    }

    /// The offset in the text at which the next page begins.
    public var offset: Int { base + start }

    /// Whether all of the text is in pages.
    public var isAtEnd: Bool { hasEnded && isComplete && index.recordCount == 0 }

    static var padding: Int { 64 }
    private static var usualWindow: Int { 576 << 10 }
    /// How much is searched before the size of the page is looked at again.
    private static var step: Int { 16 << 10 }

    // MARK: Bytes

    /// Where the next bytes of the text are to be written, at most 64 KiB of them; at least one fits.
    public func room() -> UnsafeMutableRawBufferPointer {
        if filled == capacity { grow() }
        let count = min(capacity - filled, max(64 << 10, awaited - filled))
        return UnsafeMutableRawBufferPointer(start: bytes + filled, count: count)
    }

    /// States how many bytes were written to the room; 0 ends the text.
    public func take(_ count: Int) {
        precondition(0...capacity - filled ~= count, "an input gave more bytes than there was room for")
        filled += count
        guard count == 0 else { return }
        hasEnded = true
        (bytes + filled).update(repeating: 0, count: Self.padding)
    }

    private func grow() {
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: 2 * capacity + Self.padding)
        larger.update(from: bytes, count: filled)
        bytes.deallocate()
        (bytes, capacity) = (larger, 2 * capacity)
    }

    /// Removes from the window what is before the next page.
    func dropPassed() {
        guard start > 0 else { return }
        bytes.update(from: bytes + start, count: filled - start)
        base += start
        filled -= start
        (start, searched, awaited) = (0, 0, 0)
    }

    /// Has a record that is not complete tried again when twice as much of it is there, or too much.
    func expectMore(of place: Int) {
        let known = filled - place
        awaited = filled + max(1, min(known, maximumRecordSize - known))
    }

    // MARK: Pages

    /// The next page; nil if more bytes are needed for it, or at the end of the text.
    ///
    /// - Throws: `csv.unclosed-quote`, `csv.record-too-long`, `csv.encoding` for a text that begins like UTF-16.
    public func next() throws(Diagnostic) -> CSVPage? {
        guard try skipMark() else { return nil }
        while true {
            if let records = fullPage { return try page(of: records) }
            if isComplete { return index.recordCount == 0 ? nil : try page(of: index.recordCount) }
            guard try search() else { return nil }
        }
    }

    /// The number of records with which the page is full; nil if it is not.
    private var fullPage: Int? {
        let known = min(index.recordCount, pageSize.records)
        guard known > 0 else { return nil }
        guard end(of: known) - start >= pageSize.bytes else { return known == pageSize.records ? known : nil }
        // The first record with which it is: the ends ascend.
        var (low, high) = (1, known)
        while low < high {
            let middle = (low + high) / 2
            if end(of: middle) - start >= pageSize.bytes { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Skips a byte order mark; false if more bytes are needed to see one.
    func skipMark() throws(Diagnostic) -> Bool {
        guard mayHaveMark else { return true }
        guard filled >= 3 || hasEnded else { return false }
        mayHaveMark = false
        let head = UnsafeBufferPointer(start: bytes, count: filled)
        if head.starts(with: CSVSign.byteOrderMark) {
            (start, searched) = (3, 3)
        } else if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
            throw encodingFault
        }
        return true
    }

    /// Where the first records end in the window.
    private func end(of records: Int) -> Int { min(Int(index.ends[index.fields(upTo: records) - 1]) + 1, filled) }

    /// Where the first record that is not complete begins.
    private var open: Int { index.recordCount == 0 ? start : end(of: index.recordCount) }

    private func page(of records: Int) throws(Diagnostic) -> CSVPage {
        try checkSizes(of: records)
        let end = end(of: records)
        // The window becomes the page, and what follows moves to a new window.
        let rest = filled - end
        let isSmall = expectedSize.map { $0 < Self.usualWindow } ?? false
        let next = hasEnded || isSmall ? max(rest, 64) : max(Self.usualWindow, rest + (64 << 10))
        let window = UnsafeMutablePointer<UInt8>.allocate(capacity: next + Self.padding)
        window.update(from: bytes + end, count: rest)
        if hasEnded { (window + rest).update(repeating: 0, count: Self.padding) }
        (bytes + filled).update(repeating: 0, count: Self.padding)
        let wasComplete = isComplete && end == filled
        index.truncate(to: records)
        let page = CSVPage(
            bytes: bytes,
            range: start..<end,
            index: index,
            faults: faults.filter { $0.key < records },
            isASCII: !hasHighBit,
            hasInnerLines: hasInnerLines,
            firstLine: line
        )
        line += hasInnerLines ? CSVLines.count(bytes, start..<end) : records
        base += end
        (bytes, capacity, filled) = (window, next, rest)
        (start, searched, awaited) = (0, 0, 0)
        index = FieldEnds(capacity: hasEnded ? min(max(rest, 64), 1 << 15) : 1 << 16)
        faults = [:]
        (hasHighBit, hasInnerLines, isComplete) = (false, false, wasComplete)
        structure?.restart()
        structure?.hasHighBit = false
        structure?.hasInnerLines = false
        return page
    }

    // MARK: Searching

    /// Searches a part of the window; false if more bytes are needed.
    private func search() throws(Diagnostic) -> Bool {
        if hasEnded, searched == filled {
            try complete()
            return true
        }
        guard structure != nil else { return try scan(from: open) }
        guard hasEnded || filled >= awaited else { return try wait() }
        let known = hasEnded ? filled : filled - 1
        let end = min(searched + Self.step, known)
        guard hasEnded || searched + 64 <= end else { return try wait() }
        index.reserve(end - searched)
        let wrong = structure?.find(
            in: bytes,
            from: &searched,
            upTo: end,
            isLast: hasEnded && end == filled,
            ends: &index
        )
        hasHighBit = hasHighBit || structure?.hasHighBit == true
        hasInnerLines = hasInnerLines || structure?.hasInnerLines == true
        // What follows a full page has no say in it.
        guard wrong != nil, fullPage == nil else { return true }
        return try scan(from: open)
    }

    /// Has the scanner read the record at a place; false if more bytes are needed.
    private func scan(from place: Int) throws(Diagnostic) -> Bool {
        index.truncate(to: index.recordCount)
        structure?.restart()
        searched = place
        guard place < filled, hasEnded || filled >= awaited else { return try wait() }
        switch scanner.record(
            in: bytes,
            from: place,
            upTo: filled,
            isLast: hasEnded,
            found: { end in
                index.reserve(1)
                index.append(end)
            }
        ) {
        case .record(let next, let fault):
            if let fault { faults[index.recordCount] = fault }
            index.reserve(1)
            index.endRecord()
            hasInnerLines = hasInnerLines || CSVLines.count(bytes, place..<next) > 1
            hasHighBit = hasHighBit || UnsafeBufferPointer(rebasing: window[place..<next]).contains { $0 >= 0x80 }
            searched = next
            return true
        case .incomplete(let quote):
            index.truncate(to: index.recordCount)
            guard filled - place <= maximumRecordSize else { throw recordTooLong(at: place) }
            if hasEnded { throw unclosedQuote(at: quote ?? place) }
            expectMore(of: place)
            return false
        }
    }

    private var window: UnsafeMutableBufferPointer<UInt8> { UnsafeMutableBufferPointer(start: bytes, count: filled) }

    /// Ends the last record, which may have no line end.
    private func complete() throws(Diagnostic) {
        let open = open
        if open < filled {
            if structure?.isInside == true {
                // The scanner finds the quote.
                guard try !scan(from: open) else { return }
            }
            index.reserve(1)
            index.append(filled)
            index.endRecord()
        }
        isComplete = true
    }

    /// Asks for more bytes, unless the record is too long already: only what is known to be of it counts.
    private func wait() throws(Diagnostic) -> Bool {
        guard searched - open > maximumRecordSize else { return false }
        throw recordTooLong(at: open)
    }

    /// Checks the length of the first records.
    private func checkSizes(of records: Int) throws(Diagnostic) {
        guard end(of: records) - start > maximumRecordSize else { return }
        var place = start
        for record in 1...records {
            let end = end(of: record)
            guard end - place <= maximumRecordSize else { throw recordTooLong(at: place) }
            place = end
        }
    }
}
