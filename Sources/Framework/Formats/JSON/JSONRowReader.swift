public import Diagnostics
public import Records

/// Reads an array of objects in pieces, directly into batches.
///
///     var reader = JSONRowReader(file, rows: rows, name: "watched-history-3.json")
///     while try reader.read(into: &batch, atMost: 1000) { … }
///
/// It holds a window of 256 KiB over the bytes, larger only for a single larger record. Syntax is checked strictly (RFC
/// 8259), the fit of values leniently (`JSONRows`). A byte order mark is skipped.
public struct JSONRowReader<Input: ByteInput> {
    /// The name of the input for messages, usually that of a file.
    public let name: String
    /// How many records have been read or skipped.
    public private(set) var recordsRead = 0
    /// The number of values so far that did not fit their column and became null, except times.
    public private(set) var mismatches = 0
    /// The times of the last call of `read` that are not instants: they are null, and not counted elsewhere.
    ///
    /// A caller that reads instants has to handle them; otherwise records lose their times without notice.
    public private(set) var oddInstants: [JSONRows.OddInstant] = []

    private let rows: JSONRows
    var window: JSONWindow<Input>
    private var memory: JSONRowMemory
    private var place = Place.start

    /// What may come next.
    private enum Place { case start, firstElement, element, separator, finished }

    /// Creates a reader of all the records in `input`.
    ///
    /// - Parameters:
    ///   - input: The bytes, from their beginning.
    ///   - rows: Which values go into which columns.
    ///   - name: The name of the input for messages.
    ///   - expectedSize: The approximate size in bytes, if known: a small input gets a small window.
    public init(_ input: Input, rows: JSONRows, name: String, expectedSize: Int? = nil) {
        let largest = 256 << 10
        // Reading one more byte than expected detects the end.
        let size = min(expectedSize ?? largest, largest - 1) + 1
        self.init(input, rows: rows, name: name, windowSize: max(size, 1 << 10))
    }

    init(_ input: Input, rows: JSONRows, name: String, windowSize: Int) {
        self.name = name
        self.rows = rows
        window = JSONWindow(input, size: windowSize)
        memory = JSONRowMemory(rows.trie)
    }

    /// The number of bytes that the window over the input holds.
    package var windowSize: Int { window.room }

    /// Fills the window for the first time, so that the next call of `read` need not wait for the input.
    ///
    /// - Throws: As `read(into:atMost:)`.
    package mutating func prepare() throws(Diagnostic) { _ = try begin() }

    /// Appends the next records to a batch, numbered from 1 within the input.
    ///
    /// It stops early when the batch holds 8 MiB of text, so empty the batch between calls. A record is appended as a
    /// whole or not at all; after an error the records before it are in the batch.
    ///
    /// - Parameters:
    ///   - batch: A batch that has the columns of the plan.
    ///   - limit: The maximum number of records, at least 1.
    /// - Returns: Whether there may be more: false if the end was reached and only whitespace follows.
    /// - Throws: `json.truncated`, `json.syntax`, `json.utf8`, `json.depth`, `json.too-large`, `json.not-an-array`,
    ///   each with the number of the record and the offset of the byte; what the input throws.
    public mutating func read(into batch: inout Batch, atMost limit: Int) throws(Diagnostic) -> Bool {
        precondition(limit > 0, "a page of no records")
        precondition(rows.trie.leastWidth <= batch.schema.width, "the batch lacks columns of the plan")
        batch.number(from: recordsRead + 1)
        oddInstants.removeAll()
        var left = limit
        while left > 0, batch.bytesOfText < mostText {
            guard try begin() else { return false }
            // In blocks, because room is reserved for a whole one.
            let progress = decode(into: &batch, atMost: min(left, 256))
            left -= progress.records
            try handle(progress)
        }
        return place != .finished
    }

    /// Skips records, checking only their form, to resume reading where it stopped another time.
    ///
    /// - Parameter count: The number of records. If there are fewer, `recordsRead` is the number that was there.
    /// - Throws: As `read(into:atMost:)`, except `json.utf8`.
    public mutating func skip(_ count: Int) throws(Diagnostic) {
        var left = count
        while left > 0, try begin() {
            let progress = passOver(atMost: left)
            left -= progress.records
            try handle(progress)
        }
    }

    // MARK: Within the window

    /// The result of one pass over the window.
    private struct Progress {
        var records = 0
        /// The first byte of the window that is not processed.
        var next = 0
        var place: Place
        var stop: JSONStop?
    }

    private mutating func decode(into batch: inout Batch, atMost limit: Int) -> Progress {
        let trie = rows.trie
        let (form, isLast, room) = (rows.form, window.isAtEnd, window.room * trie.texts)
        var progress = Progress(place: place)
        var misfits = 0
        var odd: [JSONRows.OddInstant] = []

        window.withScanner { scanner in
            batch.appendRows(atMost: limit) { rows in
                let startOfText = rows.endOfText
                memory.withDecoder(of: scanner, room: room, startOfText: startOfText) { decoder in
                    var p = scanner.base
                    do throws(JSONStop) {
                        while progress.records < limit, decoder.endOfText < mostText {
                            p = try Self.advance(p, place: &progress.place, form: form, scanner: scanner)
                            progress.next = p - scanner.base
                            if progress.place == .finished { break }
                            if !decoder.hasRoom(from: p) { decoder.flush(to: &rows) }
                            let (text, mismatches) = (decoder.textCount, decoder.mismatches)
                            let odds = decoder.oddInstants.count
                            do throws(JSONStop) {
                                p = try decoder.record(p, depth: 1)
                                // A number that may continue.
                                if form == .lines, p >= scanner.end, !isLast { throw .incomplete }
                            } catch {
                                (decoder.textCount, decoder.mismatches) = (text, mismatches)
                                decoder.oddInstants.removeLast(decoder.oddInstants.count - odds)
                                throw error
                            }
                            progress.next = p - scanner.base
                            progress.place = form == .array ? .separator : .element
                            for column in trie.presences { rows.put(word: 0, at: column) }
                            for move in trie.moves {
                                if let word = decoder.slots[move.slot].word { rows.put(word: word, at: move.column) }
                            }
                            if decoder.oddInstants.count > odds {
                                Self.takeOut(
                                    decoder.oddInstants,
                                    slots: decoder.slots,
                                    trie: trie,
                                    rows: &rows,
                                    odd: &odd
                                )
                            }
                            rows.endRow()
                            progress.records &+= 1
                        }
                    } catch {
                        progress.stop = error
                    }
                    misfits = decoder.mismatches
                    decoder.flush(to: &rows)
                }
            }
        }
        mismatches += misfits
        oddInstants += odd
        return progress
    }

    /// Sets the cells of a record to null whose times are not instants, and records the times.
    private static func takeOut(
        _ found: [JSONRowDecoder.OddInstant],
        slots: UnsafeMutableBufferPointer<JSONSlot>,
        trie: JSONTrie,
        rows: inout RowWriter,
        odd: inout [JSONRows.OddInstant]
    ) {
        // The slot that fills a column is the last one that is not null.
        var fills: [Int: JSONSlot] = [:]
        for move in trie.moves where trie.slots[move.slot].role == .instant {
            if case .null = slots[move.slot] { continue }
            fills[move.column] = slots[move.slot]
        }
        for move in trie.moves {
            guard case .integer(let place) = fills.removeValue(forKey: move.column) else { continue }
            let field = Field(index: move.column, kind: .instant)
            rows.setNull(in: field)
            let time = found[Int(place)]
            odd.append(JSONRows.OddInstant(row: rows.row, field: field, text: time.text, local: time.local))
        }
    }

    private func passOver(atMost limit: Int) -> Progress {
        let (form, isLast) = (rows.form, window.isAtEnd)
        var progress = Progress(place: place)
        window.withScanner { scanner in
            var p = scanner.base
            do throws(JSONStop) {
                while progress.records < limit {
                    p = try Self.advance(p, place: &progress.place, form: form, scanner: scanner)
                    progress.next = p - scanner.base
                    if progress.place == .finished { break }
                    p = try scanner.skipValue(p, depth: 1)
                    if form == .lines, p >= scanner.end, !isLast { throw .incomplete }
                    progress.next = p - scanner.base
                    progress.place = form == .array ? .separator : .element
                    progress.records += 1
                }
            } catch {
                progress.stop = error
            }
        }
        return progress
    }

    /// Advances to the next record, or over the closing bracket; `place` then tells which it was.
    @inline(__always)
    private static func advance(
        _ p: JSONScanner.Bytes,
        place: inout Place,
        form: JSONRows.Form,
        scanner: JSONScanner
    ) throws(JSONStop) -> JSONScanner.Bytes {
        let p = scanner.space(p)
        switch (place, p.pointee) {
        case (.separator, UInt8(ascii: ",")):
            place = .element
            return scanner.space(p + 1)
        case (.separator, UInt8(ascii: "]")), (.firstElement, UInt8(ascii: "]")):
            place = .finished
            return p + 1
        case (.separator, _): throw scanner.stop(.commaOrBracket, at: p)
        default:
            // In a sequence of lines, the last line may end with the input.
            if form == .lines, p >= scanner.end { throw .incomplete }
            return p
        }
    }

    // MARK: From window to window

    private mutating func handle(_ progress: Progress) throws(Diagnostic) {
        window.drop(progress.next)
        recordsRead += progress.records
        place = progress.place
        switch progress.stop {
        case nil: if place == .finished { try finish() }
        case .incomplete:
            guard window.isAtEnd else { return try fill() }
            dropSpaces()
            guard rows.form == .lines, window.count == 0 else { throw truncated() }
            place = .finished
        case .some(let stop): throw diagnostic(for: stop, after: progress.next)
        }
    }

    /// Finds the beginning of the array; returns whether there is anything to read.
    private mutating func begin() throws(Diagnostic) -> Bool {
        guard place == .start else { return place != .finished }
        try fill(atLeast: 3)
        if window.prefix(3).elementsEqual([0xEF, 0xBB, 0xBF]) { window.drop(3) }
        try skipSpaces()
        guard rows.form == .array else {
            place = .element
            return true
        }
        guard let first = window.prefix(1).first else { throw nothing() }
        guard first == UInt8(ascii: "[") else {
            try fill(atLeast: 64)
            throw notAnArray()
        }
        window.drop(1)
        place = .firstElement
        return true
    }

    /// Checks that nothing follows the array.
    private mutating func finish() throws(Diagnostic) {
        try skipSpaces()
        if window.count > 0 { throw trailing() }
    }

    private mutating func skipSpaces() throws(Diagnostic) {
        dropSpaces()
        while window.count == 0, !window.isAtEnd {
            try fill()
            dropSpaces()
        }
    }

    private mutating func dropSpaces() {
        window.drop(window.withScanner { $0.space($0.base) - $0.base })
    }

    private mutating func fill(atLeast count: Int) throws(Diagnostic) {
        while window.count < count, !window.isAtEnd { try fill() }
    }

    private mutating func fill() throws(Diagnostic) {
        guard try window.fill() else { throw tooLarge() }
    }
}

extension JSONRowReader: Sendable where Input: Sendable {}

/// The amount of text, in bytes, at which a batch is large enough.
private let mostText = Batch.usualBytesOfText
