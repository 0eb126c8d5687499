import Diagnostics
import PluginKit
import PluginTestKit
import Records
import StandardTransforms
import TestTags
import Testing

@Suite(.tags(.contract)) struct ExplodeTests {
    private static let json = Schema([
        Schema.Column("id", kind: .integer), Schema.Column("genres", kind: .text, holdsJSON: true),
    ])

    private func films(_ lists: [Value]) -> Batch {
        Batch(Self.json, records: lists.enumerated().map { [.integer(Int64($0 + 1)), $1] })
    }

    @Test func `it makes no difference where batches are divided`() async throws {
        let output = try await TransformContract.verify(
            Explode.self,
            options: "column = 'genres as genre'\nposition = 'nr'",
            input: films(["[\"Drama\", \"Crime\"]", nil, "[]", "{}", "[\"Sci-Fi\"]"])
        )
        #expect(output.schema == ["id": .integer, "genre": .text, "nr": .integer])
        #expect(
            output.records == [[1, "Drama", 1], [1, "Crime", 2], [2, nil, nil], [3, nil, nil], [5, "Sci-Fi", 1]]
        )
    }

    @Test(
        arguments: [
            ("column = 'genres'", "[\"a\", 1, true, null, \"\\u00e9\\n\"]", ["a", "1", "true", nil, "é\n"]),
            ("column = 'genres: integer'", " [ 1 , \"2\", 3.0 ] ", [1, 2, 3]),
            ("column = 'genres: decimal'", "[1.10]", [.decimal(ExactDecimal("1.10") ?? ExactDecimal(0))]),
            ("column = 'genres: date %d.%m.%Y'", "[\"2.1.1970\"]", [.date(1)]),
            ("column = 'genres: json'", "[{\"a\": [1, 2]}, [], \"x\"]", ["{\"a\": [1, 2]}", "[]", "\"x\""]),
            // A line end between elements is whitespace.
            ("column = 'genres'", "[\n\"a\",\n\"b\"\n]", ["a", "b"]), ("column = 'genres'", "null", [nil]),
            ("column = 'genres'\nseparator = ','", "a, b c ,,d", ["a", "b c", "", "d"]),
            ("column = 'genres'\nseparator = ' | '", "a | b|c", ["a", "b|c"]),
            ("column = 'genres: integer'\nseparator = ','", "1, 2", [1, 2]),
            ("column = 'genres'\nseparator = ','", " ", [nil]), ("column = 'genres'\nseparator = ','", "a", ["a"]),
        ] as [(String, Value, [Value])]
    )
    func `each element is a record`(options: String, list: Value, expected: [Value]) async throws {
        let output = try await changed(films([list]), by: Explode.self, options: options)
        #expect(output.records == expected.map { [1, $0] })
        #expect(output.rejections.isEmpty)
    }

    @Test(
        arguments: [
            ("column = 'genres'", "{\"a\": 1}", "column 'genres': \"{\\\"a\\\": 1}\" is not a JSON list"),
            ("column = 'genres'", "Drama", "column 'genres': \"Drama\" is not a JSON list"),
            ("column = 'genres'", "[1, 2", "column 'genres': \"[1, 2\" is not a JSON list"),
            ("column = 'genres'", "[1,]", "column 'genres': \"[1,]\" is not a JSON list"),
            ("column = 'genres'", "[1] 2", "column 'genres': \"[1] 2\" is not a JSON list"),
            ("column = 'genres'", "[[1]]", "element 1: 'genres' is not a text, a number or a boolean: found [1]"),
            ("column = 'genres: integer'", "[1, \"x\"]", "element 2: 'genres' is not a whole number: found \"x\""),
            ("column = 'genres: integer'\nseparator = ','", "1,x", "element 2: \"x\" is not a whole number"),
        ] as [(String, Value, String)]
    )
    func `what does not fit rejects its record, and no other`(
        options: String,
        list: Value,
        reason: String
    ) async throws {
        let good: Value = options.contains("separator") ? "5,6" : "[5, 6]"
        let output = try await changed(films([good, list, good]), by: Explode.self, options: options)
        #expect(output.records.map { $0[0] } == [1, 1, 3, 3])
        #expect(
            output.rejections == [
                Rejection(
                    code: "explode.value",
                    reason: reason,
                    position: "record 2",
                    record: [.init(name: "id", value: 2), .init(name: "genres", value: list)]
                )
            ]
        )
    }

    @Test func `records without elements can be left out, and are counted`() async throws {
        let output = try await changed(
            films(["[1]", nil, "[]"]),
            by: Explode.self,
            options: "column = 'genres'\nempty = 'drop'"
        )
        #expect(output.records == [[1, "1"]])
        #expect(output.filtered == [Filtered("without elements", count: 2)])
    }

    @Test func `records with long lists come in halves`() async throws {
        let list = "[" + Array(repeating: "1", count: 40_000).joined(separator: ",") + "]"
        await #expect(throws: StageFailure.self) {
            _ = try await changed(films([.text(list), .text(list)]), by: Explode.self, options: "column = 'genres'")
        }
        let one = try await changed(films([.text(list)]), by: Explode.self, options: "column = 'genres'")
        #expect(one.count == 40_000)
    }

    @Test(
        arguments: [
            ("column = 'genres'", "[1, 2, 3]", "[1, 2, 3, 4]"),
            ("column = 'genres'\nseparator = ','", "1,2,3", "1,2,3,4"),
        ] as [(String, Value, Value)]
    )
    func `a list with more elements than fit rejects its record`(options: String, fits: Value, tooLong: Value) throws {
        var explode = try Bench().transform(Explode.self, options: options, input: Self.json)
        #expect(explode.mostElements == 1_048_576)
        explode.mostElements = 3
        var batch = films([fits])
        try explode.apply(to: &batch)
        #expect(batch.count == 3)
        batch = films([tooLong])
        // The engine rejects a record alone for which this is thrown.
        #expect {
            try explode.apply(to: &batch)
        } throws: { error in
            guard case .badBatch(let reason) = error as? StageFailure else { return false }
            return reason.code == "explode.size" && reason.message == "the list has more than 3 elements"
        }
    }

    @Test(arguments: [
        (
            "column = 'genre'",
            """
            options:1:10: error[schema.unknown-column]: there is no column 'genre' here
                1 | column = 'genre'
                  |          ^^^^^^^ did you mean 'genres'?
            """
        ),
        (
            "column = 'id'",
            """
            options:1:10: error[schema.kind]: the column 'id' holds integer, and not text
                1 | column = 'id'
                  |          ^^^^ name another column, or convert this one
            """
        ),
        (
            "column = 'genres as id'\nposition = 'id'\nseparator = ''",
            """
            options:1:10: error[explode.same-name]: the column 'id' already exists
                1 | column = 'genres as id'
                  |          ^^^^^^^^^^^^^^ choose another name
            options:3:13: error[explode.separator]: the separator is empty
                3 | separator = ''
                  |             ^^ such as ", "; without the option the column has JSON lists
            options:2:12: error[explode.same-name]: the column 'id' already exists
                2 | position = 'id'
                  |            ^^^^ choose another name
            """
        ),
        (
            "column = 'genres: json'\nseparator = ','",
            """
            options:1:10: error[explode.kind]: the parts of a text are not JSON
                1 | column = 'genres: json'
                  |          ^^^^^^^^^^^^^^ choose another kind, or remove 'separator'
            """
        ),
    ])
    func `a wrong option is reported at its place`(options: String, expected: String) throws {
        #expect(
            try refusal { _ = try Bench().transform(Explode.self, options: options, input: Self.json) } == expected
        )
    }
}

@Suite(.tags(.contract)) struct FlattenTests {
    private func plays(_ movies: [Value]) -> Batch {
        Batch(
            ["id": .integer, "movie": .text, "at": .instant],
            records: movies.enumerated().map { [.integer(Int64($0 + 1)), $1, nil] }
        )
    }

    private let heat: Value = "{\"title\":\"Heat\",\"ids\":{\"tmdb\":949,\"a.b\":\"x\"},\"genres\":[\"Crime\", 1]}"

    @Test func `it makes no difference where batches are divided`() async throws {
        let output = try await TransformContract.verify(
            Flatten.self,
            options: "column = 'movie'\ncolumns = ['title', 'ids.tmdb as tmdb: integer']",
            input: plays([heat, nil, "{}", "[]", "{\"title\": null, \"ids\": {\"tmdb\": 1}}"])
        )
        #expect(output.schema == ["id": .integer, "title": .text, "tmdb": .integer, "at": .instant])
        #expect(
            output.records == [
                [1, "Heat", 949, nil], [2, nil, nil, nil], [3, nil, nil, nil], [5, nil, 1, nil],
            ]
        )
    }

    @Test func `members are chosen by their keys, and the column can stay`() async throws {
        let output = try await changed(
            plays([heat, "null", "{\"genres\": null,\n\"title\": 7}"]),
            by: Flatten.self,
            options: "column = 'movie'\nkeep = true\ncolumns = ['genres: json', 'ids.`a.b` as ab', 'title as name']"
        )
        #expect(output.schema.names == ["id", "movie", "genres", "ab", "name", "at"])
        #expect(output.schema.columns[2].holdsJSON)
        #expect(
            output.records.map { Array($0[2...4]) } == [
                ["[\"Crime\", 1]", "x", "Heat"], [nil, nil, nil], [nil, nil, "7"],
            ]
        )
    }

    @Test(arguments: [
        ("", "column 'movie': expected an object"), ("7", "column 'movie': expected an object"),
        ("{\"title\":", "column 'movie': the text ends in the middle"),
        ("{\"title\": [1]}", "column 'movie' at character 11: 'title' is not a text, a number or a boolean: found [1]"),
        ("{\"ids\":{\"tmdb\":1.5}}", "column 'movie' at character 16: 'ids.tmdb' is not a whole number: found 1.5"),
        ("{} {}", "column 'movie' at character 4: expected the end of the text, found '{'"),
    ])
    func `what does not fit rejects its record, and no other`(text: String, reason: String) async throws {
        let output = try await changed(
            plays([heat, .text(text), heat]),
            by: Flatten.self,
            options: "column = 'movie'\ncolumns = ['title', 'ids.tmdb: integer']"
        )
        #expect(output.records.map { $0[0] } == [1, 3])
        #expect(output.rejections.map(\.code) == ["flatten.value"])
        #expect(output.rejections.map(\.reason) == [reason])
        #expect(output.rejections.first?.record.map(\.name) == ["id", "movie"])
    }

    @Test(arguments: [
        (
            "column = 'movie'\ncolumns = ['id', 'a as at', 'b', 'b']",
            """
            options:2:12: error[flatten.same-name]: the column 'id' already exists
                2 | columns = ['id', 'a as at', 'b', 'b']
                  |            ^^^^ choose another name: "id as other"
            options:2:18: error[flatten.same-name]: the column 'at' already exists
                2 | columns = ['id', 'a as at', 'b', 'b']
                  |                  ^^^^^^^^^ choose another name: "a as other"
            options:2:34: error[flatten.same-name]: the column 'b' already exists
                2 | columns = ['id', 'a as at', 'b', 'b']
                  |                                  ^^^ choose another name: "b as other"
            """
        ),
        (
            "column = 'movie'\ncolumns = ['a..b', 'c.', 'd.``']",
            """
            options:2:12: error[flatten.key]: a key of 'a..b' is empty
                2 | columns = ['a..b', 'c.', 'd.``']
                  |            ^^^^^^ one dot is between two keys; an empty key is written as two backticks
            options:2:20: error[flatten.key]: a key of 'c.' is empty
                2 | columns = ['a..b', 'c.', 'd.``']
                  |                    ^^^^ one dot is between two keys; an empty key is written as two backticks
            """
        ),
        (
            "column = 'movie'\ncolumns = []",
            """
            options:2:11: error[flatten.no-columns]: no member is listed
                2 | columns = []
                  |           ^^ such as ["title", "ids.tmdb as tmdb: integer"]
            """
        ),
    ])
    func `a wrong option is reported at its place`(options: String, expected: String) throws {
        #expect(
            try refusal { _ = try Bench().transform(Flatten.self, options: options, input: plays([]).schema) }
                == expected
        )
    }
}

@Suite(.tags(.contract)) struct UnpivotTests {
    private let sums = Batch(
        ["shop": .text, "jan": .integer, "feb": .integer, "note": .text],
        records: [["Paris", 1, 2, "x"], ["Wien", nil, 3, nil], [nil, nil, nil, nil]]
    )

    @Test func `it makes no difference where batches are divided`() async throws {
        let output = try await TransformContract.verify(
            Unpivot.self,
            options: "columns = ['feb', 'jan']\nnames_to = 'month'\nnulls = 'drop'",
            input: sums
        )
        #expect(output.schema == ["shop": .text, "note": .text, "month": .text, "value": .integer])
        #expect(
            output.records == [["Paris", "x", "jan", 1], ["Paris", "x", "feb", 2], ["Wien", nil, "feb", 3]]
        )
    }

    @Test func `nulls become records unless they are dropped, and records without any are counted`() async throws {
        let kept = try await changed(sums, by: Unpivot.self, options: "columns = ['*a*', 'feb']\nnames_to = 'n'")
        #expect(kept.count == 6)
        #expect(kept.records[2] == ["Wien", nil, "jan", nil])
        let dropped = try await changed(sums, by: Unpivot.self, options: "columns = ['jan', 'f*']\nnulls = 'drop'")
        #expect(dropped.filtered == [Filtered("without values", count: 1)])
    }

    @Test func `values are read only if a later stage wants them, or if nulls are dropped`() throws {
        let keeping = try Bench().transform(Unpivot.self, options: "columns = ['jan', 'feb']", input: sums.schema)
        #expect(keeping.needs.before(["name"], in: sums.schema) == [])
        #expect(keeping.needs.before(["value"], in: sums.schema) == ["jan", "feb"])
        let dropping = try Bench()
            .transform(Unpivot.self, options: "columns = ['jan', 'feb']\nnulls = 'drop'", input: sums.schema)
        #expect(dropping.needs.before([], in: sums.schema) == ["jan", "feb"])
    }

    @Test(arguments: [
        (
            "columns = ['jan', 'note', 'mar']\nnames_to = 'shop'",
            """
            options:1:27: error[schema.unknown-column]: there is no column 'mar' here
                1 | columns = ['jan', 'note', 'mar']
                  |                           ^^^^^ known: shop, jan, feb, note
            options:1:11: error[unpivot.kinds]: 'jan' is integer, and 'note' is text
                1 | columns = ['jan', 'note', 'mar']
                  |           ^^^^^^^^^^^^^^^^^^^^^^ convert them before: [[transform]] with use = "cast"
            options:2:12: error[unpivot.same-name]: the column 'shop' already exists
                2 | names_to = 'shop'
                  |            ^^^^^^ choose another name with 'names_to' or 'values_to'
            """
        ),
        (
            "columns = []",
            """
            options:1:11: error[unpivot.no-columns]: no column is listed
                1 | columns = []
                  |           ^^ such as ["jan", "feb"] or ["month_*"]
            """
        ),
    ])
    func `a wrong option is reported at its place`(options: String, expected: String) throws {
        #expect(
            try refusal { _ = try Bench().transform(Unpivot.self, options: options, input: sums.schema) } == expected
        )
    }
}
