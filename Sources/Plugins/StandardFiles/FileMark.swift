/// Where the next record goes: how far the last part of a file has come, and what the parts before it hold.
///
/// As text `120:3,96:2`: a first part of 120 bytes with 3 records, which is closed, and a second one that has 2 records
/// in its 96 bytes so far. So a sink made anew knows all that it needs.
package struct FileMark: LosslessStringConvertible, Hashable, Sendable {
    /// A file of its own, as far as it is written.
    struct Part: Hashable, Sendable {
        var bytes = 0
        var records = 0
    }

    /// The parts that are closed.
    private(set) var closed: [Part] = []
    /// The part that is written to.
    var current = Part()

    /// The start of the first part.
    init() {}

    /// The number of the part that is written to, from 1.
    var part: Int { closed.count + 1 }

    /// All parts, the current one too.
    var parts: [Part] { closed + [current] }

    /// How many records there are in all parts.
    var records: Int { parts.reduce(0) { $0 + $1.records } }

    /// Closes the current part and goes to the start of the next.
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
                // Far beyond any disk, and a thousand of them can still be added up.
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
