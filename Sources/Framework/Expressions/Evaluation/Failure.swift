public import Diagnostics

/// Why an expression has no value for a record.
package struct Failure: Error, Sendable {
    /// The code of the rejection.
    package let code: Diagnostic.Code
    /// What is wrong, without values, which are added: `the text is not a whole number`.
    package let reason: String

    /// A failure; the values of the arguments are added to the reason.
    package init(_ code: Diagnostic.Code, reason: String) {
        self.code = code
        self.reason = reason
    }

    /// A result outside of its kind.
    static func overflow(_ kind: ValueType) -> Failure {
        let reason =
            switch kind {
            case .integer: "the result does not fit into a whole number of 64 bits"
            case .real: "the result is not a finite number"
            case .decimal: "the result has more than 38 digits"
            case .instant, .date: "the result is outside of the calendar"
            case .duration: "the result is too long a time"
            case .text, .boolean, .bytes: "the result is too large"
            }
        return Failure("expression.overflow", reason: reason)
    }

    static let divisionByZero = Failure("expression.division-by-zero", reason: "a number is divided by zero")
}

/// A row for which an expression has no value.
public struct FailedRow: Error {
    /// The row of the batch.
    public let row: Int
    /// The code of the rejection.
    public let code: Diagnostic.Code
    /// The expression, what is wrong, and the values.
    public let reason: String
}
