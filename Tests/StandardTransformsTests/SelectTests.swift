import Diagnostics
import PluginKit
import PluginTestKit
import Records
import StandardTransforms
import TestTags
import Testing

@Suite(.tags(.contract)) struct SelectTests {
    private let films = Batch(
        ["id": .integer, "title": .text, "ids_imdb": .text, "ids_tmdb": .integer, "a*b": .boolean],
        records: [[1, "Heat", "tt0113277", 949, true], [2, "Léon", nil, 101, nil], [3, nil, "tt1", nil, false]]
    )

    @Test(
        arguments: [
            ("", ["id", "title", "ids_imdb", "ids_tmdb", "a*b"]),
            ("columns = ['title', 'id']", ["title", "id"]),
            ("columns = ['title', '*']", ["title", "id", "ids_imdb", "ids_tmdb", "a*b"]),
            ("columns = ['*', 'id']", ["title", "ids_imdb", "ids_tmdb", "a*b", "id"]),
            ("columns = ['ids_*', 'title']", ["ids_imdb", "ids_tmdb", "title"]),
            // A name comes before a pattern, and the first pattern before the second.
            ("columns = ['*_*', 'ids_tmdb', 'i*']", ["ids_imdb", "ids_tmdb", "id"]),
            ("columns = ['*mdb']", ["ids_imdb", "ids_tmdb"]), ("columns = ['i*_*d*']", ["ids_imdb", "ids_tmdb"]),
            ("columns = ['`a*b`']", ["a*b"]), ("without = ['ids_*', 'id']", ["title", "a*b"]),
            ("columns = ['*', 'title']\nwithout = ['*_imdb']", ["id", "ids_tmdb", "a*b", "title"]),
        ] as [(String, [String])]
    )
    func `columns are chosen by name and by pattern, in the order of the list`(
        options: String,
        names: [String]
    ) async throws {
        let output = try await changed(films, by: Select.self, options: options)
        #expect(output.schema.names == names)
        for (row, record) in output.records.enumerated() {
            for (name, value) in zip(names, record) { #expect(try films[row, films.schema.field(name)] == value) }
        }
    }

    @Test func `it makes no difference where batches are divided`() async throws {
        let output = try await TransformContract.verify(Select.self, options: "columns = ['title']", input: films)
        #expect(output.records == [["Heat"], ["Léon"], [nil]])
    }

    @Test func `nothing is read that no later stage needs`() throws {
        let select = try Bench().transform(Select.self, options: "columns = ['i*']", input: films.schema)
        #expect(select.needs.before([], in: films.schema) == [])
        #expect(select.needs.before(["ids_imdb"], in: films.schema) == ["ids_imdb"])
    }

    @Test(arguments: [
        (
            "columns = ['titel', 'id', 'x_*', 'id']",
            """
            options:1:12: error[schema.unknown-column]: there is no column 'titel' here
                1 | columns = ['titel', 'id', 'x_*', 'id']
                  |            ^^^^^^^ did you mean 'title'?
            options:1:34: error[select.twice]: 'id' is there twice
                1 | columns = ['titel', 'id', 'x_*', 'id']
                  |                                  ^^^^ list it once
            options:1:27: error[columns.no-match]: no column here is named like 'x_*'
                1 | columns = ['titel', 'id', 'x_*', 'id']
                  |                           ^^^^^ the columns are id, title, ids_imdb, ids_tmdb, a*b
            """
        ),
        (
            "columns = ['*', '*']",
            """
            options:1:17: error[select.twice]: '*' is there twice
                1 | columns = ['*', '*']
                  |                 ^^^ list it once
            """
        ),
        (
            "columns = ['id', 'title']\nwithout = ['id']",
            """
            options:2:11: error[select.both]: the column 'id' is to be kept and left out
                2 | without = ['id']
                  |           ^^^^^^ remove it from 'columns' or from 'without'
            """
        ),
        (
            "without = ['*']",
            """
            options:1:11: error[select.no-columns]: no column is left
                1 | without = ['*']
                  |           ^^^^^
            """
        ),
        (
            "columns = ['']",
            """
            options:1:12: error[columns.pattern]: expected the name of a column or a pattern, found an empty text
                1 | columns = ['']
                  |            ^^ such as "title", "ids_*" or "*" for all columns
            """
        ),
    ])
    func `a wrong option is reported at its place`(options: String, expected: String) throws {
        #expect(
            try refusal { _ = try Bench().transform(Select.self, options: options, input: films.schema) } == expected
        )
    }
}
