import PluginTestKit
import TestTags
import Testing

/// A source that is read from where the last run ended.
@Suite(.tags(.process)) struct IncrementTests {
    private let work: Workplace

    init() throws {
        work = try Workplace()
        try work.folder.write(
            """
            [vars]
            rows = 10
            [[source]]
            use = "generate"
            rows = "${var:rows}"
            page_size = 4
            columns = ["id: sequence", "title: text 4..24"]
            since = "last-run"
            [[sink]]
            use = "csv"
            path = "out/films.csv"
            """,
            to: "pipelines/growing.toml"
        )
    }

    private func ids(rows: Int) throws -> [String?] {
        let outcome = try work.sprocket("run", "growing", "-D", "rows=\(rows)")
        #expect(outcome.code == 0, "\(outcome.errors)")
        return try work.csv("out/films.csv").map { $0["id"] }
    }

    @Test func `a run delivers what is new, and everything once the bookmark is deleted`() throws {
        #expect(try ids(rows: 10) == (1...10).map { "\($0)" })
        #expect(try ids(rows: 13) == (11...13).map { "\($0)" })
        #expect(try ids(rows: 13) == [])
        #expect(try work.sprocket("state", "show", "growing").output.contains("\n    generate  13  set by "))
        let reset = try work.sprocket("state", "reset", "growing", "generate")
        #expect(reset.output == "growing: deleted the bookmark of 'generate' (13)\n")
        #expect(try ids(rows: 13) == (1...13).map { "\($0)" })
    }
}
