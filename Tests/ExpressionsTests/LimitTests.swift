import Expressions
import Testing

/// Results at the limits of their types: a value, or a failure, and never a trap.
@Suite struct LimitTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let value: String
        init(_ text: String, _ value: String) {
            self.text = text
            self.value = value
        }
        var testDescription: String { text }
    }

    static let schema: Schema = [
        "t": .instant, "n": .integer, "r": .real, "d": .decimal, "a": .text, "none": .integer,
    ]

    static let batch = Batch(
        schema,
        records: [
            [
                .instant(1_700_000_000_000_000), 9_007_199_254_740_993, 9_007_199_254_740_992.0,
                .decimal(ExactDecimal("712891558699366080955769802569554403") ?? ExactDecimal(0)), "abcdefgh", nil,
            ]
        ]
    )

    static func value(_ text: String) throws -> String {
        let expression = try Expression(ExpressionText(text), for: schema, wants: .anything, as: "value")
        do throws(FailedRow) {
            return try expression.value(of: 0, in: batch).written(as: expression.type)
        } catch {
            return "\(error.code.name): \(error.reason)"
        }
    }

    @Test(arguments: [
        Case("t + 4000000d", "expression.overflow"),
        Case("4000000d + t", "expression.overflow"),
        Case("t - 4000000d", "expression.overflow"),
        Case("date(t + 4000000d, \"UTC\")", "expression.overflow"),
        Case("between(\"day\", t - 106000000d, t + 106000000d)", "expression.overflow"),
        Case("try(t + 106000000d)", "null"),
        Case("1d * n", "expression.overflow"),
        Case("1d / (n - n)", "expression.division-by-zero"),
        Case("d / decimal(\"2095\")", "expression.overflow"),
        Case("d / 2095000", "340282366920938463463374607431.768211"),
    ])
    func `a result out of its type is a failure`(_ each: Case) throws {
        let value = try Self.value(each.text)
        #expect(value == each.value || value.hasPrefix("\(each.value): "), "\(value)")
    }

    @Test(arguments: [
        ("t + 4000000d", "the result is outside of the calendar"),
        ("1d * n", "the result is too long a time"),
        ("n * n", "the result does not fit into a whole number of 64 bits"),
    ])
    func `an overflow names what overflows`(_ text: String, reason: String) throws {
        #expect(try Self.value(text).contains(reason))
    }

    @Test(arguments: [
        "between(\"day\", @2024-01-01T00:00:00Z - 106000000d, @2024-01-01T00:00:00Z + 106000000d)",
        "decimal(\"712891558699366080955769802569554403\") / decimal(\"2095\")",
        "@9999-12-31T23:59:59Z + 1s", "@0001-01-01T00:00:00Z - 1ms", "-9223372036854775807ms * 10",
    ])
    func `a constant out of its type is a finding`(_ text: String) {
        let error = #expect(throws: DiagnosticList.self) {
            try Expression(ExpressionText(text), for: Self.schema, wants: .anything, as: "value")
        }
        #expect(["expression.overflow", "expression.number"].contains(error?.map(\.code.name).first))
    }

    @Test(arguments: [
        Case("@9999-12-31T23:59:59.999999Z + 0s == @9999-12-31T23:59:59.999999Z", "true"),
        Case("1d / 2", "12h"), Case("-1d / 7", "-12342857142 microseconds"),
        Case("try(1d / (n - n))", "null"),
        Case("1d / none", "null"),
        Case("none ?? -1", "-1"), Case("none ?? -1.5", "-1.5"),
        Case("none ?? none ?? -9223372036854775808 < 0", "true"),
    ])
    func `these have a value`(_ each: Case) throws {
        #expect(try Self.value(each.text) == each.value)
    }

    /// 9007199254740993 is no real number: the nearest is 9007199254740992.
    @Test(arguments: [
        Case("r in [9007199254740993]", "false"), Case("r in [9007199254740992]", "true"),
        Case("n in [9007199254740992.0]", "false"), Case("n in [7.5, 9007199254740993]", "true"),
        Case("(n - n + 7) in [7.0]", "true"), Case("(n - n + 7) in [7.5]", "false"),
        Case("(r - r) in [-0.0]", "true"), Case("none in [7.5, null]", "true"),
        Case("null_if(n, 9007199254740992.0)", "9007199254740993"),
        Case("null_if(r, 9007199254740993)", "9007199254740992.0"),
        Case("null_if(n - n + 7, 7.0)", "null"), Case("null_if(r, 9007199254740992)", "null"),
        Case("a in [\"abcdefgi\", \"abcdefgh\", \"\", \"b\"]", "true"),
        Case("a in [\"abcdefgi\", \"abcdefga\"]", "false"),
    ])
    func `integers are compared with real numbers exactly`(_ each: Case) throws {
        #expect(try Self.value(each.text) == each.value)
    }

    @Test func `a text has at most 16 MiB, however many records are in its batch`() throws {
        let schema: Schema = ["a": .text, "n": .integer]
        let (most, long) = (2048, String(repeating: "x", count: 8192))
        let batch = Batch(
            schema,
            records: [[.text(long), .integer(Int64(most))], [.text(long), .integer(Int64(most + 1))]]
        )
        let expression = try Expression(ExpressionText("repeat(a, n)"), for: schema, wants: .value, as: "value")
        let (values, failures) = expression.values(of: batch)
        #expect(values.utf8(0, in: Field(index: 0, kind: .text))?.count == 16 << 20)
        #expect(failures.map(\.row) == [1])
        #expect(failures.first?.code.name == "expression.overflow")
    }

    @Test func `a constant text has at most 1 MiB`() {
        let error = #expect(throws: DiagnosticList.self) {
            try Expression(
                ExpressionText("repeat(repeat(\"abcdefgh\", 4096), 4096)"),
                for: Self.schema,
                wants: .value,
                as: "value"
            )
        }
        #expect(error?.map(\.code.name).first == "expression.overflow")
    }

    @Test func `all rows are evaluated together`() throws {
        let expression = try Expression(ExpressionText("10 / n"), for: ["n": .integer], wants: .value, as: "value")
        let results = expression.results(of: Batch(["n": .integer], records: [[2], [0], [nil]]))
        #expect(try results[0].get() == .real(5))
        #expect(throws: FailedRow.self) { try results[1].get() }
        #expect(try results[2].get() == .null)
    }
}
