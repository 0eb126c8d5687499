import Expressions

/// The types that random expressions have.
enum ReferenceType: String, CaseIterable, Sendable {
    case integer, real, text, boolean, instant, date, decimal, duration
}

/// A value of the tests; a real number is always finite.
enum ReferenceValue: Equatable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int64)
    case real(Double)
    case text(String)
    case instant(Int64)
    case date(Int64)
    case decimal(Int128, scale: Int)
    case duration(Int64)

    /// As the language writes it; one that is not negative.
    var text: String {
        switch self {
        case .null: "null"
        case .boolean(let value): "\(value)"
        case .integer(let value): value == .min ? "(-9223372036854775808)" : value < 0 ? "(-\(-value))" : "\(value)"
        case .real(let value): value.sign == .minus ? "(-\(-value))" : "\(value)"
        case .text: value.written(as: .text)
        case .instant, .date: value.written(as: nil)
        case .decimal(let number, let scale):
            number < 0 ? "(-\(ReferenceValue.decimal(-number, scale: scale).text))" : value.written(as: nil)
        case .duration(let value): value < 0 ? "(-\(-value / 1000)ms)" : "\(value / 1000)ms"
        }
    }

    /// As a cell of a batch; a duration is an integer.
    var value: Value {
        switch self {
        case .null: .null
        case .boolean(let value): .boolean(value)
        case .integer(let value), .duration(let value): .integer(value)
        case .real(let value): .real(value)
        case .text(let value): .text(value)
        case .instant(let value): .instant(value)
        case .date(let value): .date(Int32(value))
        case .decimal(let number, let scale):
            ExactDecimal(coefficient: number, scale: scale).map { .decimal($0) } ?? .null
        }
    }

    func widened(to type: ReferenceType) -> ReferenceValue {
        guard case .integer(let value) = self else { return self }
        switch type {
        case .real: return .real(Double(value))
        case .decimal: return .decimal(Int128(value), scale: 0)
        default: return self
        }
    }

    // MARK: Comparing

    func compares(_ sign: String, with other: ReferenceValue) -> Bool {
        if self == .null || other == .null {
            switch sign {
            case "==": return self == other
            case "!=": return self != other
            default: return false
            }
        }
        let order = order(to: other)
        switch sign {
        case "==": return order == 0
        case "!=": return order != 0
        case "<": return order < 0
        case "<=": return order <= 0
        case ">": return order > 0
        default: return order >= 0
        }
    }

    private func order(to other: ReferenceValue) -> Int {
        switch (self, other) {
        case (.integer(let one), .integer(let other)), (.instant(let one), .instant(let other)),
            (.date(let one), .date(let other)), (.duration(let one), .duration(let other)):
            return Self.order(one, other)
        case (.real(let one), .real(let other)): return Self.order(one, other)
        case (.integer(let one), .real(let other)): return Self.order(one, to: other)
        case (.real(let one), .integer(let other)): return -Self.order(other, to: one)
        case (.text(let one), .text(let other)):
            let (left, right) = (Array(one.utf8), Array(other.utf8))
            return left == right ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1
        case (.boolean(let one), .boolean(let other)): return one == other ? 0 : 1
        case (.decimal(let one, let scale), .decimal(let other, let otherScale)):
            // Both as whole numbers of the smaller unit.
            let shared = max(scale, otherScale)
            return Self.order(one * Self.tenTo(shared - scale), other * Self.tenTo(shared - otherScale))
        default: return 2
        }
    }

    private static func order<Number: Comparable>(_ one: Number, _ other: Number) -> Int {
        one == other ? 0 : one < other ? -1 : 1
    }

    /// A real number is a whole number and a fraction, both exact.
    private static func order(_ integer: Int64, to real: Double) -> Int {
        let whole = real.rounded(.down)
        if whole >= 0x1p100 { return -1 }
        if whole < -0x1p100 { return 1 }
        let order = order(Int128(integer), Int128(whole))
        return order != 0 ? order : real > whole ? -1 : 0
    }

    static func tenTo(_ exponent: Int) -> Int128 { (0..<exponent).reduce(1) { power, _ in power * 10 } }
}
