/// What a column must hold for a record to be wanted: `year >= 1990`.
///
/// A source that keeps to a condition leaves out the other records, so that they need not be read:
/// `Source.accepts(_:description:)`. Several conditions hold together.
public struct Condition: Hashable, Sendable {
    /// How a cell is compared with the value.
    public enum Comparison: String, Hashable, Sendable, CaseIterable {
        /// It is the same.
        case equal = "=="
        /// It is another one.
        case notEqual = "!="
        /// It comes before.
        case less = "<"
        /// It comes before, or is the same.
        case lessOrEqual = "<="
        /// It comes after.
        case greater = ">"
        /// It comes after, or is the same.
        case greaterOrEqual = ">="
    }

    /// The column's name.
    public var column: String
    /// How its cells are compared.
    public let comparison: Comparison
    /// What they are compared with, of the column's kind; null asks whether there is a value at all.
    public let value: Value

    /// Creates a condition that compares a column with a constant.
    public init(_ column: String, comparison: Comparison, value: Value) {
        self.column = column
        self.comparison = comparison
        self.value = value
    }

    /// Whether a cell meets it.
    ///
    /// A null meets `== null` and nothing else; a cell that is not null meets `!= null`. A value of another kind meets
    /// nothing. Texts are compared byte by byte, numbers by size, `false` comes before `true`; a number that is none
    /// (NaN) is neither the same as another nor before or after it.
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

    /// Texts by their bytes: as Swift compares them, letters that look alike would be the same.
    private func compare(_ left: some Sequence<UInt8>, _ right: some Sequence<UInt8>) -> Bool {
        if left.elementsEqual(right) { return compare(0, 0) }
        return left.lexicographicallyPrecedes(right) ? compare(0, 1) : compare(1, 0)
    }
}

/// How a source keeps to a condition.
public enum Acceptance: String, Sendable, CaseIterable {
    /// It hands on only records that meet the condition: no stage has to look.
    case exact
    /// It leaves out some of the others, such as whole blocks of a file: the stage that filters still has to look.
    case coarse
    /// It hands on all records: the condition is not part of any request.
    case none
}

extension Condition: CustomStringConvertible {
    /// The condition for people: `year >= 1990`.
    public var description: String { "\(column) \(comparison.rawValue) \(Self.words(value))" }

    private static func words(_ value: Value) -> String {
        switch value {
        case .null: "null"
        case .text(let text): text.quoted
        default: value.plainText
        }
    }
}
