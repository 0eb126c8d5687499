import Pipelines
import PluginKit
import Records
import Runs
import Testing
import TestPipelines

@Suite struct NarrowingTests {
    struct Narrowing: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let stages: String
        let columns: [String]
    }

    @Test(arguments: [
        Narrowing(testDescription: "a sink that writes one column", stages: "", columns: ["numbers: n"]),
        Narrowing(
            testDescription: "a transform that looks at another",
            stages: """
                [[transform]]
                use = "rename"
                column = "half"
                to = "n2"
                [[sink]]
                use = "lines"
                name = "more"
                path = "@/more.txt"
                columns = ["n2"]
                """,
            columns: ["numbers: n half"]
        ),
        Narrowing(
            testDescription: "where inputs meet, and again behind that",
            stages: """
                [[source]]
                use = "numbers"
                name = "other"
                [[transform]]
                use = "rename"
                from = "other"
                column = "word"
                to = "text"
                [[transform]]
                use = "only"
                name = "both"
                from = ["rename", "numbers"]
                [[transform]]
                use = "twice"
                from = ["both"]
                [[sink]]
                use = "lines"
                name = "more"
                path = "@/more.txt"
                columns = ["text"]
                """,
            columns: ["numbers: n", "other: n word"]
        ),
        Narrowing(
            testDescription: "a lookup",
            stages: """
                [[source]]
                use = "numbers"
                name = "other"
                [[transform]]
                use = "find"
                from = "numbers"
                lookup = "other"
                """,
            columns: ["numbers: n", "other: n"]
        ),
    ])
    func `a source is asked for the columns that somebody needs`(_ narrowing: Narrowing) async throws {
        let pipeline = """
            [[source]]
            use = "numbers"
            \(narrowing.stages)
            [[sink]]
            use = "lines"
            path = "@/a.txt"
            """
        let plan = try await Workshop().plan(pipeline)
        let sources = plan.nodes.filter { $0.kind == .source }
        #expect(sources.map { "\($0.name): \($0.request.schema.names.joined(separator: " "))" } == narrowing.columns)
        #expect(sources.allSatisfy { $0.output.names == ["n", "word", "half"] })
    }

    @Test func `a column that a stage renames and no stage reads is not read`() async throws {
        let workshop = try Workshop()
        let report = try await workshop.run(
            """
            [[source]]
            use = "numbers"
            [[transform]]
            use = "rename"
            column = "half"
            to = "n2"
            [[sink]]
            use = "lines"
            path = "@/a.txt"
            """
        )
        #expect(report.ending == "published")
        #expect(try workshop.lines("a.txt") == ["1", "2", "3", "4"])
    }
}
