import Diagnostics
import Pipelines
import Testing
import TestPipelines

/// What is wrong with a chain is found in its own text, before any other file is looked at.
@Suite struct ChainFileTests {
    @Test(arguments: [
        FindingCase("nothing", "[[step]]\nrun = \"a\"", ""),
        FindingCase(
            "everything that it can say",
            """
            name = "night"
            description = "All of it"
            [vars]
            out = "here"
            [[step]]
            run = "a"
            name = "first"
            with = { text = "${var:out}", number = 3, part = 0.5, loud = true }
            on_failure = "continue"
            [[step]]
            run = "b"
            needs = []
            on_failure = "stop"
            [[step]]
            run = "c"
            needs = ["b", "first"]
            """,
            ""
        ),
        FindingCase(
            "what belongs to a pipeline, and what belongs nowhere",
            """
            step = [{ run = "a" }]
            descripton = "All of it"
            needs = ["b"]
            [run]
            workers = 3
            [[source]]
            use = "generate"
            """,
            """
            p.toml:2:1: error[pipeline.unknown-key]: a chain has no 'descripton'
                2 | descripton = "All of it"
                  | ^^^^^^^^^^ did you mean 'description'?
            p.toml:3:1: error[pipeline.chain]: a chain has no 'needs'
                3 | needs = ["b"]
                  | ^^^^^ it belongs in the pipelines that the steps run
            p.toml:4:2: error[pipeline.chain]: a chain has no 'run'
                4 | [run]
                  |  ^^^ it belongs in the pipelines that the steps run
            p.toml:6:3: error[pipeline.chain]: a chain has steps, and no stages of its own
                6 | [[source]]
                  |   ^^^^^^ put the stages into a pipeline, and have a step run that
            """
        ),
        FindingCase(
            "no step",
            "step = []",
            """
            p.toml:1:8: error[pipeline.missing-step]: the chain has no step
                1 | step = []
                  |        ^^ add a section [[step]] with run = "…"
            """
        ),
        FindingCase(
            "single brackets",
            "[step]\nrun = \"a\"",
            """
            p.toml:1:1: error[pipeline.form]: there may be several of 'step': it is written with double brackets
                1 | [step]
                  | ^^^^^^ [[step]]
            """
        ),
        FindingCase(
            "steps of the wrong form",
            """
            [[step]]
            name = "a"
            [[step]]
            run = 7
            runs = "b"
            [[step]]
            run = "c"
            name = ""
            with = "x"
            needs = 7
            on_failure = "go-on"
            [[step]]
            run = "d"
            with = { day = 2026-01-01, list = [1] }
            needs = []
            """,
            """
            p.toml:1:1: error[pipeline.missing-key]: this step has no 'run'
                1 | [[step]]
                  | ^^^^^^^^ run = "…"
            p.toml:4:7: error[pipeline.form]: 'run' must be a name
                4 | run = 7
                  |       ^ run = "…"
            p.toml:5:1: error[pipeline.unknown-key]: a step has no 'runs'
                5 | runs = "b"
                  | ^^^^ did you mean 'run'?
            p.toml:8:8: error[pipeline.form]: 'name' must be a name
                8 | name = ""
                  |        ^^ name = "…"
            p.toml:9:8: error[pipeline.form]: 'with' must be a table of variables
                9 | with = "x"
                  |        ^^^ with = { name = "…" }
            p.toml:10:9: error[pipeline.form]: 'needs' must be a name or a list of names
               10 | needs = 7
                  |         ^ needs = ["…", "…"]
            p.toml:11:14: error[pipeline.form]: 'on_failure' must be "stop" or "continue"
               11 | on_failure = "go-on"
                  |              ^^^^^^^ on_failure = "continue"
            p.toml:14:16: error[pipeline.form]: the value of a variable must be a text, a number, true or false
               14 | with = { day = 2026-01-01, list = [1] }
                  |                ^^^^^^^^^^
            p.toml:14:35: error[pipeline.form]: the value of a variable must be a text, a number, true or false
               14 | with = { day = 2026-01-01, list = [1] }
                  |                                   ^^^
            """
        ),
        FindingCase(
            "two steps of one name, a name twice, and a name that no step has",
            """
            [[step]]
            run = "films"
            [[step]]
            run = "other/films.toml"
            needs = ["films", "films", "flims"]
            """,
            """
            p.toml:4:7: error[pipeline.shared-name]: two steps are called 'films'
                2 | run = "films"
                  |       ------- first here
                4 | run = "other/films.toml"
                  |       ^^^^^^^^^^^^^^^^^^ give one of them a name of its own: name = "…"
            p.toml:5:19: error[pipeline.form]: 'needs' names 'films' twice
                5 | needs = ["films", "films", "flims"]
                  |                   ^^^^^^^ once is enough
            p.toml:5:28: error[pipeline.unknown-step]: there is no step 'flims'
                5 | needs = ["films", "films", "flims"]
                  |                            ^^^^^^^ did you mean 'films'?
            """
        ),
        FindingCase(
            "steps that need each other",
            """
            [[step]]
            run = "a"
            needs = ["c"]
            [[step]]
            run = "b"
            [[step]]
            run = "c"
            [[step]]
            run = "d"
            """,
            """
            p.toml:3:10: error[pipeline.circle]: steps need each other in a circle: 'a', 'b', 'c'
                3 | needs = ["c"]
                  |          ^^^ a step can only need steps that do not need it; needs = [] needs none
            """
        ),
        FindingCase(
            "a step that needs itself",
            "[[step]]\nrun = \"a\"\nneeds = \"a\"",
            """
            p.toml:3:9: error[pipeline.circle]: the step 'a' needs itself
                3 | needs = "a"
                  |         ^^^ a step can only need steps that do not need it; needs = [] needs none
            """
        ),
        FindingCase(
            "needs of a pipeline that are none",
            """
            needs = ["", "b", "b"]
            source = [{ use = "a" }]
            sink = [{ use = "b" }]
            """,
            """
            p.toml:1:10: error[pipeline.form]: 'needs' must be a name or a list of names
                1 | needs = ["", "b", "b"]
                  |          ^^ needs = ["…", "…"]
            p.toml:1:19: error[pipeline.form]: 'needs' names 'b' twice
                1 | needs = ["", "b", "b"]
                  |                   ^^^ once is enough
            """
        ),
    ])
    func `everything wrong with the form is reported together`(chain: FindingCase) {
        var found = ""
        do throws(DiagnosticList) {
            _ = try RunnableFile(Array(chain.pipeline.utf8), path: "p.toml")
        } catch {
            found = error.all.map { $0.rendered() }.joined(separator: "\n")
        }
        #expect(found == chain.findings)
    }
}
