import Diagnostics
import Formats

/// A text in memory that comes in pieces of `piece` bytes.
struct TextPieces: ByteInput {
    private var rest: ArraySlice<UInt8>
    private let piece: Int

    init(_ bytes: [UInt8], piece: Int = .max) {
        rest = bytes[...]
        self.piece = piece
    }

    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(Diagnostic) -> Int {
        let next = rest.prefix(min(piece, buffer.count))
        rest = rest.dropFirst(next.count)
        buffer.copyBytes(from: next)
        return next.count
    }
}

/// All records of a text.
func csvRecords(
    _ bytes: [UInt8],
    _ dialect: CSVDialect = CSVDialect(),
    piece: Int = .max,
    maximumRecordSize: Int = 1 << 20
) throws(Diagnostic) -> [[String]] {
    var reader = CSVReader(
        TextPieces(bytes, piece: piece),
        dialect: dialect,
        name: "test.csv",
        maximumRecordSize: maximumRecordSize
    )
    var record = CSVRecord()
    var records: [[String]] = []
    while try reader.read(into: &record) { records.append(record.fields) }
    return records
}
