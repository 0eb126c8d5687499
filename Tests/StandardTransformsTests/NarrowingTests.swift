import Pipelines
import PluginKit
import PluginTestKit
import Testing

/// A source is asked only for the columns that a result or a condition needs.
@Suite struct NarrowingTests {
    private func requested(_ transforms: String) async throws -> [String] {
        let columns = ["id: integer 1..9", "name: text 3", "year: integer 1..9", "extra: text 3", "other: text 9"]
        let plan = try await planned(
            """
            [[source]]
            use = "generate"
            rows = 3
            columns = \(columns.literal)
            \(transforms)
            [[sink]]
            use = "csv"
            path = "narrow.csv"
            """
        )
        return try #require(plan.nodes.first { $0.kind == .source }).request.schema.names
    }

    @Test(
        arguments: [
            ("use = 'select'\ncolumns = ['name']", ["name"]),
            ("use = 'filter'\nwhere = 'year > 1'\n[[transform]]\nuse = 'select'\ncolumns = ['id']", ["id", "year"]),
            // A column that is replaced is not read, unless its expression reads it.
            (
                "use = 'set'\nset = { id = 'year + 1', name = 'upper(name)' }\n[[transform]]\nuse = 'select'\n"
                    + "columns = ['id']",
                ["name", "year"]
            ),
            (
                "use = 'rename'\ncolumns = ['name as title']\n[[transform]]\nuse = 'select'\ncolumns = ['title']",
                ["name"]
            ),
            (
                "use = 'limit'\nrecords = 1\n[[transform]]\nuse = 'select'\nwithout = ['e*', 'o*']",
                ["id", "name", "year"]
            ),
            (
                "use = 'cast'\ncolumns = ['year: text', 'id: text']\n[[transform]]\nuse = 'select'\n"
                    + "columns = ['year']",
                ["id", "year"]
            ),
        ] as [(String, [String])]
    )
    func `columns that no stage needs are not read`(transforms: String, expected: [String]) async throws {
        #expect(try await requested("[[transform]]\n" + transforms) == expected)
    }
}
