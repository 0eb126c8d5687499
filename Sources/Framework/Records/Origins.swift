/// What the records of a batch were read from, for messages: one place, or several in sequence.
///
///     number of the batch   1 … 250                  251 … 500
///     place                 watched-history-1.json   watched-history-2.json
///     number of the place   1 … 250                  1 … 250
///
/// A record is identified by its number within the batch, which filters do not change.
package struct Origins: Sendable, Hashable {
    /// A place after the first.
    package struct Place: Sendable, Hashable {
        package let name: String
        /// The number within the batch at which its records begin.
        package let firstNumber: UInt32
        /// The difference between a number within the batch and that within the place.
        package internal(set) var shift: UInt32

        package init(_ name: String, firstNumber: UInt32, shift: UInt32) {
            self.name = name
            self.firstNumber = firstNumber
            self.shift = shift
        }
    }

    /// The first place; empty if it has no name.
    package let first: String
    /// The other places.
    package internal(set) var others: [Place]

    package init(_ first: String, others: [Place] = []) {
        self.first = first
        self.others = others
    }

    /// All places as text: `watched-history-3.json to watched-history-6.json`.
    package var text: String {
        guard let last = others.last else { return first }
        return "\(first) to \(last.name)"
    }

    /// Where a record came from, by its number of the batch: `watched-history-3.json, record 17`.
    package func position(of number: UInt32) -> String {
        guard let place = others.last(where: { $0.firstNumber <= number }) else {
            return first.isEmpty ? "record \(number)" : "\(first), record \(number)"
        }
        return "\(place.name), record \(number &- place.shift)"
    }
}
