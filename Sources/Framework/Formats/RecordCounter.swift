/// Counts the records of a text in pieces, without parsing their fields.
///
/// Sixty-four bytes at a time become three masks, a bit for each byte: the quotes, the line feeds and the carriage
/// returns. The bytes between two quotes are those with an odd number of quotes before them; a carry-less prefix sum
/// computes them all together (Langdale and Lemire, *Parsing Gigabytes of JSON per Second*, 2019, §3.1.1):
///
///     bytes    a , " x " " ⏎ " , b ⏎
///     quotes   . . 1 . 1 1 . 1 . . .
///     inside   . . 1 1 . 1 1 . . . .
///     ends     . . . . . . . . . . 1
///
/// A doubled quote closes a field and opens it again, which changes nothing, and the separator does not matter. A quote
/// in an unquoted field does: RFC 4180 §2.5 forbids it, and a text that has one is counted incorrectly.
public struct RecordCounter: Sendable {
    private let isCSV: Bool
    private let hasHeader: Bool
    /// Line ends that ended a record, plus the records before the first byte.
    private var ends: Int
    /// All ones while a quoted field is open.
    private var inside: UInt64 = 0
    /// 1 if the last byte was a carriage return that ended a record: a line feed that follows belongs to it.
    private var afterReturn: UInt64 = 0
    /// Whether there are bytes after the last line end.
    private var isWithinRecord = false

    /// A counter for a whole text; nil for an opaque format.
    ///
    /// - Parameter format: The format of the records.
    public init?(_ format: RecordFormat) {
        switch format {
        case .lines: (isCSV, hasHeader) = (false, false)
        case .csv(let header): (isCSV, hasHeader) = (true, header)
        case .opaque: return nil
        }
        ends = 0
    }

    /// A counter for the rest of a text after a record; nil for an opaque format.
    ///
    /// The header is before the rest.
    ///
    /// - Parameters:
    ///   - format: The format of the records.
    ///   - records: How many records are before the rest.
    public init?(_ format: RecordFormat, resumingAfter records: Int) {
        switch format {
        case .lines: isCSV = false
        case .csv: isCSV = true
        case .opaque: return nil
        }
        hasHeader = false
        ends = records
    }

    /// The number of records, without the header, if the text ends here.
    ///
    /// A last line without a line end counts, and so does an empty line.
    public var count: Int {
        let all = ends + (isWithinRecord ? 1 : 0)
        return hasHeader ? max(0, all - 1) : all
    }

    /// Adds the next bytes.
    public mutating func update(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Adds the next bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let last = bytes.last else { return }
        if isCSV {
            countRecords(bytes)
            isWithinRecord = inside != 0 || last != CSVSign.lf && last != CSVSign.cr
        } else {
            countLines(bytes)
            isWithinRecord = last != CSVSign.lf
        }
    }

    private typealias Block = SIMD64<UInt8>
    private static var blockSize: Int { 64 }

    private mutating func countLines(_ bytes: UnsafeRawBufferPointer) {
        let feed = Block(repeating: CSVSign.lf)
        var offset = 0
        while bytes.count - offset >= Self.blockSize {
            // A lane of eight bits counts to 255 before it must be emptied.
            let stop = offset + min((bytes.count - offset) / Self.blockSize, 255) * Self.blockSize
            var lanes = Block(repeating: 0)
            while offset < stop {
                let block = bytes.loadUnaligned(fromByteOffset: offset, as: Block.self)
                lanes &-= Self.lanes(block .== feed)
                offset += Self.blockSize
            }
            ends += Self.sum(lanes)
        }
        while offset < bytes.count {
            if bytes[offset] == CSVSign.lf { ends += 1 }
            offset += 1
        }
    }

    private mutating func countRecords(_ bytes: UnsafeRawBufferPointer) {
        var offset = 0
        while bytes.count - offset >= Self.blockSize {
            countRecords(bytes.loadUnaligned(fromByteOffset: offset, as: Block.self), count: Self.blockSize)
            offset += Self.blockSize
        }
        guard offset < bytes.count else { return }
        // Zeros after the last bytes are neither quotes nor line ends.
        var rest = Block(repeating: 0)
        withUnsafeMutableBytes(of: &rest) {
            $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset...]))
        }
        countRecords(rest, count: bytes.count - offset)
    }

    /// Adds a block, of which the first `count` bytes belong to the text.
    @inline(__always)
    private mutating func countRecords(_ block: Block, count: Int) {
        let quotes = Self.bits(block .== Block(repeating: CSVSign.quote))
        let feeds = Self.bits(block .== Block(repeating: CSVSign.lf))
        let returns = Self.bits(block .== Block(repeating: CSVSign.cr))
        let inside = Self.prefixParity(quotes) ^ self.inside
        self.inside = UInt64(bitPattern: Int64(bitPattern: inside) >> 63)
        let returnEnds = returns & ~inside
        let feedEnds = feeds & ~inside & ~(returnEnds << 1 | afterReturn)
        afterReturn = returnEnds >> UInt64(count - 1) & 1
        ends += returnEnds.nonzeroBitCount + feedEnds.nonzeroBitCount
    }

    /// For each bit, whether an odd number of bits is set up to and with it.
    private static func prefixParity(_ bits: UInt64) -> UInt64 {
        var parity = bits
        parity ^= parity << 1
        parity ^= parity << 2
        parity ^= parity << 4
        parity ^= parity << 8
        parity ^= parity << 16
        parity ^= parity << 32
        return parity
    }

    /// A bit for each lane, the first lane's lowest.
    @inline(__always)
    private static func bits(_ mask: SIMDMask<SIMD64<Int8>>) -> UInt64 {
        // Eight lanes get eight different bits; multiplied, their sum is in the highest byte.
        let words = unsafeBitCast(mask, to: SIMD8<UInt64>.self) & SIMD8(repeating: 0x8040_2010_0804_0201)
        let four = words.lowHalf | words.highHalf
        let two = four.lowHalf | four.highHalf
        // Most blocks have no quote, or no carriage return.
        guard two.x | two.y != 0 else { return 0 }
        var bits: UInt64 = 0
        for index in 0..<8 { bits = bits >> 8 | (words[index] &* 0x0101_0101_0101_0101) & 0xFF << 56 }
        return bits
    }

    /// 255, or minus one, for each lane that is set.
    ///
    /// `replacing(with:where:)`, which would need no cast, is 100 times slower on 6.3.1.
    @inline(__always)
    private static func lanes(_ mask: SIMDMask<SIMD64<Int8>>) -> Block { unsafeBitCast(mask, to: Block.self) }

    private static func sum(_ lanes: Block) -> Int {
        let low = SIMD32<UInt16>(truncatingIfNeeded: lanes.lowHalf)
        let high = SIMD32<UInt16>(truncatingIfNeeded: lanes.highHalf)
        return Int((low &+ high).wrappedSum())
    }
}
