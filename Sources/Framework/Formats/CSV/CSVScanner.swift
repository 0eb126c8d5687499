/// Reads a record of a CSV text byte by byte: every syntax, and quotes that stand where they should not.
///
/// It defines what a text means; `StructuralIndex` finds the same field ends faster in a regular text.
///
/// - A quote opens a field only as its first byte. Anywhere else in an unquoted field it is an ordinary character.
/// - After a closing quote the field ends. If text follows, the record is faulty, and the rest of the field is read as
///   unquoted.
struct CSVScanner: Sendable {
    /// What was found at a place.
    enum Found: Hashable {
        /// A record, and where the next one begins.
        case record(next: Int, fault: CSVFault?)
        /// The bytes end before the record does. `quote` is where its open quote is, if there is one.
        case incomplete(quote: Int?)
    }

    let syntax: CSVSyntax
    /// The first byte of the delimiter.
    private let first: UInt8
    private let escape: UInt8?
    private let isSingleByte: Bool

    init(_ syntax: CSVSyntax) {
        self.syntax = syntax
        first = syntax.delimiter[0]
        isSingleByte = syntax.delimiter.count == 1
        if case .sign(let sign) = syntax.escape { escape = sign } else { escape = nil }
    }

    /// Reads the record that begins at `start`.
    ///
    /// A line that begins with the comment sign is a record of one field.
    ///
    /// - Parameters:
    ///   - bytes: The text.
    ///   - start: Where the record begins.
    ///   - end: Where the available bytes end; after `start`.
    ///   - isLast: Whether the text ends there.
    ///   - found: Called with the end of each field; that of the last one is the last byte of the line end, or `end`.
    /// - Returns: What was found.
    func record(
        in bytes: UnsafePointer<UInt8>,
        from start: Int,
        upTo end: Int,
        isLast: Bool,
        found: (Int) -> Void
    ) -> Found {
        if let comment = syntax.comment, bytes[start] == comment {
            return commentLine(in: bytes, from: start, upTo: end, isLast: isLast, found: found)
        }
        var p = start
        var fields = 0
        var fault: CSVFault?
        while true {
            fields += 1
            if let quote = syntax.quote, p < end, bytes[p] == quote {
                let opening = p
                guard let closed = closingQuote(in: bytes, from: p + 1, upTo: end, isLast: isLast, quote: quote) else {
                    return .incomplete(quote: opening)
                }
                p = closed + 1
                switch border(in: bytes, at: p, upTo: end, isLast: isLast) {
                case .incomplete: return .incomplete(quote: nil)
                case .none: fault = fault ?? .textAfterQuote(field: fields)
                case .delimiter, .lineEnd, .end: break
                }
            }
            // The rest of the field, which is empty after a quoted one.
            unquoted: while true {
                switch border(in: bytes, at: p, upTo: end, isLast: isLast) {
                case .incomplete: return .incomplete(quote: nil)
                case .none:
                    guard let next = afterCharacter(in: bytes, at: p, upTo: end, isLast: isLast) else {
                        return .incomplete(quote: nil)
                    }
                    p = next
                case .delimiter:
                    found(p)
                    p += syntax.delimiter.count
                    break unquoted
                case .lineEnd(let count):
                    found(p + count - 1)
                    return .record(next: p + count, fault: fault)
                case .end:
                    found(p)
                    return .record(next: p, fault: fault)
                }
            }
        }
    }

    private enum Border { case none, delimiter, lineEnd(Int), end, incomplete }

    /// What ends a field at a place.
    @inline(__always)
    private func border(in bytes: UnsafePointer<UInt8>, at p: Int, upTo end: Int, isLast: Bool) -> Border {
        guard p < end else { return isLast ? .end : .incomplete }
        let byte = bytes[p]
        if byte == first {
            if isSingleByte { return .delimiter }
            for (offset, sign) in syntax.delimiter.enumerated() {
                guard p + offset < end else { return isLast ? .none : .incomplete }
                if bytes[p + offset] != sign { return .none }
            }
            return .delimiter
        }
        if byte == CSVSign.lf { return .lineEnd(1) }
        guard byte == CSVSign.cr else { return .none }
        guard p + 1 < end else { return isLast ? .lineEnd(1) : .incomplete }
        return .lineEnd(bytes[p + 1] == CSVSign.lf ? 2 : 1)
    }

    /// The place after the character at `p`, which an escape sign may protect; nil if more bytes must be seen.
    @inline(__always)
    private func afterCharacter(in bytes: UnsafePointer<UInt8>, at p: Int, upTo end: Int, isLast: Bool) -> Int? {
        guard let escape, bytes[p] == escape else { return p + 1 }
        guard p + 1 < end else { return isLast ? p + 1 : nil }
        switch bytes[p + 1] {
        case CSVSign.cr:
            guard p + 2 < end else { return isLast ? p + 2 : nil }
            return bytes[p + 2] == CSVSign.lf ? p + 3 : p + 2
        case let next where isProtected(next): return p + 2
        default: return p + 1
        }
    }

    /// Whether an escape sign before a byte protects it.
    func isProtected(_ byte: UInt8) -> Bool {
        byte == escape || byte == syntax.quote || byte == first || byte == CSVSign.lf || byte == CSVSign.cr
    }

    /// The quote that closes a field; nil if more bytes must be seen.
    private func closingQuote(
        in bytes: UnsafePointer<UInt8>,
        from start: Int,
        upTo end: Int,
        isLast: Bool,
        quote: UInt8
    ) -> Int? {
        var p = start
        while p < end {
            guard bytes[p] == quote else {
                guard let next = afterCharacter(in: bytes, at: p, upTo: end, isLast: isLast) else { return nil }
                p = next
                continue
            }
            if syntax.escape == .none {
                switch border(in: bytes, at: p + 1, upTo: end, isLast: isLast) {
                case .incomplete: return nil
                case .none: p += 1
                case .delimiter, .lineEnd, .end: return p
                }
            } else {
                guard p + 1 < end else { return isLast ? p : nil }
                if bytes[p + 1] != quote { return p }
                p += 2
            }
        }
        return nil
    }

    private func commentLine(
        in bytes: UnsafePointer<UInt8>,
        from start: Int,
        upTo end: Int,
        isLast: Bool,
        found: (Int) -> Void
    ) -> Found {
        var p = start
        while p < end, bytes[p] != CSVSign.lf, bytes[p] != CSVSign.cr { p += 1 }
        switch p < end && bytes[p] == CSVSign.lf ? .lineEnd(1) : border(in: bytes, at: p, upTo: end, isLast: isLast) {
        case .lineEnd(let count):
            found(p + count - 1)
            return .record(next: p + count, fault: nil)
        case .incomplete: return .incomplete(quote: nil)
        case .none, .delimiter, .end:
            found(p)
            return .record(next: p, fault: nil)
        }
    }
}
