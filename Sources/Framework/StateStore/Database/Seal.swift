internal import Formats

/// A checksum over the values of one thing that is stored, kept beside it.
///
/// SQLite notices a page that makes no sense, but not a digit that has become another one. Whatever a run is resumed
/// from is sealed when it is written and checked when it is read.
struct Seal {
    private var sum = CRC32()

    /// The seal of everything added so far.
    var value: Int64 { Int64(sum.value) }

    /// Adds a number.
    mutating func add(_ number: Int64) {
        let number = number.littleEndian
        withUnsafeBytes(of: number) { sum.update($0) }
    }

    /// Adds a number, or that there is none.
    mutating func add(_ number: Int64?) {
        add(Int64(number == nil ? 0 : 1))
        add(number ?? 0)
    }

    /// Adds a number.
    mutating func add(_ number: Int) { add(Int64(number)) }

    /// Adds bytes.
    ///
    /// Their count goes first, so that "ab" + "c" is not "a" + "bc".
    mutating func add(_ bytes: [UInt8]) {
        add(bytes.count)
        sum.update(bytes.span)
    }

    /// Adds a text.
    mutating func add(_ text: String) { add(Array(text.utf8)) }
}
