import Diagnostics
import PluginKit
import PluginTestKit
import Records
import StandardTransforms
import TestTags
import Testing

/// What expressions do in transforms; what they mean is tested where they are.
private let films = Batch(
    ["title": .text, "year": .integer, "rating": .integer, "votes": .integer],
    records: [
        ["Heat", 1995, 9, 0], ["Alien", 1979, nil, 3], ["Dune", 2021, 7, 2], [nil, nil, 5, 0], ["Solaris", 1972, 8, 4],
    ]
)

private func titles(_ batch: Batch) -> [Value] { batch.records.map { $0[0] } }

@Suite(.tags(.contract)) struct FilterTests {
    @Test func `it makes no difference where batches are divided`() async throws {
        let output = try await TransformContract.verify(
            Filter.self,
            options: "where = 'year >= 1979 and rating / votes > 2'",
            input: films
        )
        #expect(titles(output) == ["Dune"])
    }

    @Test(
        arguments: [
            ("rating != 7", ["Heat", "Alien", nil, "Solaris"]), ("rating < 9", ["Dune", nil, "Solaris"]),
            ("year in 1970..1989", ["Alien", "Solaris"]), ("title is null", [nil]),
            ("title starts with \"S\" or rating == 9", ["Heat", "Solaris"]),
        ] as [(String, [Value])]
    )
    func `records for which the condition is true are kept, the others counted`(
        condition: String,
        expected: [Value]
    ) async throws {
        let output = try await changed(films, by: Filter.self, options: "where = '''\(condition)'''")
        #expect(titles(output) == expected)
        #expect(output.filtered == [Filtered("by 'bench'", count: 5 - expected.count)])
    }

    @Test func `a record for which it has no value is rejected, and not left out`() async throws {
        let output = try await changed(films, by: Filter.self, options: "where = '10 % votes == 1'")
        #expect(titles(output) == ["Alien"])
        #expect(output.rejections.map(\.code) == ["expression.division-by-zero", "expression.division-by-zero"])
        #expect(output.rejections.map(\.position) == ["record 1", "record 4"])
        #expect(output.rejections.first?.reason.contains("votes is 0") == true)
        #expect(output.filtered == [Filtered("by 'bench'", count: 2)])
    }

    @Test func `only the columns of the condition are needed, and what later stages want`() throws {
        let filter = try Bench().transform(Filter.self, options: "where = 'year > 1990'", input: films.schema)
        #expect(filter.needs.before([], in: films.schema) == ["year"])
        #expect(filter.needs.before(["title"], in: films.schema) == ["title", "year"])
    }

    @Test func `a mistake is reported at its place within the text`() throws {
        let found = try refusal {
            _ = try Bench().transform(Filter.self, options: "where = 'ratng > 5 and title > 3'", input: films.schema)
        }
        #expect(found?.contains("options:1:10: error[expression.unknown-column]") == true)
        #expect(found?.contains("options:1:30: error[expression.types]") == true)
    }

    @Test func `what is probably a mistake is remarked, once`() throws {
        let log = StageLog()
        let bench = Bench(log: log)
        for _ in 1...2 {
            _ = try bench.transform(Filter.self, options: "where = '(5 ?? 3) < year'", input: films.schema)
        }
        #expect(log.all.count == 1)
    }
}

@Suite(.tags(.contract)) struct SetColumnsTests {
    @Test func `it makes no difference where batches are divided`() async throws {
        let output = try await TransformContract.verify(
            SetColumns.self,
            options: "set = { decade = 'year - year % 10', share = 'rating / votes' }",
            input: films
        )
        #expect(output.schema.names == ["title", "year", "rating", "votes", "decade", "share"])
        #expect(output.records.map { $0[4] } == [1970, 2020, 1970])
        #expect(output.records.map { $0[5] } == [nil, 3.5, 2.0])
    }

    @Test func `columns are replaced in their places, all from the columns as they arrive`() async throws {
        let output = try await changed(
            films,
            by: SetColumns.self,
            options: "set = { year = 'rating', rating = 'year', votes = 'votes > 0', title = 'title ?? \"?\"' }"
        )
        #expect(output.schema == ["title": .text, "year": .integer, "rating": .integer, "votes": .boolean])
        #expect(output.records[0] == ["Heat", 9, 1995, false])
        #expect(output.records[3] == ["?", 5, nil, false])
    }

    @Test func `a record for which a column has no value is rejected as it arrived`() async throws {
        let output = try await changed(
            films,
            by: SetColumns.self,
            options: "[set]\nyear = 'year * 10'\ntenth = '10 % votes'\ntried = 'try(10 % votes)'"
        )
        #expect(output.records.map { $0[5] } == [1, 0, 2])
        #expect(output.rejections.map(\.code) == ["expression.division-by-zero", "expression.division-by-zero"])
        #expect(output.rejections.first?.reason.hasPrefix("tenth: ") == true)
        #expect(output.rejections.first?.record.first { $0.name == "year" }?.value == 1995)
    }

    @Test func `the columns of all expressions are needed, since each may reject a record`() throws {
        let set = try Bench()
            .transform(SetColumns.self, options: "[set]\ndecade = 'year % 10'\nyear = 'votes'", input: films.schema)
        #expect(set.needs.before([], in: films.schema) == ["year", "votes"])
        #expect(set.needs.before(["title"], in: films.schema) == ["title", "year", "votes"])
    }

    @Test(
        arguments: [
            (
                "set = {}",
                """
                options:1:7: error[set.no-columns]: no column is set
                    1 | set = {}
                      |       ^^ such as { decade = 'year - year % 10' }
                """
            ),
            (
                "set = { \"\" = 'year' }",
                """
                options:1:9: error[set.no-name]: a column has no name
                    1 | set = { "" = 'year' }
                      |         ^^ write its name before the equals sign
                """
            ),
            (
                "[set]\na = 'yeer'\nb = 'title + 1'",
                nil
            ),
        ] as [(String, String?)]
    )
    func `everything wrong is reported together, at its place`(options: String, expected: String?) throws {
        let found = try refusal {
            _ = try Bench().transform(SetColumns.self, options: options, input: films.schema)
        }
        if let expected {
            #expect(found == expected)
        } else {
            #expect(found?.contains("options:2:6: error[expression.unknown-column]") == true)
            #expect(found?.contains("options:3:") == true)
        }
    }
}

@Suite(.tags(.contract)) struct ValidateTests {
    private let options = """
        rules.has_title = 'title is not null'
        rules.rated_in_range = 'rating is null or rating in 1..8'
        rules.votes_divide = '10 % votes >= 0'
        """

    @Test func `it makes no difference where batches are divided`() async throws {
        let output = try await TransformContract.verify(Validate.self, options: options, input: films)
        #expect(titles(output) == ["Alien", "Dune", "Solaris"])
    }

    @Test func `a record that breaks rules is rejected with their names`() async throws {
        let output = try await changed(films, by: Validate.self, options: options)
        #expect(output.rejections.map(\.code) == ["validate.rule", "validate.rule"])
        let reasons = output.rejections.map(\.reason)
        #expect(reasons[0].hasPrefix("broken rules: rated_in_range, votes_divide ("))
        #expect(reasons[0].contains("votes is 0"))
        #expect(reasons[1].hasPrefix("broken rules: has_title, votes_divide ("))
        #expect(output.rejections[0].record.first == .init(name: "title", value: "Heat"))
    }

    @Test func `one broken rule is one, and records that keep all of them pass untouched`() async throws {
        let options = "[rules]\nnew = 'year >= 1979'"
        let output = try await changed(films, by: Validate.self, options: options)
        #expect(output.rejections.map(\.reason) == ["broken rule: new", "broken rule: new"])
        #expect(output.records == [films.records[0], films.records[1], films.records[2]])
        let all = try await changed(films, by: Validate.self, options: "[rules]\nany = 'votes >= 0'")
        #expect(all.records == films.records)
    }

    @Test(arguments: [
        (
            "rules = {}",
            """
            options:1:9: error[validate.no-rules]: there is no rule
                1 | rules = {}
                  |         ^^ such as { has_title = 'not is_blank(title)' }
            """
        )
    ])
    func `a wrong option is reported at its place`(options: String, expected: String) throws {
        #expect(
            try refusal { _ = try Bench().transform(Validate.self, options: options, input: films.schema) } == expected
        )
    }
}

@Suite(.tags(.contract)) struct RouteByConditionTests {
    private let options = """
        rest = "others"
        routes.good = 'rating >= 8'
        routes.old = 'year < 1980'
        """

    @Test func `a record goes to the first output whose condition is true`() async throws {
        let outputs = try await TransformContract.verify(outputsOf: Route.self, options: options, input: films)
        #expect(
            outputs.mapValues(titles) == ["good": ["Heat", "Solaris"], "old": ["Alien"], "others": ["Dune", nil]]
        )
    }

    @Test func `a condition without a value rejects its record, unless an earlier one is true`() throws {
        let route = try Bench()
            .transform(
                Route.self,
                options: "[routes]\ngood = 'rating >= 8'\ndivided = '10 % votes == 0'",
                input: films.schema
            )
        var batch = films
        var nothing: Void = ()
        var outputs = Outputs(route.outputs, origins: batch.origins)
        route.apply(to: &batch, table: (), memory: &nothing, outputs: &outputs)
        #expect(titles(batch) == ["Heat", "Solaris"])
        #expect(titles(outputs[1]) == ["Dune"])
        #expect(batch.rejections.map(\.position) == ["record 4"])
        #expect(batch.rejections.first?.reason.hasPrefix("divided: ") == true)
        #expect(batch.filtered == [Filtered("no route", count: 1)])
        #expect(route.needs.before([], in: films.schema) == ["rating", "votes"])
    }

    @Test(arguments: [
        (
            "[routes]\n\"a.b\" = 'year > 1'",
            """
            options:2:1: error[route.name]: the name 'a.b' of an output has a dot
                2 | "a.b" = 'year > 1'
                  | ^^^^^ it is used in from = "STAGE.OUTPUT", so choose a name without a dot
            """
        ),
        (
            "rest = 'a'\n[routes]\na = 'year > 1'",
            """
            options:1:8: error[route.output-twice]: there are two outputs 'a'
                1 | rest = 'a'
                  |        ^^^ an output can have several values: "a: …|…"
            """
        ),
        (
            "outputs = ['a: b']",
            """
            options:1:11: error[route.no-column]: values are listed, and the column that has them is missing
                1 | outputs = ['a: b']
                  |           ^^^^^^^^ state it: by = "type"; for conditions there is [transform.routes]
            """
        ),
        (
            "routes = {}",
            """
            options:1:10: error[route.no-outputs]: there is no output
                1 | routes = {}
                  |          ^^ state 'by' and 'outputs', or [transform.routes] with conditions such as films = 'year > 1990'
            """
        ),
        (
            "by = 'year'\nroutes = { a = 'year > 1' }",
            """
            options:2:10: error[route.two-ways]: a column decides, and conditions do
                2 | routes = { a = 'year > 1' }
                  |          ^^^^^^^^^^^^^^^^^^ remove 'by' and 'outputs', or 'routes': by = "type" is a condition such as type == "movie"
            """
        ),
    ])
    func `a wrong option is reported at its place`(options: String, expected: String) throws {
        #expect(
            try refusal { _ = try Bench().transform(Route.self, options: options, input: films.schema) } == expected
        )
    }
}
