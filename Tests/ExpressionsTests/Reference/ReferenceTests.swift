import Expressions
import class Foundation.ProcessInfo
import PluginTestKit
import Testing

/// Random well-typed expressions over random batches, against an evaluator that is slow and obviously right.
///
/// The tests take a share; `EXPRESSIONS=100000 swift test --filter ReferenceTests` takes as many as it says.
@Suite struct ReferenceTests {
    static let count = ProcessInfo.processInfo.environment["EXPRESSIONS"].flatMap { Int($0) } ?? 1500

    @Test func `random expressions agree with an evaluator that goes row by row`() throws {
        var random = RandomExpressions(numbers: SeededNumbers(seed: 21))
        let schema = Schema(
            RandomExpressions.columns.compactMap { name, type in
                Schema.Kind(rawValue: type.rawValue).map { Schema.Column(name, kind: $0) }
            }
        )
        var (rows, batch): ([ReferenceNode.Row], Batch) = ([], Batch(schema))
        var refused = 0
        for index in 0..<Self.count {
            if index % 50 == 0 {
                rows = (0..<random.numbers.next(in: 1...140)).map { _ in random.row() }
                batch = Batch(
                    schema,
                    records: rows.map { row in RandomExpressions.columns.map { row[$0.name]?.value ?? .null } }
                )
            }
            let type = random.pick(ReferenceType.allCases.filter { $0 != .duration })
            let node = random.node(type, depth: random.numbers.next(in: 1...4))
            let expression: Expression
            do {
                expression = try Expression(
                    ExpressionText(node.text),
                    for: schema,
                    wants: .value,
                    as: "value"
                )
            } catch {
                refused += 1
                let codes = error.filter { $0.severity == .error }.map(\.code.name)
                let known = ["expression.overflow", "expression.division-by-zero", "expression.cast"]
                try #require(!codes.isEmpty && Set(codes).isSubset(of: known), "\(node.text): \(error)")
                continue
            }
            try #require(!node.hasFailingConstant, "\(node.text) has a constant without a value")
            let (values, failures) = expression.values(of: batch)
            let codes = Dictionary(failures.map { ($0.row, $0.code.name) }) { first, _ in first }
            let field = Field(index: 0, kind: expression.kind ?? .text)
            for (row, cells) in rows.enumerated() {
                do throws(ReferenceFailure) {
                    let wanted = try node.value(cells).value
                    if codes[row] == nil, Self.isSame(values[row, field], wanted) { continue }
                    Issue.record(
                        "\(node.text) gives \(codes[row] ?? "\(values[row, field])") and not \(wanted) for \(cells)"
                    )
                    return
                } catch {
                    if codes[row] == error.code { continue }
                    Issue.record(
                        "\(node.text) gives \(codes[row] ?? "\(values[row, field])") and not \(error.code) for \(cells)"
                    )
                    return
                }
            }
        }
        // Constants of which some part fails are refused; most expressions are not.
        #expect(refused * 8 < Self.count)
    }

    /// Whether values are the same, including the digits of a decimal number.
    private static func isSame(_ one: Value, _ other: Value) -> Bool {
        if case .decimal(let one) = one, case .decimal(let other) = other {
            return one.coefficient == other.coefficient && one.scale == other.scale
        }
        return one == other
    }
}
