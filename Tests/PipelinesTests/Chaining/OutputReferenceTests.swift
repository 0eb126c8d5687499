import Diagnostics
import Pipelines
import Runs
import TestPipelines
import Testing

/// A source that reads the output of another pipeline needs that pipeline.
@Suite struct OutputReferenceTests {
    private static func relay(of other: String, sink: String = "", top: String = "") -> String {
        """
        \(top)
        [[source]]
        use = "relay"
        of = "\(other)"
        \(sink)
        [[sink]]
        use = "lines"
        path = "{name}.txt"
        """
    }

    @Test func `the other pipeline runs before, once`() {
        let shelf = Shelf([
            "a": Shelf.pipeline(), "b": Self.relay(of: "a"), "c": Self.relay(of: "b", top: "needs = [\"a\"]"),
        ])
        #expect(shelf.order("b") == ["a", "b"])
        #expect(shelf.order("c") == ["a", "b", "c"])
        #expect(shelf.order("b", "a") == ["a", "b"])
    }

    @Test func `it is described from the plan of the other, before anything exists`() async {
        let shelf = Shelf(["a": Shelf.pipeline(), "b": Self.relay(of: "a"), "c": Self.relay(of: "b")])
        // The sink writes 'n', and 'b' has no other column.
        #expect(await shelf.findings("c") == "")
    }

    @Test func `pipelines that read each other are refused`() async {
        let shelf = Shelf(["a": Self.relay(of: "b"), "b": Self.relay(of: "a")])
        #expect(
            await shelf.findings("a").contains(
                """
                b.toml:4:6: error[pipeline.circle]: this is a circular reference: 'a' needs 'b', which needs 'a'
                    4 | of = "a"
                      |      ^^^ remove one of them
                """
            )
        )
    }

    @Test func `a pipeline that does not exist is reported at the option`() async {
        let shelf = Shelf(["b": Self.relay(of: "nowhere")])
        let findings = await shelf.findings("b")
        #expect(findings.hasPrefix("b.toml:4:6: error[pipeline.missing]: there is no pipeline 'nowhere'"))
    }

    @Test func `the sink has to be one whose files can be read`() async {
        let shelf = Shelf(["a": Shelf.pipeline(), "b": Self.relay(of: "a", sink: "sink = \"other\"")])
        let findings = await shelf.findings("b")
        #expect(findings.contains("error[output.sink]: 'a' has no sink 'other' whose files can be read"))
        #expect(findings.contains("name one of its sinks: 'lines'"))
    }

    @Test func `a variable cannot decide which pipeline is read`() async {
        let shelf = Shelf(["b": "[vars]\nx = \"a\"\n" + Self.relay(of: "${var:x}"), "a": Shelf.pipeline()])
        #expect(await shelf.findings("b").contains("error[option.pipeline]: this is not the name of a pipeline"))
    }
}
