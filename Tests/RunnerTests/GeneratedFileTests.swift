import PluginTestKit
import TestTags
import Testing

/// The pipeline `generate-to-csv`, run as a user runs it.
@Suite(.tags(.process)) struct GeneratedFileTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    @Test func `check finds nothing`() throws {
        let outcome = try work.sprocket("check", "generate-to-csv")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(!outcome.errors.contains("warning["))
    }

    @Test func `a file has as many films as were asked for, the same ones every time`() throws {
        for folder in ["first", "second"] {
            let outcome = try work.sprocket("run", "generate-to-csv", "-D", "rows=2500", "-D", "out=\(folder)")
            #expect(outcome.code == 0, "\(outcome.errors)")
        }
        let films = try work.csv("first/films.csv")
        #expect(films.compactMap { $0["id"] } == (1...2500).map { "\($0)" })
        #expect(try work.folder.bytes(of: "first/films.csv") == work.folder.bytes(of: "second/films.csv"))
    }

    @Test func `a wrong column is refused at its place`() throws {
        try work.folder.write(
            """
            name = "wrong"
            [[source]]
            use = "generate"
            columns = ["id: sequence", "title: txet 8..20"]
            [[sink]]
            use = "null"
            """,
            to: "pipelines/wrong.toml"
        )
        let outcome = try work.sprocket("check", "wrong")
        #expect(outcome.code == 2)
        #expect(
            outcome.errors.contains(
                """
                pipelines/wrong.toml:4:36: error[generate.column]: there is no kind 'txet'
                    4 | columns = ["id: sequence", "title: txet 8..20"]
                      |                                    ^^^^ did you mean 'text'?
                """
            )
        )
    }
}
