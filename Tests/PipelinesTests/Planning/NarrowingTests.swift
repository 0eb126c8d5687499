import Pipelines
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
        Narrowing(testDescription: "a sink that writes one column", stages: "", columns: ["numbers has [\"n\"]"]),
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
            columns: ["numbers has [\"n\", \"half\"]"]
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
            columns: ["numbers has [\"n\"]", "other has [\"n\", \"word\"]"]
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
            columns: ["numbers has [\"n\"]", "other has [\"n\"]"]
        ),
    ])
    func `a source is made a second time, with the columns that somebody asks for`(_ narrowing: Narrowing) async throws
    {
        let pipeline = """
            [[source]]
            use = "numbers"
            \(narrowing.stages)
            [[sink]]
            use = "lines"
            path = "@/a.txt"
            """
        let trace = Trace()
        _ = try await Trace.$current.withValue(trace) { try await Workshop().plan(pipeline) }
        let sources = trace.all.count / 2
        #expect(trace.all.prefix(sources).allSatisfy { $0.hasSuffix("has [\"n\", \"word\", \"half\"]") })
        #expect(Array(trace.all.suffix(sources)) == narrowing.columns)
    }

    @Test func `a column that a stage names without asking for it is there`() async throws {
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
