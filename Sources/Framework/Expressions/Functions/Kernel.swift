package import Records

/// How a function is computed, by the type of its result: a closure for one row, which the language calls for all rows
/// that need it, or one for all rows.
///
/// A closure for one row returns nil for null, and throws a `Failure` for a value that it has no result for.
package enum Kernel: Sendable {
    /// An integer, an instant, a date or a duration.
    case integer(@Sendable (Arguments) throws(Failure) -> Int64?)
    /// A real number; one that is not finite is a failure.
    case real(@Sendable (Arguments) throws(Failure) -> Double?)
    /// True or false.
    case boolean(@Sendable (Arguments) throws(Failure) -> Bool?)
    /// A decimal number.
    case decimal(@Sendable (Arguments) throws(Failure) -> ExactDecimal?)
    /// A part of the first argument, which is a text or bytes: nothing is copied.
    case slice(@Sendable (Arguments) throws(Failure) -> Range<Int>?)
    /// A new text, or new bytes, written to the writer; the closure returns false for null.
    case text(@Sendable (Arguments, inout TextWriter) throws(Failure) -> Bool)
    /// All rows together, for loops of their own: the frame, the memory for the result, the arguments, which rows.
    case vector(@Sendable (Frame, Slot, [Vector], Mask) -> Vector)
}

/// The arguments of a call for one row.
package struct Arguments {
    @usableFromInline let vectors: UnsafeBufferPointer<Vector>
    /// The row of the batch.
    package let row: Int

    init(_ vectors: UnsafeBufferPointer<Vector>, row: Int) {
        self.vectors = vectors
        self.row = row
    }

    /// How many arguments there are.
    package var count: Int { vectors.count }

    /// Whether an argument is null.
    @inline(__always)
    package func isNull(_ index: Int) -> Bool { !vectors[index].isPresent(row) }
    /// A text, or bytes.
    @inline(__always)
    package func text(_ index: Int) -> UnsafeBufferPointer<UInt8> { vectors[index].text(row) }
    /// An integer, an instant, a date or a duration.
    @inline(__always)
    package func integer(_ index: Int) -> Int64 { Int64(bitPattern: vectors[index].words[row]) }
    /// A real number.
    @inline(__always)
    package func real(_ index: Int) -> Double { Double(bitPattern: vectors[index].words[row]) }
    /// True or false.
    @inline(__always)
    package func boolean(_ index: Int) -> Bool { vectors[index].words.isSet(row) }
    /// A decimal number.
    @inline(__always)
    package func decimal(_ index: Int) -> ExactDecimal {
        vectors[index].decimal(row)
    }
}
