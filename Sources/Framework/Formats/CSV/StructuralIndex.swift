/// Finds the field ends of a regular CSV text, sixty-four bytes at a time.
///
///     bytes       a , " b , c " LF        text    a,"b,c"⏎
///     delimiter   . 1 . . 1 . . .
///     line end    . . . . . . . 1
///     quote       . . 1 . . . 1 .
///     inside      . . 1 1 1 1 . .         every bit the exclusive or of all quotes up to it
///     found       . 1 . . . . . 1
///
/// That is right as long as quotes stand only at the borders of fields, and in pairs within quoted ones. Each quote is
/// checked, and the first that is elsewhere stops the search: its record is read by `CSVScanner`.
struct StructuralIndex {
    private let delimiter: UInt8
    private let quote: UInt8?

    /// All bits set if the next byte is within quotes, otherwise none.
    private var inside: UInt64 = 0
    /// 1 if a quote at the next byte may open a field: the byte before it is a border or a closing quote.
    private var mayOpen: UInt64 = 1
    /// 1 if the byte before the next one is a closing quote.
    private var hasClosed: UInt64 = 0

    /// Whether a byte that is not ASCII was seen.
    var hasHighBit = false
    /// Whether a line end within quotes was seen.
    var hasInnerLines = false

    /// An index of a regular syntax.
    init(_ syntax: CSVSyntax) {
        delimiter = syntax.delimiter[0]
        quote = syntax.quote
    }

    /// Whether the next byte is within quotes.
    var isInside: Bool { inside != 0 }

    /// Begins again at the start of a record.
    mutating func restart() { (inside, mayOpen, hasClosed) = (0, 1, 0) }

    /// Finds the field ends of whole blocks of sixty-four bytes; in the last block of the text, of what there is.
    ///
    /// - Parameters:
    ///   - bytes: The text, with sixty-four more bytes that can be read.
    ///   - start: Where to begin, at the start of a record or where the last call has ended; moved to the end of the
    ///     last block.
    ///   - end: Where the bytes end. Without `isLast`, one byte more is known.
    ///   - isLast: Whether the text ends there.
    ///   - ends: Receives the ends. It has room for one entry for each byte, and 64 more.
    /// - Returns: Where the first quote is that stands where it should not; nil if there is none.
    mutating func find(
        in bytes: UnsafePointer<UInt8>,
        from start: inout Int,
        upTo end: Int,
        isLast: Bool,
        ends: inout FieldEnds
    ) -> Int? {
        // In registers: what is written through a pointer might otherwise change them.
        var state = self
        var (place, found) = (start, ends)
        defer { (self, start, ends) = (state, place, found) }
        return state.search(bytes, from: &place, upTo: end, isLast: isLast, ends: &found)
    }

    @inline(__always)
    private mutating func search(
        _ bytes: UnsafePointer<UInt8>,
        from start: inout Int,
        upTo end: Int,
        isLast: Bool,
        ends: inout FieldEnds
    ) -> Int? {
        while start &+ 64 <= end || isLast && start < end {
            let block = ByteBlock(bytes + start)
            let valid: UInt64 = end &- start >= 64 ? ~0 : (1 &<< UInt64(truncatingIfNeeded: end &- start)) &- 1
            var lineEnds = block.mask(of: CSVSign.lf)
            var border = block.mask(of: delimiter) | lineEnds
            let cr = block.mask(of: CSVSign.cr)
            if cr != 0 {
                border |= cr
                // A CR before an LF is part of its line end.
                let next: UInt64 = bytes[start &+ 64] == CSVSign.lf ? 1 : 0
                lineEnds |= cr & ~(lineEnds &>> 1 | next &<< 63)
            }
            var found = border & ~(cr & ~lineEnds) & valid
            lineEnds &= valid
            if block.hasHighBit { hasHighBit = true }

            let quotes = quote.map { block.mask(of: $0) & valid } ?? 0
            if quotes | inside | hasClosed == 0 {
                mayOpen = border &>> 63
            } else {
                if let wrong = leaveOutQuoted(quotes, border: border | ~valid, found: &found, lineEnds: &lineEnds) {
                    ends.append(found, lineEnds: lineEnds, at: start)
                    return start &+ wrong
                }
            }
            ends.append(found, lineEnds: lineEnds, at: start)
            start = min(start &+ 64, end)
        }
        return nil
    }

    /// Removes what is within quotes, and checks where they stand.
    ///
    /// - Returns: The place of the first quote that stands where it should not; then only what is before it stays.
    @inline(__always)
    private mutating func leaveOutQuoted(
        _ quotes: UInt64,
        border: UInt64,
        found: inout UInt64,
        lineEnds: inout UInt64
    ) -> Int? {
        var within = quotes
        within ^= within &<< 1
        within ^= within &<< 2
        within ^= within &<< 4
        within ^= within &<< 8
        within ^= within &<< 16
        within ^= within &<< 32
        // From an opening quote up to the byte before the closing one.
        within ^= inside
        let opening = quotes & within
        let closing = quotes & ~within
        let outside = border & ~within
        var wrong = opening & ~((outside | closing) &<< 1 | mayOpen)
        wrong |= (closing &<< 1 | hasClosed) & ~(border | quotes)
        var kept = ~within
        if lineEnds & within != 0 { hasInnerLines = true }
        if wrong != 0 {
            kept &= wrong & (0 &- wrong) &- 1
        } else {
            inside = UInt64(bitPattern: Int64(bitPattern: within) &>> 63)
            mayOpen = (outside | closing) &>> 63
            hasClosed = closing &>> 63
        }
        found &= kept
        lineEnds &= kept
        return wrong == 0 ? nil : wrong.trailingZeroBitCount
    }
}
