import PluginKit
import Testing

@Suite struct NeedsTests {
    private static let input: Schema = ["a": .integer, "b": .integer, "c": .text]

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let needs: Needs
        let wanted: Set<String>
        let before: Set<String>
    }

    @Test(arguments: [
        Case(testDescription: "all, whatever is wanted", needs: .all, wanted: [], before: ["a", "b", "c"]),
        Case(testDescription: "others pass", needs: .columns(["a"]), wanted: ["c", "b"], before: ["a", "b", "c"]),
        Case(testDescription: "what is not wanted is not needed", needs: .columns(["a"]), wanted: [], before: ["a"]),
        Case(testDescription: "a new name", needs: .renaming(["a": "x"]), wanted: ["x", "c"], before: ["a", "c"]),
        Case(testDescription: "an old name is gone", needs: .renaming(["a": "x"]), wanted: ["a", "b"], before: ["b"]),
        Case(
            testDescription: "two names change places",
            needs: .renaming(["a": "b", "b": "a"]),
            wanted: ["a"],
            before: ["b"]
        ),
        Case(
            testDescription: "a computed column",
            needs: Needs(made: ["z": ["a", "b"]]),
            wanted: ["z", "c"],
            before: ["a", "b", "c"]
        ),
        Case(
            testDescription: "a computed column that is not wanted",
            needs: Needs(made: ["z": ["a", "b"]]),
            wanted: ["c"],
            before: ["c"]
        ),
        Case(
            testDescription: "a column computed over its old self",
            needs: Needs(made: ["a": ["a", "b"]]),
            wanted: ["a"],
            before: ["a", "b"]
        ),
        Case(
            testDescription: "nothing else passes",
            needs: Needs(always: ["a"], renamed: ["c": "c"], keepsOtherColumns: false),
            wanted: ["b", "c"],
            before: ["a", "c"]
        ),
        Case(
            testDescription: "what a condition looks at",
            needs: Needs(conditions: [Condition("b", comparison: .greater, value: 1)]),
            wanted: ["a"],
            before: ["a", "b"]
        ),
        Case(
            testDescription: "columns that the input does not have",
            needs: .columns(["a", "gone"]),
            wanted: ["elsewhere"],
            before: ["a"]
        ),
    ])
    func `what is needed before a stage`(_ test: Case) {
        #expect(test.needs.before(test.wanted, in: Self.input) == test.before)
    }

    @Test(
        arguments: [
            (1, .equal, 1, true), (1, .equal, 2, false), (1, .notEqual, 2, true), (1, .less, 2, true),
            (2, .less, 2, false),
            (2, .lessOrEqual, 2, true), (3, .greater, 2, true), (2, .greaterOrEqual, 2, true),
            ("b", .greater, "a", true),
            ("B", .greater, "a", false), (nil, .equal, nil, true), (nil, .notEqual, nil, false),
            (1, .notEqual, nil, true),
            (1, .equal, nil, false), (nil, .notEqual, 1, false), (nil, .less, 1, false), (1, .less, nil, false),
            (true, .greater, false, true), (1, .equal, "1", false), (.real(.nan), .equal, .real(.nan), false),
            (.real(.nan), .notEqual, 1.0, true), (.instant(5), .less, .instant(6), true),
            ("\u{e9}", .equal, "e\u{301}", false),
        ] as [(Value, Condition.Comparison, Value, Bool)]
    )
    func `a cell meets a condition or does not`(
        cell: Value,
        comparison: Condition.Comparison,
        value: Value,
        holds: Bool
    ) {
        #expect(Condition("n", comparison: comparison, value: value).holds(for: cell) == holds)
    }

    @Test func `a condition reads as it is written`() {
        #expect(Condition("year", comparison: .greaterOrEqual, value: 1990).description == "year >= 1990")
        #expect(Condition("title", comparison: .equal, value: "He\"at").description == "title == \"He\\\"at\"")
        #expect(Condition("at", comparison: .less, value: .instant(0)).description == "at < 1970-01-01T00:00:00.000Z")
    }
}
