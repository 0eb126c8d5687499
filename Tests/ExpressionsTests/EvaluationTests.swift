import Expressions
import Testing

/// A batch with columns of all kinds, and what expressions give for its rows.
enum Films {
    static let schema: Schema = [
        "title": .text, "year": .integer, "rating": .real, "seen": .boolean, "watched_at": .instant,
        "released": .date, "price": .decimal, "poster": .bytes,
    ]

    static let batch = Batch(
        schema,
        records: [
            [
                "Heat", 1995, 8.5, true, .instant(1_700_000_000_000_000), .date(9480),
                .decimal(ExactDecimal("12.50") ?? ExactDecimal(0)), .bytes([1, 2]),
            ],
            ["", 0, -0.5, false, .instant(0), .date(0), .decimal(ExactDecimal(3)), .bytes([])],
            [nil, nil, nil, nil, nil, nil, nil, nil],
            [
                "Solaris", 1972, 7.0, true, .instant(-1), .date(-1),
                .decimal(ExactDecimal("-0.001") ?? ExactDecimal(0)), .bytes([0xFF]),
            ],
        ]
    )

    /// What an expression gives for each row, as the language writes it; a failure is its code.
    static func values(_ text: String) throws -> [String] {
        let expression = try Expression(ExpressionText(text), for: schema, wants: .value, as: "value")
        return (0..<batch.count).map { row in
            do throws(FailedRow) {
                return try expression.value(of: row, in: batch).written(as: expression.type)
            } catch {
                return error.code.name
            }
        }
    }
}

@Suite struct EvaluationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let values: [String]
        init(_ text: String, _ values: String...) {
            self.text = text
            self.values = values
        }
        var testDescription: String { text }
    }

    @Test(arguments: [
        Case("year + 1", "1996", "1", "null", "1973"),
        Case("year * 2 - 1", "3989", "-1", "null", "3943"),
        Case("9223372036854775807 - year", "9223372036854773812", "9223372036854775807", "null", "9223372036854773835"),
        Case("year + 9223372036854775807", "expression.overflow", "9223372036854775807", "null", "expression.overflow"),
        Case("year / 2", "997.5", "0.0", "null", "986.0"),
        Case("10 / year > 0", "true", "expression.division-by-zero", "false", "true"),
        Case("year != 0 and 10 / year > 0", "true", "false", "false", "true"),
        Case("try(10 % year)", "10", "null", "null", "10"),
        Case("-7 % 3", "2", "2", "2", "2"),
        Case("-rating", "-8.5", "0.5", "null", "-7.0"),
        Case("rating + year", "2003.5", "-0.5", "null", "1979.0"),
        Case("price * 2", "25.00", "6", "null", "-0.002"),
        Case("price / 3", "4.166667", "1.000000", "null", "-0.000333"),
        Case("price + 0.001", "12.501", "3.001", "null", "0.000"),
        Case("title == \"Heat\"", "true", "false", "false", "false"),
        Case("title != \"Heat\"", "false", "true", "true", "true"),
        Case("title == null", "false", "false", "true", "false"),
        Case("title is not null", "true", "true", "false", "true"),
        Case("title < \"I\"", "true", "true", "false", "false"),
        Case("title contains \"ea\"", "true", "false", "false", "false"),
        Case("title not starts with \"S\"", "true", "true", "true", "false"),
        Case("title ends with \"s\"", "false", "false", "false", "true"),
        Case("title ?? \"-\"", "\"Heat\"", "\"\"", "\"-\"", "\"Solaris\""),
        Case("title + \"!\"", "\"Heat!\"", "\"!\"", "null", "\"Solaris!\""),
        Case("upper(title)", "\"HEAT\"", "\"\"", "null", "\"SOLARIS\""),
        Case("year in [1995, 1972]", "true", "false", "false", "true"),
        Case("year not in [1995, null]", "false", "true", "false", "true"),
        Case("title in [\"Heat\", \"\"]", "true", "true", "false", "false"),
        Case("year in 1990..1999", "true", "false", "false", "false"),
        Case("rating in 7..8.5", "true", "false", "false", "true"),
        Case("seen", "true", "false", "null", "true"),
        Case("not seen", "false", "true", "true", "false"),
        Case("seen or year == 0", "true", "true", "false", "true"),
        Case("if seen then year else null", "1995", "null", "null", "1972"),
        Case("if seen then title else \"none\"", "\"Heat\"", "\"none\"", "\"none\"", "\"Solaris\""),
        Case(
            "watched_at + 1d",
            "@2023-11-15T22:13:20.000Z",
            "@1970-01-02T00:00:00.000Z",
            "null",
            "@1970-01-01T23:59:59.999999Z"
        ),
        Case("released + 1d", "@1995-12-17", "@1970-01-02", "null", "@1970-01-01"),
        Case("released - 36h", "expression.cast", "expression.cast", "null", "expression.cast"),
        Case("released - @1970-01-01 == 0d", "false", "true", "false", "false"),
        Case("watched_at > @2000-01-01T00:00:00Z", "true", "false", "false", "false"),
        Case("poster == poster", "true", "true", "true", "true"),
        Case("min_of(year, 1980)", "1980", "0", "1980", "1972"),
        Case("max_of(rating, 7.5)", "8.5", "7.5", "7.5", "7.5"),
        Case("null_if(title, \"\")", "\"Heat\"", "null", "null", "\"Solaris\""),
        Case("abs(rating)", "8.5", "0.5", "null", "7.0"),
        Case("coalesce(title, \"none\", \"never\")", "\"Heat\"", "\"\"", "\"none\"", "\"Solaris\""),
    ])
    func `an expression has these values`(_ each: Case) throws {
        #expect(try Films.values(each.text) == each.values)
    }
}
