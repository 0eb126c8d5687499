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
        guard let last = others.last else { return Self.parts(of: first).name }
        return "\(Self.parts(of: first).name) to \(Self.parts(of: last.name).name)"
    }

    /// Where a record came from, by its number of the batch: `watched-history-3.json, record 17`.
    package func position(of number: UInt32) -> String {
        guard let place = others.last(where: { $0.firstNumber <= number }) else {
            let (name, unit) = Self.parts(of: first)
            return name.isEmpty ? "\(unit) \(number)" : "\(name), \(unit) \(number)"
        }
        let (name, unit) = Self.parts(of: place.name)
        return "\(name), \(unit) \(number &- place.shift)"
    }

    /// A name of a place whose numbers count something else than records, such as lines.
    ///
    /// One string for both, so that a stored place has both.
    static func name(_ name: String, counting unit: String) -> String {
        unit == usualUnit ? name : "\(name)\(separator)\(unit)"
    }

    private static func parts(of name: String) -> (name: String, unit: String) {
        let parts = name.split(separator: separator, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return (name, usualUnit) }
        return (String(parts[0]), String(parts[1]))
    }

    private static let separator: Character = "\u{1F}"
    /// What the numbers of a place count if it does not state it.
    static let usualUnit = "record"
}
