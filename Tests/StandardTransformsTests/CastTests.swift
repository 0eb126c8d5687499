import Diagnostics
import PluginKit
import PluginTestKit
import Records
import StandardTransforms
import TestTags
import Testing

@Suite(.tags(.contract)) struct CastTests {
    /// A column of one kind becomes one of another.
    struct Case: CustomTestStringConvertible, Sendable {
        let entry: String
        let from: Schema.Kind
        let values: [Value]
        let to: Schema.Kind
        /// Nil where the record is rejected.
        let expected: [Value?]
        var options = ""

        var testDescription: String { "\(from) to \(entry)" }
    }

    private static func decimal(_ text: String) -> Value { ExactDecimal(text).map { .decimal($0) } ?? .null }

    static let cases = [
        Case(
            entry: "integer",
            from: .text,
            values: ["7", "007", "-8.0", "1.5", "", nil, " 1", "9223372036854775808"],
            to: .integer,
            expected: [7, 7, -8, nil, nil, .null, nil, nil]
        ),
        Case(
            entry: "real",
            from: .text,
            values: ["2,5", "2.5", "1e3"],
            to: .real,
            expected: [2.5, nil, 1000.0],
            options: "decimal_comma = true"
        ),
        Case(
            entry: "decimal",
            from: .text,
            values: ["12345678901234567890.10", "x"],
            to: .decimal,
            expected: [decimal("12345678901234567890.10"), nil]
        ),
        Case(
            entry: "boolean",
            from: .text,
            values: ["ja", "NEIN", "yes"],
            to: .boolean,
            expected: [true, false, nil],
            options: "true_words = ['ja']\nfalse_words = ['nein']"
        ),
        Case(
            entry: "date %d.%m.%Y",
            from: .text,
            values: ["1.2.1970", "29.02.2023", "", "n/a"],
            to: .date,
            expected: [.date(31), nil, .null, .null],
            options: "nulls = ['', 'n/a']"
        ),
        Case(
            entry: "instant",
            from: .text,
            values: ["1970-01-01T01:00:00+01:00", "1970-01-01 00:00:00", "1970-01"],
            to: .instant,
            expected: [.instant(0), nil, nil]
        ),
        Case(
            entry: "text",
            from: .text,
            values: ["", "a"],
            to: .text,
            expected: [.null, "a"],
            options: "nulls = ['']"
        ),
        Case(entry: "json", from: .text, values: ["[1, 2]", "{", "3"], to: .text, expected: ["[1, 2]", nil, "3"]),
        Case(entry: "bytes", from: .text, values: ["aGk=", "?"], to: .bytes, expected: [.bytes([104, 105]), nil]),
        Case(entry: "text", from: .integer, values: [7, nil], to: .text, expected: ["7", .null]),
        Case(entry: "real", from: .integer, values: [7], to: .real, expected: [7.0]),
        Case(entry: "decimal", from: .integer, values: [7], to: .decimal, expected: [decimal("7")]),
        Case(entry: "boolean", from: .integer, values: [0, 1, 2], to: .boolean, expected: [false, true, nil]),
        Case(
            entry: "integer",
            from: .real,
            values: [2.0, 2.5, 9.3e18],
            to: .integer,
            expected: [2, nil, nil]
        ),
        Case(entry: "decimal", from: .real, values: [0.1, 1e300], to: .decimal, expected: [decimal("0.1"), nil]),
        Case(
            entry: "integer",
            from: .decimal,
            values: [decimal("2.00"), decimal("2.01"), decimal("9223372036854775808")],
            to: .integer,
            expected: [2, nil, nil]
        ),
        Case(entry: "real", from: .decimal, values: [decimal("0.10")], to: .real, expected: [0.1]),
        Case(entry: "integer", from: .boolean, values: [true, false], to: .integer, expected: [1, 0]),
        Case(
            entry: "date",
            from: .instant,
            values: [.instant(82_800_000_000), .instant(.max)],
            to: .date,
            expected: [.date(1), nil],
            options: "time_zone = 'Europe/Paris'"
        ),
        Case(
            entry: "instant",
            from: .date,
            values: [.date(1)],
            to: .instant,
            expected: [.instant(82_800_000_000)],
            options: "time_zone = 'Europe/Paris'"
        ),
        // Days of no year from 1 to 9999, and midnights of Paris that are not in those of UTC.
        Case(
            entry: "instant",
            from: .date,
            values: [.date(.max), .date(.min), .date(2_932_897), .date(2_932_896), .date(-719_163), .date(-719_162)],
            to: .instant,
            expected: [nil, nil, nil, .instant(253_402_210_800_000_000), nil, nil],
            options: "time_zone = 'Europe/Paris'"
        ),
        Case(entry: "text", from: .date, values: [.date(0)], to: .text, expected: ["1970-01-01"]),
        Case(entry: "integer", from: .integer, values: [1, nil], to: .integer, expected: [1, .null]),
    ]

    private func input(_ kind: Schema.Kind, _ values: [Value]) -> Batch {
        Batch(
            Schema([Schema.Column("x", kind: kind), Schema.Column("row", kind: .integer)]),
            records: values.enumerated().map { [$1, .integer(Int64($0))] }
        )
    }

    @Test(arguments: cases)
    func `a value is converted exactly, or its record rejected`(example: Case) async throws {
        let options = "columns = ['x: \(example.entry)']\n\(example.options)"
        let input = input(example.from, example.values)
        let output = try await changed(input, by: Cast.self, options: options)
        #expect(output.schema.columns[0] == Schema.Column("x", kind: example.to, holdsJSON: example.entry == "json"))
        let kept = example.expected.enumerated().compactMap { row, value in value.map { [$0, .integer(Int64(row))] } }
        #expect(output.records == kept)
        let nulled = try await changed(input, by: Cast.self, options: options + "\non_mismatch = 'null'")
        #expect(nulled.records.map { $0[0] } == example.expected.map { $0 ?? .null })
    }

    @Test func `it makes no difference where batches are divided`() async throws {
        let input = input(.text, ["1", "x", nil, "", "2.0"])
        let options = "columns = ['x: integer', 'row as n: decimal']\nnulls = ['']"
        let output = try await TransformContract.verify(Cast.self, options: options, input: input)
        #expect(output.records.map { $0[0] } == [1, nil, nil, 2])
    }

    @Test func `a rejected record is reported as it arrived`() throws {
        let cast = try Bench().transform(
            Cast.self,
            options: "columns = ['x as y: integer', 'row: text']",
            input: input(.text, []).schema
        )
        var batch = input(.text, ["1", "1O", "2"])
        batch.origin = "a.csv"
        cast.apply(to: &batch)
        #expect(batch.records == [[1, "0"], [2, "2"]])
        #expect(batch.schema.names == ["y", "row"])
        #expect(
            batch.rejections == [
                Rejection(
                    code: "cast.value",
                    reason: "column 'x': \"1O\" is not a whole number",
                    position: "a.csv, record 2",
                    record: [.init(name: "x", value: "1O"), .init(name: "row", value: 1)]
                )
            ]
        )
    }

    @Test func `what may reject a record is needed always, all else only for later stages`() throws {
        let schema = input(.text, []).schema
        let cast = try Bench().transform(Cast.self, options: "columns = ['x as y: integer']", input: schema)
        #expect(cast.needs.before([], in: schema) == ["x"])
        let tolerant = try Bench().transform(
            Cast.self,
            options: "columns = ['x as y: integer']\non_mismatch = 'null'",
            input: schema
        )
        #expect(tolerant.needs.before([], in: schema) == [])
        #expect(tolerant.needs.before(["y"], in: schema) == ["x"])
    }

    @Test(arguments: [
        (
            "columns = ['x', 'y: integer', 'at: date', 'row: date']",
            """
            options:1:12: error[cast.no-kind]: the kind is missing
                1 | columns = ['x', 'y: integer', 'at: date', 'row: date']
                  |            ^^^ such as "x: integer"
            options:1:17: error[schema.unknown-column]: there is no column 'y' here
                1 | columns = ['x', 'y: integer', 'at: date', 'row: date']
                  |                 ^^^^^^^^^^^^ did you mean 'x'?
            options:1:31: error[cast.zone]: the date of an instant depends on the time zone
                1 | columns = ['x', 'y: integer', 'at: date', 'row: date']
                  |                               ^^^^^^^^^^ state it: time_zone = "Europe/Paris", or "UTC"
            options:1:43: error[cast.kinds]: the column 'row' is integer, which cannot become date
                1 | columns = ['x', 'y: integer', 'at: date', 'row: date']
                  |                                           ^^^^^^^^^^^ from integer there is text, real, decimal and boolean
            """
        ),
        (
            "columns = ['row: text', 'row: real', 'at as x: text', 'at: instant %Y-%m-%d']",
            """
            options:1:25: error[cast.twice]: the column 'row' is there twice
                1 | columns = ['row: text', 'row: real', 'at as x: text', 'at: instant %Y-%m-%d']
                  |                         ^^^^^^^^^^^ list it once
            options:1:55: error[cast.twice]: the column 'at' is there twice
                1 | columns = ['row: text', 'row: real', 'at as x: text', 'at: instant %Y-%m-%d']
                  |                                                       ^^^^^^^^^^^^^^^^^^^^^^ list it once
            options:1:38: error[cast.same-name]: the column 'x' already exists
                1 | columns = ['row: text', 'row: real', 'at as x: text', 'at: instant %Y-%m-%d']
                  |                                      ^^^^^^^^^^^^^^^ choose another name after ' as '
            """
        ),
        (
            "columns = ['at: instant %Y-%m-%d']",
            """
            options:1:12: error[cast.format]: the column 'at' is instant, and only text is read in a format
                1 | columns = ['at: instant %Y-%m-%d']
                  |            ^^^^^^^^^^^^^^^^^^^^^^ remove the format
            """
        ),
        (
            "columns = ['*']",
            """
            options:1:12: error[columns.rest]: "*" stands for columns that are not listed, and this option changes only those that are
                1 | columns = ['*']
                  |            ^^^ remove it: all other columns stay as they are
            """
        ),
        (
            "columns = ['x: boolean']\ntrue_words = ['a']\nfalse_words = ['b', 'A']",
            """
            options:3:15: error[cast.words]: the word 'a' stands for true and for false
                3 | false_words = ['b', 'A']
                  |               ^^^^^^^^^^ upper and lower case are the same; state both 'true_words' and 'false_words'
            """
        ),
        (
            "columns = ['x: boolean']\ntrue_words = ['No']",
            """
            options:2:14: error[cast.words]: the word 'no' stands for true and for false
                2 | true_words = ['No']
                  |              ^^^^^^ upper and lower case are the same; state both 'true_words' and 'false_words'
            """
        ),
        (
            "columns = ['x: date %Q']",
            """
            options:1:21: error[cell.format]: '%Q' is not supported
                1 | columns = ['x: date %Q']
                  |                     ^^ supported: %Y %m %d %H %M %S %f %z %b %B %y %j
            """
        ),
    ])
    func `a wrong option is reported at its place`(options: String, expected: String) throws {
        let schema = input(.text, []).schema.adding("at", kind: .instant)
        #expect(try refusal { _ = try Bench().transform(Cast.self, options: options, input: schema) } == expected)
    }
}
