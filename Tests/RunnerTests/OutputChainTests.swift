import PluginTestKit
import TestTags
import Testing

/// Pipelines that hand on what they have published.
@Suite(.tags(.process)) struct OutputChainTests {
    @Test(arguments: ["first", "pipelines/first.toml"])
    func `a pipeline reads what another has published, which runs before`(name: String) throws {
        let work = try Workplace()
        try work.folder.write(
            """
            [[source]]
            use = "generate"
            rows = 25
            columns = ["id: sequence", "title: text 4..24", "watched_at: instant 2010-01-01..2020-01-01"]
            [[sink]]
            use = "csv"
            name = "parts"
            path = "out/first.csv"
            delimiter = ";"
            max_rows = 10
            [[sink]]
            use = "csv"
            name = "other"
            path = "out/other.csv"
            """,
            to: "pipelines/first.toml"
        )
        try work.folder.write(
            """
            [[source]]
            use = "output"
            of = "\(name)"
            sink = "parts"
            [[sink]]
            use = "csv"
            path = "out/second.csv"
            """,
            to: "pipelines/second.toml"
        )
        let check = try work.sprocket("check", "second")
        #expect(check.code == 0, "\(check.errors)")
        let run = try work.sprocket("run", "second")
        #expect(run.code == 0, "\(run.errors)")
        #expect(try work.folder.text(of: "out/second.csv") == work.folder.text(of: "out/other.csv"))
    }
}
