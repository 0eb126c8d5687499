internal import Records

/// Writes records as bytes, and reads them.
///
///     a bit for each column, eight in a byte, the lowest first: whether it has a value; then the values:
///     number, instant, date    its word in eight bytes
///     boolean                  0 or 1
///     text, bytes              the length in four bytes, and the bytes
///     decimal                  its scale plus one, and its coefficient in sixteen bytes
///
/// The bytes stay on one machine, so words are in its order.
struct RowCoding: Sendable {
    private let kinds: [Schema.Kind]
    private let fields: [Field]
    private let bitBytes: Int

    init(_ schema: Schema) {
        fields = schema.fields
        kinds = fields.map(\.kind)
        bitBytes = (kinds.count + 7) / 8
    }

    /// The most bytes that a record takes.
    @inline(__always)
    func most(_ row: Int, of columns: UnsafeBufferPointer<ColumnMemory>) -> Int {
        var most = bitBytes + 17 * columns.count
        for column in columns where column.isText { most &+= Int(truncatingIfNeeded: column.words[row] &>> 32) }
        return most
    }

    /// Writes a record, and returns its length.
    @inline(__always)
    func write(
        _ row: Int,
        of columns: UnsafeBufferPointer<ColumnMemory>,
        to start: UnsafeMutablePointer<UInt8>
    ) -> Int {
        start.update(repeating: 0, count: bitBytes)
        var target = UnsafeMutableRawPointer(start + bitBytes)
        for index in 0..<columns.count {
            let column = columns[index]
            if column.isNull(row) { continue }
            start[index &>> 3] |= 1 &<< UInt8(truncatingIfNeeded: index & 7)
            let word = column.words[row]
            switch column.kind {
            case .integer, .real, .instant, .date:
                target.storeBytes(of: word, as: UInt64.self)
                target += 8
            case .boolean:
                target.storeBytes(of: UInt8(truncatingIfNeeded: word), as: UInt8.self)
                target += 1
            case .text, .bytes:
                let text = column.text(word)
                target.storeBytes(of: UInt32(truncatingIfNeeded: text.count), as: UInt32.self)
                target += 4
                if let source = text.baseAddress { target.copyMemory(from: source, byteCount: text.count) }
                target += text.count
            case .decimal:
                target.storeBytes(of: UInt8(truncatingIfNeeded: word &>> 32), as: UInt8.self)
                let coefficient = column.bytes + Int(truncatingIfNeeded: word & 0xFFFF_FFFF)
                (target + 1).copyMemory(from: coefficient, byteCount: ExactDecimal.bytesOfCoefficient)
                target += 1 + ExactDecimal.bytesOfCoefficient
            }
        }
        return target - UnsafeMutableRawPointer(start)
    }

    /// Writes a record's cells into a row that is being written, which it does not end.
    ///
    /// - Returns: The bytes of its text; nil if the bytes are not a record.
    @inline(__always)
    func read(_ bytes: UnsafeBufferPointer<UInt8>, into rows: inout RowWriter) -> Int? {
        guard bytes.count >= bitBytes, let base = bytes.baseAddress else { return kinds.isEmpty ? 0 : nil }
        var (place, text) = (bitBytes, 0)
        for index in 0..<kinds.count where base[index &>> 3] &>> UInt8(truncatingIfNeeded: index & 7) & 1 != 0 {
            let source = UnsafeRawPointer(base + place)
            let left = bytes.count &- place
            switch kinds[index] {
            case .integer, .real, .instant, .date:
                guard left >= 8 else { return nil }
                rows.put(word: source.loadUnaligned(as: UInt64.self), at: index)
                place &+= 8
            case .boolean:
                guard left >= 1 else { return nil }
                rows.put(word: UInt64(base[place]), at: index)
                place &+= 1
            case .text, .bytes:
                guard left >= 4 else { return nil }
                let count = Int(source.loadUnaligned(as: UInt32.self))
                guard left &- 4 >= count else { return nil }
                let span = UnsafeBufferPointer(start: base + place + 4, count: count)
                if kinds[index] == .text {
                    rows.set(utf8: span, in: fields[index])
                } else {
                    rows.set(bytes: Span(_unsafeElements: span), in: fields[index])
                }
                place &+= 4 &+ count
                text &+= count
            case .decimal:
                let size = 1 + ExactDecimal.bytesOfCoefficient
                guard left >= size else { return nil }
                rows.set(ExactDecimal(word: UInt64(base[place]) << 32, in: base + place + 1), in: fields[index])
                place &+= size
                text &+= ExactDecimal.bytesOfCoefficient
            }
        }
        return place == bytes.count ? text : nil
    }
}

extension ColumnMemory {
    @inline(__always)
    func isNull(_ row: Int) -> Bool {
        guard let bits else { return false }
        return bits[row &>> 6] &>> UInt64(truncatingIfNeeded: row & 63) & 1 == 0
    }

    /// Whether the words hold the lengths of bytes.
    @inline(__always)
    var isText: Bool { kind == .text || kind == .bytes }

    @inline(__always)
    func text(_ word: UInt64) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(
            start: bytes + Int(truncatingIfNeeded: word & 0xFFFF_FFFF),
            count: Int(truncatingIfNeeded: word &>> 32)
        )
    }
}
