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
    /// - Throws: `csv.quote`, `csv.encoding`, and the errors of `next`; a line that is skipped has the length of a
    ///   record at most.
    public func readHead(skipping lines: Int = 0, isHeader: Bool) throws(Diagnostic) -> CSVHead? {
        guard try skipMark() else { return nil }
        guard hasEnded || filled >= awaited else { return nil }
        while skippedLines < lines, !(hasEnded && start == filled) {
            guard let next = nextLine(after: start) else { return try more() }
            try checkHead(upTo: next)
            begin(at: next)
            skippedLines += 1
        }
        var ends: [Int] = []
        while true {
            guard start < filled else {
                guard hasEnded else { return try more() }
                return CSVHead(fields: [], line: line)
            }
            ends.removeAll(keepingCapacity: true)
            switch scanner.record(in: bytes, from: start, upTo: filled, isLast: hasEnded, found: { ends.append($0) }) {
            case .incomplete(let quote):
                guard hasEnded else { return try more() }
                try checkHead(upTo: filled)
                throw unclosedQuote(at: quote ?? start)
            case .record(let next, let fault):
                try checkHead(upTo: next)
                if isBlank(from: start, ends: ends) || bytes[start] == syntax.comment {
                    begin(at: next)
                    continue
                }
                if let fault { throw faultyRecord(fault, line: line) }
                let head = CSVHead(fields: try fields(from: start, ends: ends, line: line), line: line)
                if isHeader { begin(at: next) }
                return head
            }
        }
    }

    /// Has the next line or the next page begin at a place of the window.
    private func begin(at place: Int) {
        line = line(at: place)
        start = place
        searched = place
        awaited = 0
    }

    /// Asks for more bytes: for twice as many of the line, so that a long one is not searched again with each read.
    private func more() throws(Diagnostic) -> CSVHead? {
        try checkHead(upTo: filled)
        dropPassed()
        expectMore(of: start)
        return nil
    }

    /// Checks the length of the line or record that begins the window.
    private func checkHead(upTo end: Int) throws(Diagnostic) {
        guard end - start > maximumRecordSize else { return }
        throw recordTooLong(at: start)
    }

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
