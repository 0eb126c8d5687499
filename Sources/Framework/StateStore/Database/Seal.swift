internal import Formats

/// A checksum over the values of one stored row, stored with it.
///
/// SQLite detects an invalid page, but not a changed digit. Everything from which a run is resumed is sealed when it is
/// written and verified when it is read.
struct Seal {
    private var sum = CRC32()

    /// The seal of everything added so far.
    var value: Int64 { Int64(sum.value) }

    /// Adds a number.
    mutating func add(_ number: Int64) {
        let number = number.littleEndian
        withUnsafeBytes(of: number) { sum.update($0) }
    }

    /// Adds a number or its absence.
    mutating func add(_ number: Int64?) {
        add(Int64(number == nil ? 0 : 1))
        add(number ?? 0)
    }

    /// Adds a number.
    mutating func add(_ number: Int) { add(Int64(number)) }

    /// Adds bytes.
    ///
    /// They are preceded by their count, so that "ab" + "c" differs from "a" + "bc".
    mutating func add(_ bytes: [UInt8]) {
        add(bytes.count)
        sum.update(bytes.span)
    }

    /// Adds a text.
    mutating func add(_ text: String) { add(Array(text.utf8)) }
}
