import Diagnostics
import PluginKit
import PluginTestKit
import Records
import StandardTransforms
import TestTags
import Testing

@Suite(.tags(.contract)) struct RenameTests {
    private let plays = Batch(
        ["id": .integer, "film_title": .text, "film_year": .integer, "Watched At": .instant],
        records: [[1, "Heat", 1995, .instant(5)], [2, nil, nil, nil]]
    )

    @Test(
        arguments: [
            ("columns = ['id as play']", ["play", "film_title", "film_year", "Watched At"]),
            ("columns = ['film_* as *']", ["id", "title", "year", "Watched At"]),
            ("columns = ['film_* as *', 'film_year as made']", ["id", "title", "made", "Watched At"]),
            ("columns = ['* as old_*']", ["old_id", "old_film_title", "old_film_year", "old_Watched At"]),
            // Two exchange their names.
            (
                "columns = ['film_title as film_year', 'film_year as film_title']",
                ["id", "film_year", "film_title", "Watched At"]
            ),
            ("columns = ['Watched At as film.seen']", ["id", "film_title", "film_year", "film.seen"]),
            ("style = 'snake_case'", ["id", "film_title", "film_year", "watched_at"]),
            ("columns = ['id as ID']\nstyle = 'snake_case'", ["ID", "film_title", "film_year", "watched_at"]),
            ("", ["id", "film_title", "film_year", "Watched At"]),
        ] as [(String, [String])]
    )
    func `columns get their names, and keep their places`(options: String, names: [String]) async throws {
        let output = try await changed(plays, by: Rename.self, options: options)
        #expect(output.schema.names == names)
        #expect(output.records == plays.records)
    }

    @Test(
        arguments: [
            ("watchedAt", "watched_at"), ("Watched-At", "watched_at"), ("HTTPCode2Name", "http_code2_name"),
            ("  id  ", "id"), ("Größe (cm)", "größe_cm"), ("a__b", "a_b"), ("A", "a"), ("%", "%"), ("IDs", "i_ds"),
        ]
    )
    func `words of any style become snake_case`(name: String, expected: String) throws {
        let input = Schema([Schema.Column(name, kind: .text)])
        let rename = try Bench().transform(Rename.self, options: "style = 'snake_case'", input: input)
        #expect(rename.output.names == [expected])
    }

    @Test func `it makes no difference where batches are divided`() async throws {
        let output = try await TransformContract.verify(Rename.self, options: "columns = ['id as play']", input: plays)
        #expect(output.records == plays.records)
    }

    @Test func `old names are needed for new ones`() throws {
        let rename = try Bench().transform(Rename.self, options: "columns = ['film_* as *']", input: plays.schema)
        #expect(rename.needs.before(["title", "id"], in: plays.schema) == ["film_title", "id"])
        #expect(rename.needs.isTransparent)
    }

    @Test(arguments: [
        (
            "columns = ['idd as a', 'x* as *', 'id', 'id as a: text', 'film_* as *']",
            """
            options:1:12: error[schema.unknown-column]: there is no column 'idd' here
                1 | columns = ['idd as a', 'x* as *', 'id', 'id as a: text', 'film_* as *']
                  |            ^^^^^^^^^^ did you mean 'id'?
            options:1:35: error[rename.as]: the new name is missing
                1 | columns = ['idd as a', 'x* as *', 'id', 'id as a: text', 'film_* as *']
                  |                                   ^^^^ such as "id as other"
            options:1:41: error[rename.kind]: a name is expected here, and no kind
                1 | columns = ['idd as a', 'x* as *', 'id', 'id as a: text', 'film_* as *']
                  |                                         ^^^^^^^^^^^^^^^ 'cast' converts columns; a name with a colon is written in backticks
            options:1:24: error[columns.no-match]: no column here is named like 'x*'
                1 | columns = ['idd as a', 'x* as *', 'id', 'id as a: text', 'film_* as *']
                  |                        ^^^^^^^^^
            """
        ),
        (
            "columns = ['film_title as id', 'id as a', 'id as b']",
            """
            options:1:43: error[rename.twice]: the column 'id' is renamed twice
                1 | columns = ['film_title as id', 'id as a', 'id as b']
                  |                                           ^^^^^^^^^
            """
        ),
        (
            "columns = ['id as x*', 'film_* as x', 'id as id', '* as *', 'i* as *d as']",
            """
            options:1:12: error[rename.star]: a pattern and the new name have one '*' each
                1 | columns = ['id as x*', 'film_* as x', 'id as id', '* as *', 'i* as *d as']
                  |            ^^^^^^^^^^ such as "film_* as *"; a name with a '*' of its own is written in backticks
            options:1:24: error[rename.star]: a pattern and the new name have one '*' each
                1 | columns = ['id as x*', 'film_* as x', 'id as id', '* as *', 'i* as *d as']
                  |                        ^^^^^^^^^^^^^ such as "film_* as *"; a name with a '*' of its own is written in backticks
            options:1:39: error[rename.as]: the new name is the old one
                1 | columns = ['id as x*', 'film_* as x', 'id as id', '* as *', 'i* as *d as']
                  |                                       ^^^^^^^^^^ such as "id as other"
            options:1:51: error[rename.as]: the new name is the old one
                1 | columns = ['id as x*', 'film_* as x', 'id as id', '* as *', 'i* as *d as']
                  |                                                   ^^^^^^^^ such as "film_* as *"
            """
        ),
        (
            "columns = ['*id as *']",
            """
            options:1:12: error[rename.no-name]: the column 'id' would have no name
                1 | columns = ['*id as *']
                  |            ^^^^^^^^^^ list it with a name of its own, before the pattern
            """
        ),
        (
            "columns = ['film_title as id']",
            """
            options:1:12: error[rename.same-name]: 'id' and 'film_title' would both be called 'id'
                1 | columns = ['film_title as id']
                  |            ^^^^^^^^^^^^^^^^^^ give one of them another name, or leave it out with 'select' before
            """
        ),
    ])
    func `a wrong option is reported at its place`(options: String, expected: String) throws {
        #expect(
            try refusal { _ = try Bench().transform(Rename.self, options: options, input: plays.schema) } == expected
        )
    }
}
