/// Saturating arithmetic for numbers from outside, such as counts that a server or a file states: no number traps.
///
/// A result that overflows becomes the nearest bound of the type. That is right for comparisons, times and sums that
/// only people read. Where a wrong number could be mistaken for a right one, the input is refused instead.
extension FixedWidthInteger {
    /// The sum, saturated.
    package func adding(clamped other: Self) -> Self {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    /// The difference, saturated.
    package func subtracting(clamped other: Self) -> Self {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other < 0 ? .max : .min) : difference
    }

    /// The product, saturated.
    package func multiplied(clamped other: Self) -> Self {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? ((self < 0) == (other < 0) ? .max : .min) : product
    }
}

extension Int {
    /// A number without its fraction: one out of range becomes the nearest bound, and NaN becomes zero.
    package init(clamping number: Double) {
        self = number.isNaN ? 0 : Int(exactly: number.rounded(.towardZero)) ?? (number < 0 ? .min : .max)
    }
}
