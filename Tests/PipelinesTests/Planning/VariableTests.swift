import Runs
import PluginKit
import PluginTestKit
import Testing
import TestPipelines

@Suite struct VariableTests {
    private static let pipeline = """
        [vars]
        count = 3
        ratio = 0.5
        loud = false
        out = { default = "${env:OUT:-nowhere}/${var:count}", help = "The folder." }
        zone = { help = "Where you live." }
        [[source]]
        use = "numbers"
        count = "${var:count}"
        listed = "${var:loud}"
        [[sink]]
        use = "lines"
        path = "@/${var:out}/${var:ratio}/${var:zone}.txt"
        """

    struct Setting: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let variables: [String: String]
        let findings: String
    }

    @Test(arguments: [
        Setting(testDescription: "everything is right", variables: ["zone": "UTC"], findings: ""),
        Setting(
            testDescription: "one that must be given is missing",
            variables: [:],
            findings: """
                p.toml:6:1: error[pipeline.variable-missing]: the variable 'zone' is required: -D zone=…
                    6 | zone = { help = "Where you live." }
                      | ^^^^ Where you live.
                """
        ),
        Setting(
            testDescription: "nobody knows the name",
            variables: ["zone": "UTC", "zoen": "x"],
            findings: """
                p.toml: error[pipeline.variable]: the pipeline 'p' has no variable 'zoen' for -D to set
                  hint: did you mean 'zone'?
                """
        ),
        Setting(
            testDescription: "the kind is wrong, and that is all that is said",
            variables: ["zone": "UTC", "count": "3.5", "ratio": "much", "loud": "yes"],
            findings: """
                p.toml:2:1: error[pipeline.variable]: -D count=3.5: the variable 'count' is a whole number
                    2 | count = 3
                      | ^^^^^ its default here is 3
                p.toml:3:1: error[pipeline.variable]: -D ratio=much: the variable 'ratio' is a number
                    3 | ratio = 0.5
                      | ^^^^^ its default here is 0.5
                p.toml:4:1: error[pipeline.variable]: -D loud=yes: the variable 'loud' is true or false
                    4 | loud = false
                      | ^^^^ its default here is false
                """
        ),
    ])
    func `what -D sets is checked against the file`(setting: Setting) async throws {
        let found = try await Workshop().findings(Self.pipeline, variables: setting.variables)
        #expect(found == setting.findings)
    }

    @Test func `a check does without a variable that must be given, and finds nothing that would follow from it`()
        async throws
    {
        let pipeline = """
            [vars]
            count = { help = "How many." }
            column = {}
            [[source]]
            use = "numbers"
            count = "${var:count}"
            [[transform]]
            use = "only"
            from = "numbers"
            column = "${var:column}"
            [[sink]]
            use = "lines"
            path = "@/${var:column}.txt"
            """
        let found = try await Workshop().findings(pipeline, isRehearsal: true)
        #expect(
            found == """
                p.toml:2:1: note[pipeline.variable-missing]: the variable 'count' is required: -D count=…
                    2 | count = { help = "How many." }
                      | ^^^^^ How many.
                p.toml:3:1: note[pipeline.variable-missing]: the variable 'column' is required: -D column=…
                    3 | column = {}
                      | ^^^^^^
                """
        )
    }

    @Test func `a default may use the environment and the variables above it, and -D is taken as it is`() async throws {
        let pipeline = """
            [vars]
            name = "a"
            path = "${env:OUT}-${var:name}"
            [[source]]
            use = "numbers"
            [[sink]]
            use = "lines"
            path = "@/${var:path}.txt"
            """
        let workshop = try Workshop()
        let plan = try await workshop.plan(pipeline, environment: ["OUT": "x"])
        #expect(await Run(plan).execute().files.map(\.path) == [workshop.folder.path("x-a.txt")])
        let other = try await workshop.plan(pipeline, variables: ["path": "$$name"])
        #expect(await Run(other).execute().files.map(\.path) == [workshop.folder.path("$$name.txt")])
    }

    @Test func `a default that uses what is not there is refused once`() async throws {
        let pipeline = """
            [vars]
            path = "${env:OUT}"
            name = "${var:path}"
            count = "${var:path}"
            [[source]]
            use = "numbers"
            count = "${var:count}"
            [[sink]]
            use = "lines"
            path = "@/${var:name}.txt"
            """
        #expect(
            try await Workshop().findings(pipeline) == """
                p.toml:2:8: error[environment.variable]: the environment variable OUT is not set
                    2 | path = "${env:OUT}"
                      |        ^^^^^^^^^^^^ export OUT=…
                """
        )
    }
}
