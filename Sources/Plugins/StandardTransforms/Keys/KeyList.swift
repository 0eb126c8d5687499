internal import PluginKit
internal import Spilling

/// The keys of a batch's records as bytes: two records have the same bytes if and only if all columns of the key are
/// equal.
///
///     null    0
///     number  1  its eight bytes           real, instant, date and boolean alike
///     text    2  its length in four bytes, and the text           bytes alike
///     decimal 3  its scale, and its coefficient in sixteen bytes, without trailing zeros of the fraction
///
/// 0.0 and -0.0 are equal and have the same bytes. A column has one kind, so the encoding is unambiguous.
struct KeyList {
    /// The keys, concatenated.
    private(set) var bytes: [UInt8] = []
    /// The hash of each key.
    private(set) var hashes: [UInt32] = []
    /// Where each key begins, and where the last one ends.
    private var starts = [0]
    /// Whether each key consists of nulls only.
    private var isNull: [Bool] = []

    /// Encodes the keys of all records.
    ///
    /// - Parameters:
    ///   - fields: The columns of the key, at least one.
    ///   - batch: The records.
    init(_ fields: [Field], of batch: borrowing Batch) {
        bytes.reserveCapacity(batch.count * fields.count * 16)
        starts.reserveCapacity(batch.count + 1)
        isNull.reserveCapacity(batch.count)
        for row in 0..<batch.count {
            var isNull = true
            for field in fields where append(row, field: field, of: batch) { isNull = false }
            starts.append(bytes.count)
            self.isNull.append(isNull)
        }
        let hash = KeyHash()
        hashes.reserveCapacity(batch.count)
        for row in 0..<batch.count { hashes.append(hash(bytes.span.extracting(range(of: row)))) }
    }

    /// The number of keys.
    var count: Int { hashes.count }

    /// The position of a row's key in `bytes`.
    @inline(__always)
    func range(of row: Int) -> Range<Int> { starts[row]..<starts[row &+ 1] }

    /// Whether a row's key consists of nulls only.
    @inline(__always)
    func isNull(_ row: Int) -> Bool { isNull[row] }

    /// Appends a cell; false if it is null.
    @inline(__always)
    private mutating func append(_ row: Int, field: Field, of batch: borrowing Batch) -> Bool {
        switch field.kind {
        case .text: if let text = batch.utf8(row, in: field) { return append(text) }
        case .bytes: if let bytes = batch.bytes(row, in: field) { return append(bytes) }
        case .integer: if let integer = batch.integer(row, in: field) { return append(UInt64(bitPattern: integer)) }
        case .instant: if let instant = batch.instant(row, in: field) { return append(UInt64(bitPattern: instant)) }
        case .date: if let date = batch.date(row, in: field) { return append(UInt64(bitPattern: Int64(date))) }
        case .decimal: if let decimal = batch.decimal(row, in: field) { return append(decimal.normalized) }
        case .real: if let real = batch.real(row, in: field) { return append(real.bitsOfKey) }
        case .boolean: if let boolean = batch.boolean(row, in: field) { return append(boolean ? 1 : 0) }
        }
        bytes.append(0)
        return false
    }

    @inline(__always)
    private mutating func append(_ text: Span<UInt8>) -> Bool {
        bytes.append(2)
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: text.count).littleEndian) { bytes.append(contentsOf: $0) }
        text.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        return true
    }

    private mutating func append(_ decimal: ExactDecimal) -> Bool {
        bytes.append(3)
        bytes.append(UInt8(truncatingIfNeeded: decimal.scale))
        withUnsafeBytes(of: decimal.coefficient.littleEndian) { bytes.append(contentsOf: $0) }
        return true
    }

    @inline(__always)
    private mutating func append(_ bits: UInt64) -> Bool {
        bytes.append(1)
        withUnsafeBytes(of: bits.littleEndian) { bytes.append(contentsOf: $0) }
        return true
    }
}

extension Double {
    /// The same bits for equal numbers: -0.0 is 0.0.
    fileprivate var bitsOfKey: UInt64 { self == 0 ? 0 : bitPattern }
}
