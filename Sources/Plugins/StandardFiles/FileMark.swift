/// The position for the next record: how far the last part of a file is written, and what the parts before it hold.
///
/// As text `120:3,96:2`: the first part has 120 bytes with 3 records and is closed, and the second has 96 bytes with 2
/// records so far. A restarted sink needs nothing else.
package struct FileMark: LosslessStringConvertible, Hashable, Sendable {
    /// A part, as far as it is written.
    struct Part: Hashable, Sendable {
        var bytes = 0
        var records = 0
    }

    /// The parts that are closed.
    private(set) var closed: [Part] = []
    /// The part that is written to.
    var current = Part()

    /// Creates a mark at the start of the first part.
    init() {}

    /// The number of the part that is written to, from 1.
    var part: Int { closed.count + 1 }

    /// All parts, including the current one.
    var parts: [Part] { closed + [current] }

    /// The number of records in all parts.
    var records: Int { parts.reduce(0) { $0 + $1.records } }

    /// Closes the current part and begins the next.
    mutating func goToNextPart() {
        closed.append(current)
        current = Part()
    }

    /// The most parts of one file: their sizes are in every checkpoint.
    static let maximumParts = 1000

    package init?(_ description: String) {
        var parts: [Part] = []
        for text in description.split(separator: ",", omittingEmptySubsequences: false) {
            let numbers = text.split(separator: ":", omittingEmptySubsequences: false)
            guard numbers.count == 2, let bytes = Int(numbers[0]), let records = Int(numbers[1]),
                // Larger than any disk, and the sum of a thousand of them does not overflow.
                0...1 << 53 ~= bytes, 0...1 << 53 ~= records
            else { return nil }
            parts.append(Part(bytes: bytes, records: records))
        }
        guard let last = parts.popLast(), parts.count < Self.maximumParts else { return nil }
        closed = parts
        current = last
    }

    package var description: String { parts.map { "\($0.bytes):\($0.records)" }.joined(separator: ",") }
}
