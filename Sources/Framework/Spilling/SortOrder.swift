public import Records

/// The order of records: columns, the most significant one first, each ascending or descending, and the position of
/// nulls.
///
/// The key of a record is a byte sequence that compares byte by byte as the records do. Two keys are equal if and only
/// if all columns hold equal values:
///
///     null      0 (or 2, after everything else)
///     boolean   1  0 or 1
///     integer   1  its eight bytes, the highest first, with the sign turned over; instants and dates alike
///     real      1  its eight bytes, so that they compare as numbers do; -0.0 before 0.0
///     decimal   1  1 for zero; above it 2, how many digits stand before the point, the digits, 0; below it 0 and the same
///                  turned over; 1.5 and 1.50 are one key
///     text      1  its bytes, 0 as 0 255, and 0 0 at the end; bytes alike
///
/// In a descending column, every byte is inverted.
public struct SortOrder: Sendable {
    /// One criterion of the order: a column, its direction, and the position of nulls.
    public struct Column: Sendable {
        /// The resolved column whose cells are compared.
        public let field: Field
        /// Whether large values come first.
        public let isDescending: Bool
        /// Whether nulls come last, rather than first.
        public let nullsLast: Bool

        /// Creates a criterion; by default, small values come first, and nulls before them.
        public init(_ field: Field, isDescending: Bool = false, nullsLast: Bool = false) {
            self.field = field
            self.isDescending = isDescending
            self.nullsLast = nullsLast
        }
    }

    /// The columns, the most significant one first.
    public let columns: [Column]

    /// Creates an order that compares the first column, and later ones only if earlier ones are equal.
    public init(_ columns: [Column]) { self.columns = columns }

    /// An order by ascending columns, nulls first.
    public init(_ fields: [Field]) { self.init(fields.map { Column($0) }) }

    /// Appends the key of a record.
    ///
    /// - Returns: Whether at least one column is not null.
    @discardableResult
    public func append(_ row: Int, of batch: borrowing Batch, to bytes: inout [UInt8]) -> Bool {
        var hasValue = false
        for column in columns {
            let start = bytes.count
            if Self.append(row, in: column.field, of: batch, to: &bytes) {
                hasValue = true
                guard column.isDescending else { continue }
                for index in start + 1..<bytes.count { bytes[index] = ~bytes[index] }
            } else {
                bytes.append(column.nullsLast ? 2 : 0)
            }
        }
        return hasValue
    }

    /// Appends a cell; false if it is null.
    private static func append(
        _ row: Int,
        in field: Field,
        of batch: borrowing Batch,
        to bytes: inout [UInt8]
    ) -> Bool {
        switch field.kind {
        case .text:
            guard let text = batch.utf8(row, in: field) else { return false }
            append(text, to: &bytes)
        case .bytes:
            guard let value = batch.bytes(row, in: field) else { return false }
            append(value, to: &bytes)
        case .integer:
            guard let integer = batch.integer(row, in: field) else { return false }
            append(signed: integer, to: &bytes)
        case .instant:
            guard let instant = batch.instant(row, in: field) else { return false }
            append(signed: instant, to: &bytes)
        case .date:
            guard let date = batch.date(row, in: field) else { return false }
            append(signed: Int64(date), to: &bytes)
        case .decimal:
            guard let decimal = batch.decimal(row, in: field) else { return false }
            append(decimal.normalized, to: &bytes)
        case .real:
            guard let real = batch.real(row, in: field) else { return false }
            let bits = real.bitPattern
            append(bits >> 63 == 0 ? bits ^ 1 << 63 : ~bits, to: &bytes)
        case .boolean:
            guard let boolean = batch.boolean(row, in: field) else { return false }
            bytes.append(1)
            bytes.append(boolean ? 1 : 0)
        }
        return true
    }

    private static func append(_ decimal: ExactDecimal, to bytes: inout [UInt8]) {
        bytes.append(1)
        guard decimal.coefficient != 0 else { return bytes.append(1) }
        let start = bytes.count
        let digits = Array(String(decimal.coefficient.magnitude).utf8)
        bytes.append(2)
        // From -37, with 38 digits after the point, to 38.
        bytes.append(UInt8(truncatingIfNeeded: 128 + digits.count - decimal.scale))
        for digit in digits { bytes.append(digit) }
        bytes.append(0)
        guard decimal.coefficient < 0 else { return }
        for index in start..<bytes.count { bytes[index] = ~bytes[index] }
        bytes[start] = 0
    }

    private static func append(signed number: Int64, to bytes: inout [UInt8]) {
        append(UInt64(bitPattern: number) ^ 1 << 63, to: &bytes)
    }

    private static func append(_ text: Span<UInt8>, to bytes: inout [UInt8]) {
        bytes.append(1)
        var start = 0
        for index in text.indices where text[index] == 0 {
            text.extracting(start..<index + 1).withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
            bytes.append(255)
            start = index + 1
        }
        text.extracting(start..<text.count).withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        bytes.append(0)
        bytes.append(0)
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        bytes.append(1)
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
