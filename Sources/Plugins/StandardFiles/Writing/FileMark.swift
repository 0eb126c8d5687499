/// The position for the next record: how far the last part of a file is written, and what the parts before it hold.
///
/// As text `120:3,96:2`: the first part has 120 bytes with 3 records and is closed, and the second has 96 bytes with 2
/// records so far. For compressed parts, the number of bytes before compression follows: `96:2/400`. A restarted sink
/// needs nothing else.
package struct FileMark: LosslessStringConvertible, Hashable, Sendable {
    /// A part, as far as it is written.
    struct Part: Hashable, Sendable {
        var bytes = 0
        var records = 0
        private var bytesBefore: Int?

        /// The number of bytes before they were compressed.
        var unpacked: Int {
            get { bytesBefore ?? bytes }
            set { bytesBefore = newValue }
        }

        /// An empty part.
        init() {}

        fileprivate init?(_ text: Substring) {
            let halves = text.split(separator: "/", omittingEmptySubsequences: false)
            let numbers = halves[0].split(separator: ":", omittingEmptySubsequences: false) + halves.dropFirst()
            let counts = numbers.compactMap { Int($0) }
            // Larger than any disk, and the sum of a thousand of them does not overflow.
            guard halves.count <= 2, numbers.count == halves.count + 1, counts.count == numbers.count,
                counts.allSatisfy({ 0...1 << 53 ~= $0 })
            else { return nil }
            (bytes, records) = (counts[0], counts[1])
            if counts.count == 3 { bytesBefore = counts[2] }
        }

        fileprivate var text: String { "\(bytes):\(records)" + (bytesBefore.map { "/\($0)" } ?? "") }
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
            guard let part = Part(text) else { return nil }
            parts.append(part)
        }
        guard let last = parts.popLast(), parts.count < Self.maximumParts else { return nil }
        closed = parts
        current = last
    }

    package var description: String { parts.map(\.text).joined(separator: ",") }
}
