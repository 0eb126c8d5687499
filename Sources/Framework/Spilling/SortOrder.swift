internal import Formats
public import Records

/// The order of records: columns, the most significant one first, each ascending or descending, and the position of
/// nulls.
///
/// The key of a record is a byte sequence that compares byte by byte as the records do. Two keys are equal if and only
/// if all columns hold equal values, and no key is the beginning of another one:
///
///     null      0 (or 2, after everything else)
///     boolean   1  0 or 1
///     integer   1  its eight bytes, the highest first, with the sign turned over; instants and dates alike
///     real      1  its eight bytes, so that they compare as numbers do; -0.0 and 0.0 are one key
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
        /// Whether upper and lower case are equal; for text only.
        public let foldsCase: Bool

        /// Creates a criterion; by default, small values come first, and nulls before them.
        ///
        /// - Parameters:
        ///   - field: The column.
        ///   - isDescending: Whether large values come first.
        ///   - nullsLast: Whether nulls come last.
        ///   - foldsCase: Whether upper and lower case are equal.
        /// - Precondition: A column whose case is folded is of kind text.
        public init(_ field: Field, isDescending: Bool = false, nullsLast: Bool = false, foldsCase: Bool = false) {
            precondition(!foldsCase || field.kind == .text, "only texts have upper and lower case")
            self.field = field
            self.isDescending = isDescending
            self.nullsLast = nullsLast
            self.foldsCase = foldsCase
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
        let part = prepared(batch.part(row..<row + 1))
        return part.withMemory(of: columns.map(\.field)) { keys in
            let start = bytes.count
            bytes.append(contentsOf: [UInt8](repeating: 0, count: most(0, of: keys)))
            let (count, hasValue) = bytes.withUnsafeMutableBufferPointer { buffer in
                buffer.baseAddress.map { write(0, of: keys, to: $0 + start) } ?? (0, false)
            }
            bytes.removeLast(bytes.count - start - count)
            return hasValue
        }
    }

    /// The batch from whose columns keys are written: texts that are compared without regard to case are folded.
    func prepared(_ batch: borrowing Batch) -> Batch {
        var prepared = copy batch
        for column in columns where column.foldsCase {
            prepared.replace(column.field) { batch, out in
                for row in 0..<batch.count {
                    if let text = batch.utf8(row, in: column.field) {
                        let folded = text.withUnsafeBufferPointer { CaseFolding.folded($0) }
                        out.append(utf8: folded.span)
                    } else {
                        out.appendNull()
                    }
                }
            }
        }
        return prepared
    }

    /// Appends a decimal number without trailing zeros, without the byte that says that it is not null.
    static func append(_ decimal: ExactDecimal, to bytes: inout [UInt8]) {
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
}
