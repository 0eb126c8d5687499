/// Whole records of a CSV text whose field ends are known, not decoded yet.
///
/// `CSVCutter` makes pages one after the other, which is fast; `CSVDecoder` decodes several at the same time.
public final class CSVPage: @unchecked Sendable {
    // Sendable: nothing changes after `init`, and the memory belongs to the page alone.

    /// Its text; sixty-four bytes after the last one can be read.
    let bytes: UnsafeMutablePointer<UInt8>
    /// Where its records begin and end in `bytes`.
    let range: Range<Int>
    /// The field ends, by their place in `bytes`.
    let index: FieldEnds
    /// Why records cannot be used, by their index.
    let faults: [Int: CSVFault]
    /// Whether all bytes are known to be ASCII.
    let isASCII: Bool
    /// Whether a record may have line ends within.
    let hasInnerLines: Bool
    /// The line on which the first record begins, counted from 1.
    public let firstLine: Int

    init(
        bytes: UnsafeMutablePointer<UInt8>,
        range: Range<Int>,
        index: FieldEnds,
        faults: [Int: CSVFault],
        isASCII: Bool,
        hasInnerLines: Bool,
        firstLine: Int
    ) {
        self.bytes = bytes
        self.range = range
        self.index = index
        self.faults = faults
        self.isASCII = isASCII
        self.hasInnerLines = hasInnerLines
        self.firstLine = firstLine
        (index.ends - 1).pointee = UInt32(truncatingIfNeeded: range.lowerBound) &- 1
    }

    deinit {
        bytes.deallocate()
        index.deallocate()
    }

    /// The number of records, including blank lines and comments.
    public var recordCount: Int { index.recordCount }

    /// The size of its text in bytes.
    public var size: Int { range.count }

    /// Where a record lies in `bytes`, including its line end.
    func bytes(of record: Int) -> Range<Int> {
        let (first, end) = (index.fields(upTo: record), index.fields(upTo: record + 1))
        let start = first == 0 ? range.lowerBound : Int(index.ends[first - 1]) + 1
        return start..<min(Int(index.ends[end - 1]) + 1, range.upperBound)
    }

    /// The fields of a record as they are written, without the line end.
    func fields(of record: Int, syntax: CSVSyntax) -> [UnsafeBufferPointer<UInt8>] {
        var start = bytes(of: record).lowerBound
        return (index.fields(upTo: record)..<index.fields(upTo: record + 1)).map { place in
            let end = Int(index.ends[place])
            defer { start = end + syntax.delimiter.count }
            let isCRLF = end > start && bytes[end] == CSVSign.lf && bytes[end - 1] == CSVSign.cr
            return UnsafeBufferPointer(start: bytes + start, count: end - start - (isCRLF ? 1 : 0))
        }
    }

    /// The line on which a record begins.
    func line(of record: Int) -> Int {
        guard hasInnerLines else { return firstLine + record }
        return firstLine + CSVLines.count(bytes, range.lowerBound..<bytes(of: record).lowerBound)
    }

    /// The line on which each of some records begins.
    ///
    /// - Parameter records: Their indices, in ascending order.
    /// - Returns: A line for each, counted from 1.
    func lines(of records: UnsafeBufferPointer<UInt32>) -> [UInt32] {
        guard hasInnerLines else { return records.map { UInt32(truncatingIfNeeded: firstLine) &+ $0 } }
        var line = firstLine
        var place = range.lowerBound
        return records.map { record in
            let start = bytes(of: Int(record)).lowerBound
            line += CSVLines.count(bytes, place..<start)
            place = start
            return UInt32(truncatingIfNeeded: line)
        }
    }

    /// A record as it is written, without its line end: at most 1 KiB of it.
    func excerpt(of record: Int) -> String {
        var range = bytes(of: record)
        while let last = range.last, bytes[last] == CSVSign.lf || bytes[last] == CSVSign.cr {
            range = range.dropLast()
        }
        let shown = UnsafeBufferPointer(start: bytes + range.lowerBound, count: min(range.count, 1024))
        return String(decoding: shown, as: UTF8.self) + (shown.count < range.count ? "…" : "")
    }
}

/// Counts line ends: LF, CR LF and CR.
enum CSVLines {
    /// The number of line ends in a range, after which one more byte can be read.
    static func count(_ bytes: UnsafePointer<UInt8>, _ range: Range<Int>) -> Int {
        var count = 0
        for place in range {
            let byte = bytes[place]
            count &+= byte == CSVSign.lf ? 1 : 0
            count &+= byte == CSVSign.cr && bytes[place &+ 1] != CSVSign.lf ? 1 : 0
        }
        return count
    }
}
