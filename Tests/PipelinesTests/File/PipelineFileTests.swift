import Diagnostics
import Pipelines
import Testing
import TestPipelines

@Suite struct PipelineFileTests {
    @Test(arguments: [
        FindingCase(
            "an empty file",
            "",
            """
            p.toml:1:1: error[pipeline.missing-source]: the pipeline has no source
                1 | 
                  | ^ add a section [[source]] with use = "…"; 'sprocket list plugins' names what there is
            p.toml:1:1: error[pipeline.missing-sink]: the pipeline has no sink
                1 | 
                  | ^ add a section [[sink]] with use = "…"; 'sprocket list plugins' names what there is
            """
        ),
        FindingCase(
            "a key that nobody knows",
            """
            descripton = "films"
            source = [{ use = "a" }]
            sink = [{ use = "b" }]
            """,
            """
            p.toml:1:1: error[pipeline.unknown-key]: a pipeline has no 'descripton'
                1 | descripton = "films"
                  | ^^^^^^^^^^ did you mean 'description'?
            """
        ),
        FindingCase(
            "texts, tables and names that are something else, in the order of the text",
            """
            name = 7
            run = "fast"
            vars = 3
            middleware = "cache"
            source = [{ use = "a", name = 1 }, 5]
            sink = "b"
            """,
            """
            p.toml:1:8: error[pipeline.form]: 'name' must be a text
                1 | name = 7
                  |        ^ name = "…"
            p.toml:2:7: error[pipeline.form]: 'run' must be a table
                2 | run = "fast"
                  |       ^^^^^^ [run]
            p.toml:3:8: error[pipeline.form]: 'vars' must be a table
                3 | vars = 3
                  |        ^ [vars]
            p.toml:4:14: error[pipeline.form]: 'middleware' must be a table of layers
                4 | middleware = "cache"
                  |              ^^^^^^^ [middleware.NAME]
            p.toml:5:31: error[pipeline.form]: 'name' must be a name
                5 | source = [{ use = "a", name = 1 }, 5]
                  |                               ^ name = "…"
            p.toml:5:36: error[pipeline.form]: 'source' must be a section
                5 | source = [{ use = "a", name = 1 }, 5]
                  |                                    ^ [[source]]
            p.toml:6:8: error[pipeline.form]: 'sink' must be a section
                6 | sink = "b"
                  |        ^^^ [[sink]]
            """
        ),
        FindingCase(
            "single brackets, said once",
            """
            [source]
            use = "a"
            [[sink]]
            use = "b"
            """,
            """
            p.toml:1:1: error[pipeline.form]: there may be several of 'source': it is written with double brackets
                1 | [source]
                  | ^^^^^^^^ [[source]]
            """
        ),
        FindingCase(
            "sections that do not say what they use",
            """
            [middleware.fast]
            [middleware]
            slow = 1
            [[source]]
            name = "a"
            [[sink]]
            use = ""
            """,
            """
            p.toml:1:1: error[pipeline.missing-key]: middleware 'fast' has no 'use'
                1 | [middleware.fast]
                  | ^^^^^^^^^^^^^^^^^ use = "…"
            p.toml:3:8: error[pipeline.form]: a layer must be a table
                3 | slow = 1
                  |        ^ [middleware.slow]
            p.toml:4:1: error[pipeline.missing-key]: this source has no 'use'
                4 | [[source]]
                  | ^^^^^^^^^^ use = "…"
            p.toml:7:7: error[pipeline.form]: 'use' must be a name
                7 | use = ""
                  |       ^^ use = "…"
            """
        ),
        FindingCase(
            "a sink with the plugin name of a source has a default name of its own",
            """
            [[source]]
            use = "a"
            [[sink]]
            use = "a"
            [[sink]]
            use = "b"
            name = "a-sink"
            """,
            """
            p.toml:7:8: error[pipeline.shared-name]: two stages are called 'a-sink'
                4 | use = "a"
                  |       --- first here
                7 | name = "a-sink"
                  |        ^^^^^^^^ give one of them a name of its own: name = "…"
            """
        ),
        FindingCase(
            "two stages of one name",
            """
            [[source]]
            use = "a"
            [[sink]]
            use = "b"
            name = "a"
            """,
            """
            p.toml:5:8: error[pipeline.shared-name]: two stages are called 'a'
                2 | use = "a"
                  |       --- first here
                5 | name = "a"
                  |        ^^^ give one of them a name of its own: name = "…"
            """
        ),
        FindingCase(
            "inputs where there can be none, or none where there must be one, or one twice",
            """
            [[source]]
            use = "a"
            from = ["b"]
            lookup = "b"
            [[transform]]
            use = "t"
            from = []
            [[sink]]
            use = "b"
            from = ["a", 3, "a"]
            middleware = ["m", "m"]
            """,
            """
            p.toml:3:9: error[pipeline.from]: a source reads no other stage
                3 | from = ["b"]
                  |         ^^^ remove 'from'
            p.toml:4:10: error[pipeline.lookup]: only a transform has 'lookup'
                4 | lookup = "b"
                  |          ^^^ remove 'lookup'
            p.toml:7:8: error[pipeline.form]: 'from' names no stage
                7 | from = []
                  |        ^^ from = "…"; without it, the stages above are read
            p.toml:10:14: error[pipeline.form]: 'from' must be a name or a list of names
               10 | from = ["a", 3, "a"]
                  |              ^ from = ["…", "…"]
            p.toml:10:17: error[pipeline.form]: 'from' names 'a' twice
               10 | from = ["a", 3, "a"]
                  |                 ^^^ once is enough
            p.toml:11:20: error[pipeline.form]: 'middleware' names 'm' twice
               11 | middleware = ["m", "m"]
                  |                    ^^^ once is enough
            """
        ),
        FindingCase(
            "variables of the wrong form",
            """
            [vars]
            list = [1]
            odd = { default = 1, helb = "" }
            mute = { help = 1 }
            [[source]]
            use = "a"
            [[sink]]
            use = "b"
            """,
            """
            p.toml:2:8: error[pipeline.form]: the default of a variable must be a text, a number, true or false
                2 | list = [1]
                  |        ^^^
            p.toml:3:22: error[pipeline.unknown-key]: a variable has no 'helb'
                3 | odd = { default = 1, helb = "" }
                  |                      ^^^^ did you mean 'help'?
            p.toml:4:17: error[pipeline.form]: 'help' must be a text
                4 | mute = { help = 1 }
                  |                 ^ help = "…"
            """
        ),
    ])
    func `what is wrong with the form of a file is reported together, each at its place`(_ wrong: FindingCase) throws {
        let problems = #expect(throws: DiagnosticList.self) {
            try PipelineFile(Array(wrong.pipeline.utf8), path: "p.toml")
        }
        #expect(problems?.all.map { $0.rendered() }.joined(separator: "\n") == wrong.findings)
    }

    @Test(
        arguments: zip(
            ["pipelines/trakt.toml", "trakt.toml", "/a/b.c.toml", "odd", "x/.toml"],
            ["trakt", "trakt", "b.c", "odd", ""]
        )
    )
    func `a pipeline without a name has that of its file`(path: String, name: String) throws {
        let text = "source = [{ use = 'a' }]\nsink = [{ use = 'b' }]"
        #expect(try PipelineFile(Array(text.utf8), path: path).name == name)
    }

    @Test func `name, description and variables are read without looking up any plugin`() throws {
        let text = """
            name = "films"
            description = "All of them"
            [vars]
            account = "me"
            pages = { default = 3, help = "How many." }
            ratio = 0.5
            all = true
            export = { help = "The ZIP." }
            [[source]]
            use = "nobody knows this"
            [[sink]]
            use = "nor this"
            """
        let file = try PipelineFile(Array(text.utf8), path: "p.toml")
        #expect(file.name == "films")
        #expect(file.description == "All of them")
        #expect(file.variables.map(\.name) == ["account", "pages", "ratio", "all", "export"])
        #expect(file.variables.map(\.defaultText) == ["me", "3", "0.5", "true", nil])
        #expect(file.variables.map(\.help) == ["", "How many.", "", "", "The ZIP."])
    }
}
