internal import Expressions
internal import PluginKit

extension StageContext {
    /// What the expressions of the stage are evaluated in: the time at which the run began, the zones of the machine.
    var expressions: ExpressionContext {
        ExpressionContext(now: run.began, environment: environment)
    }
}

extension StageExpression {
    /// An expression that was checked, under the name that its option or table gives it.
    init(_ name: String, expression: Expression) {
        self.init(
            name,
            text: expression.text.text,
            type: expression.type?.rawValue ?? "null",
            columns: expression.columns
        )
    }
}

extension RunIdentity {
    /// When the run began, in microseconds since 1970-01-01T00:00:00Z; a resumed run keeps it.
    fileprivate var began: Int64 {
        // `20260102T030405Z-1`
        let digits = id.prefix(15).utf8.compactMap { (48...57).contains($0) ? Int($0) - 48 : nil }
        guard digits.count == 14 else { return 0 }
        func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + $1 } }
        guard let date = CivilDate(year: number(0..<4), month: number(4..<6), day: number(6..<8)) else { return 0 }
        let seconds = (number(8..<10) * 60 + number(10..<12)) * 60 + number(12..<14)
        return (Int64(date.daysSince1970) * 86_400 + Int64(seconds)) * 1_000_000
    }
}
