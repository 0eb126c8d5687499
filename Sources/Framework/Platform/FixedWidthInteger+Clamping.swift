/// Arithmetic for numbers from outside, such as counts that a server states or a file holds: no number traps.
///
/// A result that does not fit is the end of the range that it lies beyond. That is right for comparisons, times and
/// sums that only people read; where a wrong number would be taken for a right one, the input is refused instead.
extension FixedWidthInteger {
    /// The sum.
    package func adding(clamped other: Self) -> Self {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    /// The difference.
    package func subtracting(clamped other: Self) -> Self {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other < 0 ? .max : .min) : difference
    }

    /// The product.
    package func multiplied(clamped other: Self) -> Self {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? ((self < 0) == (other < 0) ? .max : .min) : product
    }
}

extension Int {
    /// A number without its fraction: what does not fit is the largest or smallest, and what is not a number is zero.
    package init(clamping number: Double) {
        self = number.isNaN ? 0 : Int(exactly: number.rounded(.towardZero)) ?? (number < 0 ? .min : .max)
    }
}
