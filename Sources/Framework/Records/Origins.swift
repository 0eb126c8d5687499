/// What the records of a batch were read from, for people: one place, or several one behind the other.
///
///     number of the batch   1 … 250                  251 … 500
///     place                 watched-history-1.json   watched-history-2.json
///     number of the place   1 … 250                  1 … 250
///
/// A record is known by its number of the batch, which outlives filters.
package struct Origins: Sendable, Hashable {
    /// A place behind the first.
    package struct Place: Sendable, Hashable {
        package let name: String
        /// The number of the batch that its records begin with.
        package let firstNumber: UInt32
        /// How much more a number of the batch is than that of the place.
        package internal(set) var shift: UInt32

        package init(_ name: String, firstNumber: UInt32, shift: UInt32) {
            self.name = name
            self.firstNumber = firstNumber
            self.shift = shift
        }
    }

    /// The first place; empty if nobody has named it.
    package let first: String
    /// The others.
    package internal(set) var others: [Place]

    package init(_ first: String, _ others: [Place] = []) {
        self.first = first
        self.others = others
    }

    /// All of them: `watched-history-3.json to watched-history-6.json`.
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

extension Batch {
    /// What the records were read from, for people: `watched-history-3.json`.
    ///
    /// What is set is where all records are from.
    public var origin: String {
        get { origins.text }
        set { origins = Origins(newValue) }
    }

    /// Says that the records that come next are from another place, and are numbered from 1 again.
    public mutating func begin(_ origin: String) {
        if isEmpty {
            origins = Origins(origin)
            nextNumber = 1
        } else {
            origins.others.append(Origins.Place(origin, firstNumber: nextNumber, shift: nextNumber &- 1))
        }
    }

    /// The number that the next appended record gets within its place, counted from 1.
    public mutating func number(from first: Int) {
        let first = UInt32(truncatingIfNeeded: first)
        if origins.others.isEmpty {
            nextNumber = first
        } else {
            origins.others[origins.others.count - 1].shift = nextNumber &- first
        }
    }

    /// The number of a record within the batch, which outlives filters.
    package func number(of row: Int) -> Int { Int(numbers[row]) }

    /// Where a record came from: `watched-history-3.json, record 17`.
    public func position(of row: Int) -> String { origins.position(of: numbers[row]) }
}
