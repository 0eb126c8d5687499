import Diagnostics
import PluginKit
import PluginTestKit
import Records
import StandardTransforms
import TestTags
import Testing

@Suite(.tags(.contract)) struct RouteTests {
    private let titles = Batch(
        ["title": .text, "type": .text, "year": .integer, "seen": .boolean],
        records: [
            ["Heat", "movie", 1995, true], ["Dark", "show", 2017, false], ["S1", "season", nil, nil],
            ["Al Pacino", "person", nil, nil], ["?", nil, 1995, true], ["Léon", "movie", 1994, false],
        ]
    )

    private func routed(_ options: String, _ input: Batch? = nil) async throws -> [String: [Value]] {
        try await TransformContract.verify(outputsOf: Route.self, options: options, input: input ?? titles)
            .mapValues { output in output.records.map { $0[0] } }
    }

    @Test(
        arguments: [
            (
                "by = \"type\"\noutputs = [\"films: movie\", \"television: show|season | episode\"]",
                ["films": ["Heat", "Léon"], "television": ["Dark", "S1"]]
            ),
            (
                "by = \"type\"\noutputs = [\"films: movie\"]\nrest = \"others\"",
                ["films": ["Heat", "Léon"], "others": ["Dark", "S1", "Al Pacino", "?"]]
            ),
            (
                "by = \"year\"\noutputs = [\"old: 1994|1995\", \"new: 2017\"]",
                ["old": ["Heat", "?", "Léon"], "new": ["Dark"]]
            ),
            (
                "by = \"seen\"\noutputs = [\"yes: true\", \"no: false\"]",
                ["yes": ["Heat", "?"], "no": ["Dark", "Léon"]]
            ),
            ("by = \"type\"\noutputs = [\"none: Movie|mov\"]", ["none": []]),
        ] as [(String, [String: [Value]])]
    )
    func `a record goes where its value leads`(options: String, expected: [String: [Value]]) async throws {
        #expect(try await routed(options) == expected)
    }

    @Test(arguments: [(0, nil), (1, 1), (2, 1)] as [(Int, Int?)])
    func `a batch of one kind goes whole`(rows: Int, others: Int?) async throws {
        let films = Batch(titles.schema, records: Array(repeating: ["Heat", "movie", 1995, true], count: rows))
        let routed = try await routed("by = \"type\"\noutputs = [\"films: movie\", \"shows: show\"]", films)
        #expect(routed == ["films": Array(repeating: "Heat", count: rows), "shows": []])
    }

    @Test func `a record without a route is counted, and its neighbours keep their origin`() throws {
        let route = try Bench()
            .transform(
                Route.self,
                options: "by = \"type\"\noutputs = [\"films: movie\", \"shows: show\"]",
                input: titles.schema
            )
        var batch = titles
        batch.origin = "titles.json"
        var memory: Void = ()
        var outputs = Outputs(route.outputs, origins: batch.origins)
        route.apply(to: &batch, table: (), memory: &memory, outputs: &outputs)
        #expect(batch.filtered == [Filtered("no route", count: 3)])
        #expect(batch.position(of: 1) == "titles.json, record 6")
        #expect(outputs[1].position(of: 0) == "titles.json, record 2")
    }

    @Test func `only the column that decides is needed, and what later stages want`() throws {
        let schema: Schema = ["title": .text, "type": .text]
        let route = try Bench().transform(
            Route.self,
            options: "by = \"type\"\noutputs = [\"films: movie\"]",
            input: schema
        )
        #expect(route.needs.before([], in: schema) == ["type"])
        #expect(route.needs.before(["title"], in: schema) == ["type", "title"])
    }

    @Test(arguments: [
        (
            "by = \"type\"\noutputs = [\"films: movie|show\", \"tv: show\", \"films: season\"]\nrest = \"tv\"",
            """
            options:2:33: error[route.value-twice]: the value 'show' is given twice
                2 | outputs = ["films: movie|show", "tv: show", "films: season"]
                  |                                 ^^^^^^^^^^ a record goes to one output; several stages can read it
            options:2:45: error[route.output-twice]: there are two outputs 'films'
                2 | outputs = ["films: movie|show", "tv: show", "films: season"]
                  |                                             ^^^^^^^^^^^^^^^ an output can have several values: "films: …|…"
            options:3:8: error[route.output-twice]: there are two outputs 'tv'
                3 | rest = "tv"
                  |        ^^^^ an output can have several values: "tv: …|…"
            """
        ),
        (
            "by = \"type\"\noutputs = [\"a.b: movie\"]",
            """
            options:2:12: error[route.name]: the name 'a.b' of an output has a dot
                2 | outputs = ["a.b: movie"]
                  |            ^^^^^^^^^^^^ it is used in from = "STAGE.OUTPUT", so choose a name without a dot
            """
        ),
        (
            "by = \"type\"\noutputs = [\": movie\"]",
            """
            options:2:12: error[route.name]: an output has no name
                2 | outputs = [": movie"]
                  |            ^^^^^^^^^ it is used in from = "STAGE.OUTPUT", so choose a name without a dot
            """
        ),
        (
            "by = \"type\"\noutputs = [\"a: movie\"]\nrest = \"x.y\"",
            """
            options:3:8: error[route.name]: the name 'x.y' of an output has a dot
                3 | rest = "x.y"
                  |        ^^^^^ it is used in from = "STAGE.OUTPUT", so choose a name without a dot
            """
        ),
        (
            "by = \"type\"\noutputs = [\"movies\"]",
            """
            options:2:12: error[route.output]: expected a name, a colon and values
                2 | outputs = ["movies"]
                  |            ^^^^^^^^ such as "television: show|season|episode"
            """
        ),
        (
            "by = \"type\"\noutputs = [\"films: movie|\"]",
            """
            options:2:12: error[route.output]: the output 'films' has an empty value
                2 | outputs = ["films: movie|"]
                  |            ^^^^^^^^^^^^^^^ such as "television: show|season|episode"
            """
        ),
        (
            "by = \"year\"\noutputs = [\"old: 1995|nineties\"]",
            """
            options:2:12: error[route.value]: the column holds whole numbers, and 'nineties' is none
                2 | outputs = ["old: 1995|nineties"]
                  |            ^^^^^^^^^^^^^^^^^^^^
            """
        ),
        (
            "by = \"price\"\noutputs = [\"low: .1\"]",
            """
            options:2:12: error[route.value]: the column holds decimal numbers, and '.1' is none
                2 | outputs = ["low: .1"]
                  |            ^^^^^^^^^ write 0.1
            """
        ),
        (
            "by = \"price\"\noutputs = [\"low: -.25|cheap\"]",
            """
            options:2:12: error[route.value]: the column holds decimal numbers, and '-.25' is none
                2 | outputs = ["low: -.25|cheap"]
                  |            ^^^^^^^^^^^^^^^^^ write -0.25
            options:2:12: error[route.value]: the column holds decimal numbers, and 'cheap' is none
                2 | outputs = ["low: -.25|cheap"]
                  |            ^^^^^^^^^^^^^^^^^
            """
        ),
        (
            "by = \"seen\"\noutputs = [\"yes: true|1\"]",
            """
            options:2:12: error[route.value]: the column holds 'true' or 'false', and '1' is neither
                2 | outputs = ["yes: true|1"]
                  |            ^^^^^^^^^^^^^
            """
        ),
        (
            "by = \"at\"\noutputs = [\"a: b\"]",
            """
            options:1:6: error[route.kind]: the column 'at' is instant
                1 | by = "at"
                  |      ^^^^ allowed: text, whole and decimal numbers, dates and booleans
            """
        ),
        (
            "by = \"type\"\noutputs = []",
            """
            options:2:11: error[route.no-outputs]: there is no output
                2 | outputs = []
                  |           ^^ such as ["films: movie", "television: show|episode"]
            """
        ),
    ])
    func `a wrong option is reported at its place`(options: String, expected: String) throws {
        let input = titles.schema.adding("at", kind: .instant).adding("price", kind: .decimal)
        #expect(try refusal { _ = try Bench().transform(Route.self, options: options, input: input) } == expected)
    }
}
