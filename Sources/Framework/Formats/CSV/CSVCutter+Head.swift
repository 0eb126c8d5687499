public import Diagnostics

/// The first record of a CSV text: the header, or a sample of the fields.
public struct CSVHead: Sendable, Hashable {
    /// Its fields without quotes; empty if the text has no record.
    public let fields: [String]
    /// The line on which it begins, counted from 1.
    public let line: Int
}

extension CSVCutter {
    /// Reads the first record; what precedes it is passed over: lines to skip, blank lines and comments.
    ///
    /// - Parameters:
    ///   - lines: The number of lines to skip, whatever they contain.
    ///   - isHeader: Whether the record is a header, so that the first page begins after it.
    /// - Returns: The record; nil if more bytes are needed.
    /// - Throws: `csv.quote`, `csv.encoding`, and the errors of `next`.
    public func readHead(skipping lines: Int = 0, isHeader: Bool) throws(Diagnostic) -> CSVHead? {
        guard try skipMark() else { return nil }
        var place = start
        for _ in 0..<lines {
            guard let next = nextLine(after: place) else { return try more(from: place) }
            place = next
        }
        while true {
            guard place < filled else {
                guard hasEnded else { return nil }
                begin(at: place)
                return CSVHead(fields: [], line: line)
            }
            var ends: [Int] = []
            switch scanner.record(in: bytes, from: place, upTo: filled, isLast: hasEnded, found: { ends.append($0) }) {
            case .incomplete(let quote):
                if hasEnded { throw unclosedQuote(at: quote ?? place) }
                return try more(from: place)
            case .record(let next, let fault):
                if isBlank(from: place, ends: ends) || bytes[place] == syntax.comment {
                    place = next
                    continue
                }
                let line = line(at: place)
                if let fault { throw faultyRecord(fault, line: line) }
                let fields = try fields(from: place, ends: ends, line: line)
                begin(at: isHeader ? next : place)
                return CSVHead(fields: fields, line: line)
            }
        }
    }

    /// Has the next page begin at a place of the window.
    private func begin(at place: Int) {
        line = line(at: place)
        start = place
        searched = place
    }

    /// Asks for more bytes, unless there are too many already.
    private func more(from place: Int) throws(Diagnostic) -> CSVHead? {
        guard filled - place <= Self.largestHead else { throw recordTooLong(at: place, limit: Self.largestHead) }
        return nil
    }

    private static var largestHead: Int { 16 << 20 }

    /// The start of the line after a place; nil if more bytes are needed.
    private func nextLine(after place: Int) -> Int? {
        var place = place
        while place < filled, bytes[place] != CSVSign.lf, bytes[place] != CSVSign.cr { place += 1 }
        guard place + 1 < filled || hasEnded else { return nil }
        guard place < filled else { return filled }
        let isCRLF = bytes[place] == CSVSign.cr && place + 1 < filled && bytes[place + 1] == CSVSign.lf
        return place + (isCRLF ? 2 : 1)
    }

    private func isBlank(from place: Int, ends: [Int]) -> Bool {
        ends.count == 1 && field(from: place, upTo: ends[0]).isEmpty
    }

    /// A field without the line end after it.
    private func field(from start: Int, upTo end: Int) -> UnsafeBufferPointer<UInt8> {
        let isCRLF = end > start && end < filled && bytes[end] == CSVSign.lf && bytes[end - 1] == CSVSign.cr
        return UnsafeBufferPointer(start: bytes + start, count: end - start - (isCRLF ? 1 : 0))
    }

    private func fields(from place: Int, ends: [Int], line: Int) throws(Diagnostic) -> [String] {
        if UTF8Validity.firstInvalid(in: bytes, place..<(ends.last ?? place)) != nil {
            throw CSVDecoder.encodingFault(name, line: line)
        }
        let cell = CSVCell(syntax)
        var start = place
        return ends.map { end in
            defer { start = end + syntax.delimiter.count }
            return cell.text(of: field(from: start, upTo: end))
        }
    }
}
