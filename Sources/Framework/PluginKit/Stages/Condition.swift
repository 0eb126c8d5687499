/// What a column must hold for a record to be wanted: `year >= 1990`.
///
/// A source that applies a condition leaves out records that do not meet it, so that they need not be read:
/// `Source.accepts(_:description:)`. Several conditions all have to be met.
public struct Condition: Hashable, Sendable {
    /// How a cell is compared with the value.
    public enum Comparison: String, Hashable, Sendable, CaseIterable {
        /// The cell equals the value.
        case equal = "=="
        /// The cell differs from the value.
        case notEqual = "!="
        /// The cell is less than the value.
        case less = "<"
        /// The cell is less than or equal to the value.
        case lessOrEqual = "<="
        /// The cell is greater than the value.
        case greater = ">"
        /// The cell is greater than or equal to the value.
        case greaterOrEqual = ">="
    }

    /// The column's name.
    public var column: String
    /// How its cells are compared.
    public let comparison: Comparison
    /// The value to compare with, of the column's kind; null tests whether there is a value at all.
    public let value: Value

    /// Creates a condition that compares a column with a constant.
    public init(_ column: String, comparison: Comparison, value: Value) {
        self.column = column
        self.comparison = comparison
        self.value = value
    }

    /// Whether a cell meets the condition.
    ///
    /// A null meets `== null` and nothing else; a cell that is not null meets `!= null`. A value of another kind meets
    /// nothing. Texts are compared byte by byte and numbers by size; `false` is less than `true`. NaN is neither equal
    /// to, nor less nor greater than any number.
    public func holds(for cell: Value) -> Bool {
        switch (cell, value) {
        case (.null, .null): comparison == .equal
        case (_, .null): comparison == .notEqual
        case (.null, _): false
        case (.boolean(let left), .boolean(let right)): compare(left ? 1 : 0, right ? 1 : 0)
        case (.integer(let left), .integer(let right)), (.instant(let left), .instant(let right)): compare(left, right)
        case (.real(let left), .real(let right)): compare(left, right)
        case (.text(let left), .text(let right)): compare(left.utf8, right.utf8)
        case (.bytes(let left), .bytes(let right)): compare(left, right)
        case (.date(let left), .date(let right)): compare(left, right)
        case (.decimal(let left), .decimal(let right)): compare(left, right)
        default: false
        }
    }

    private func compare<Operand: Comparable>(_ left: Operand, _ right: Operand) -> Bool {
        switch comparison {
        case .equal: left == right
        case .notEqual: left != right
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        }
    }

    /// Compares texts by their bytes: Swift's comparison would treat canonically equivalent characters as equal.
    private func compare(_ left: some Sequence<UInt8>, _ right: some Sequence<UInt8>) -> Bool {
        if left.elementsEqual(right) { return compare(0, 0) }
        return left.lexicographicallyPrecedes(right) ? compare(0, 1) : compare(1, 0)
    }
}

/// How far a source applies a condition.
public enum Acceptance: String, Sendable, CaseIterable {
    /// It delivers only records that meet the condition: no stage has to check again.
    case exact
    /// It leaves out some of the others, such as whole blocks of a file: the stage that filters still has to check.
    case coarse
    /// It delivers all records: the condition is not part of any request.
    case none
}

extension Condition: CustomStringConvertible {
    /// The condition for messages: `year >= 1990`.
    public var description: String { "\(column) \(comparison.rawValue) \(Self.words(value))" }

    private static func words(_ value: Value) -> String {
        switch value {
        case .null: "null"
        case .text(let text): text.quoted
        default: value.plainText
        }
    }
}
