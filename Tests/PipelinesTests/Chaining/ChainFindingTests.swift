import Pipelines
import Runs
import Testing

/// What is wrong with what a chain runs, and with what pipelines need, is found before anything runs.
@Suite struct ChainFindingTests {
    @Test func `a chain of chains with needs and variables is fine`() async {
        let shelf = Shelf([
            "night": """
            [vars]
            size = 3
            place = "${env:PLACE:-here}"
            [[step]]
            run = "a"
            with = { count = "${var:size}", out = "${var:place}/a" }
            [[step]]
            run = "inner"
            with = { size = 9 }
            """,
            "inner": "[vars]\nsize = 1\n[[step]]\nrun = \"b\"\nwith = { count = \"${var:size}\", out = \"inner\" }",
            "a": Shelf.pipeline(), "b": Shelf.pipeline("needs = [\"a\"]"),
        ])
        #expect(await shelf.findings("night") == "")
        #expect(await shelf.findings("night", variables: ["size": "7"]) == "")
        #expect(await shelf.findings("night", "b", "a") == "")
    }

    @Test func `files that are not there are named wherever they are asked for`() async {
        let shelf = Shelf([
            "night": "[[step]]\nrun = \"a\"\n[[step]]\nrun = \"gone\"\n[[step]]\nrun = \"gone\"\nname = \"again\"",
            "a": Shelf.pipeline("needs = [\"gone\", \"nowhere\"]"),
        ])
        #expect(
            await shelf.findings("night", "lost") == """
                error[pipeline.missing]: there is no pipeline 'lost'
                  hint: look
                a.toml:1:10: error[pipeline.missing]: there is no pipeline 'gone'
                    1 | needs = ["gone", "nowhere"]
                      |          ^^^^^^ look
                a.toml:1:18: error[pipeline.missing]: there is no pipeline 'nowhere'
                    1 | needs = ["gone", "nowhere"]
                      |                  ^^^^^^^^^ look
                night.toml:4:7: error[pipeline.missing]: there is no pipeline 'gone'
                    4 | run = "gone"
                      |       ^^^^^^ look
                night.toml:6:7: error[pipeline.missing]: there is no pipeline 'gone'
                    6 | run = "gone"
                      |       ^^^^^^ look
                """
        )
    }

    struct Circle: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let files: [String: String]
        let findings: String
    }

    @Test(arguments: [
        Circle(
            testDescription: "a chain that runs itself",
            files: ["a": "[[step]]\nrun = \"a\""],
            findings: """
                a.toml:2:7: error[pipeline.circle]: this is a circular reference: 'a' runs 'a'
                    2 | run = "a"
                      |       ^^^ remove one of them
                """
        ),
        Circle(
            testDescription: "a chain in a chain",
            files: ["a": "[[step]]\nrun = \"b\"", "b": "[[step]]\nrun = \"c\"", "c": "[[step]]\nrun = \"b\""],
            findings: """
                c.toml:2:7: error[pipeline.circle]: this is a circular reference: 'b' runs 'c', which runs 'b'
                    2 | run = "b"
                      |       ^^^ remove one of them
                """
        ),
        Circle(
            testDescription: "pipelines that need each other",
            files: ["a": Shelf.pipeline("needs = [\"b\"]"), "b": Shelf.pipeline("needs = \"a\"")],
            findings: """
                b.toml:1:9: error[pipeline.circle]: this is a circular reference: 'a' needs 'b', which needs 'a'
                    1 | needs = "a"
                      |         ^^^ remove one of them
                """
        ),
        Circle(
            testDescription: "a pipeline that needs the chain which runs it",
            files: ["a": "[[step]]\nrun = \"b\"", "b": Shelf.pipeline("needs = [\"a\"]")],
            findings: """
                b.toml:1:10: error[pipeline.circle]: this is a circular reference: 'a' runs 'b', which needs 'a'
                    1 | needs = ["a"]
                      |          ^^^ remove one of them
                """
        ),
    ])
    func `what leads back to where it began is found`(circle: Circle) async {
        #expect(await Shelf(circle.files).findings("a") == circle.findings)
    }

    @Test func `what a step sets is checked against the pipeline, at the step`() async {
        let shelf = Shelf([
            "night": """
            [vars]
            out = "here"
            count = "few"
            [[step]]
            run = "a"
            with = { cuont = 3, out = "${var:uot}" }
            [[step]]
            run = "a"
            name = "again"
            with = { count = "many", out = "${env:NOWHERE}" }
            [[step]]
            run = "inner"
            with = { size = "${var:out}", other = true }
            [[step]]
            run = "a"
            name = "once more"
            with = { count = "${var:count}" }
            """,
            "inner": "[vars]\nsize = 1\n[[step]]\nrun = \"a\"\nwith = { count = \"${var:size}\" }",
            "a": Shelf.pipeline(),
        ])
        #expect(
            await shelf.findings("night", variables: ["otu": "x"]) == """
                night.toml: error[pipeline.variable]: the chain 'night' has no variable 'otu' for -D to set
                  hint: did you mean 'out'?
                night.toml:6:10: error[pipeline.variable]: the pipeline 'a' has no variable 'cuont' for a step to set
                    6 | with = { cuont = 3, out = "${var:uot}" }
                      |          ^^^^^ did you mean 'count'?
                night.toml:6:27: error[interpolation.variable]: there is no variable 'uot'
                    6 | with = { cuont = 3, out = "${var:uot}" }
                      |                           ^^^^^^^^^^^^ did you mean 'out'?
                night.toml:10:18: error[pipeline.variable]: the variable 'count' is a whole number, and what is set here is not
                   10 | with = { count = "many", out = "${env:NOWHERE}" }
                      |                  ^^^^^^ its default is 4
                night.toml:10:32: error[environment.variable]: the environment variable NOWHERE is not set
                   10 | with = { count = "many", out = "${env:NOWHERE}" }
                      |                                ^^^^^^^^^^^^^^^^ export NOWHERE=…
                night.toml:13:17: error[pipeline.variable]: the variable 'size' is a whole number, and what is set here is not
                   13 | with = { size = "${var:out}", other = true }
                      |                 ^^^^^^^^^^^^ its default is 1
                night.toml:13:31: error[pipeline.variable]: the chain 'inner' has no variable 'other' for a step to set
                   13 | with = { size = "${var:out}", other = true }
                      |                               ^^^^^ known: size
                night.toml:17:18: error[pipeline.variable]: the variable 'count' is a whole number, and what is set here is not
                   17 | with = { count = "${var:count}" }
                      |                  ^^^^^^^^^^^^^^ its default is 4
                """
        )
    }

    @Test func `a variable of the chain that nothing uses is a warning`() async {
        let shelf = Shelf(["night": "[vars]\nidle = 1\n[[step]]\nrun = \"a\"", "a": Shelf.pipeline()])
        #expect(
            await shelf.findings("night") == """
                night.toml:2:1: warning[pipeline.unused-variable]: nothing uses the variable 'idle'
                    2 | idle = 1
                      | ^^^^ write ${var:idle} where it is meant, or remove it
                """
        )
    }

    @Test func `two steps that continue from each other's place are warned of`() async {
        let feed =
            "[vars]\ncount = 4\n[[source]]\nuse = \"feed\"\ncount = \"${var:count}\"\nsince = \"last-run\"\n"
            + "[[sink]]\nuse = \"lines\"\npath = \"a-{run}.txt\"\ncolumns = [\"n\"]\n"
        let twice = "[[step]]\nrun = \"a\"\n[[step]]\nname = \"again\"\nrun = \"a\"\n"
        let shelf = Shelf(["same": twice, "other": twice + "with = { count = 8 }", "a": feed])
        #expect(await shelf.findings("same") == "")
        #expect(
            await shelf.findings("other") == """
                other.toml:5:7: warning[pipeline.shared-state]: 'a' runs here with other variables than before, and its \
                source 'feed' continues where that run ended
                    5 | run = "a"
                      |       ^^^ give each its own pipeline, or remove 'since' from this one
                """
        )
    }

    @Test func `a check does without a variable of the chain that must be given, and finds nothing that would follow`()
        async
    {
        let shelf = Shelf([
            "night": "[vars]\nsize = {}\n[[step]]\nrun = \"a\"\nwith = { count = \"${var:size}\" }",
            "a": Shelf.pipeline(),
        ])
        let place = """
            [pipeline.variable-missing]: the variable 'size' is required: -D size=…
                2 | size = {}
                  | ^^^^
            """
        #expect(await shelf.findings("night", isRehearsal: true) == "night.toml:2:1: note\(place)")
        #expect(await shelf.findings("night") == "night.toml:2:1: error\(place)")
    }

    @Test func `what is wrong with the pipelines is found with it, each thing once`() async {
        let shelf = Shelf([
            "night": """
            [[step]]
            run = "a"
            [[step]]
            run = "b"
            with = { count = 100_001 }
            [[step]]
            run = "b"
            name = "again"
            """,
            "a": "[[source]]\nuse = \"numbesr\"\n[[sink]]\nuse = \"lines\"\npath = \"a.txt\"",
            "b": Shelf.pipeline("needs = [\"a\"]"),
        ])
        #expect(
            await shelf.findings("night") == """
                a.toml:2:7: error[plugin.unknown]: there is no source 'numbesr'
                    2 | use = "numbesr"
                      |       ^^^^^^^^^ did you mean 'numbers'?
                b.toml:7:9: error[option.range]: 100001 is out of range, as set by night.toml:5:18
                    7 | count = "${var:count}"
                      |         ^^^^^^^^^^^^^^ allowed: 0...100000
                """
        )
    }
}
