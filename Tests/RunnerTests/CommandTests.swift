import Foundation
import PluginTestKit
import TestTags
import Testing

@Suite(.tags(.process)) struct CommandTests {
    // Not in the repository: pipelines that a user has put beside the shipped ones change what is said.
    private let work: Workplace
    private var sprocket: Program { work.sprocket }

    init() throws { work = try Workplace() }

    @Test func `version goes to standard output and nothing else does`() throws {
        let outcome = try sprocket("version")
        #expect(outcome.code == 0)
        #expect(outcome.output.hasPrefix("sprocket "))
        #expect(outcome.errors.isEmpty)
    }

    @Test(arguments: ["run", "check", "list", "describe", "history", "state", "auth", "toml", "version"])
    func `every verb has a page`(verb: String) throws {
        let outcome = try sprocket(verb, "--help")
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("usage: sprocket \(verb)"))
    }

    @Test func `without a verb the usage is shown`() throws {
        let outcome = try sprocket()
        #expect(outcome.code == 2)
        #expect(outcome.output.contains("usage: sprocket VERB"))
    }

    @Test(arguments: [
        (["rnu"], "error[command.unknown]: there is no verb 'rnu'\n  hint: did you mean 'run'?\n"),
        (["run"], "error[command.operand]: 'sprocket run' needs a pipeline"),
        (["run", "--limti", "3"], "error[command.flag]: 'sprocket run' has no flag '--limti'"),
        (["run", "demo", "-D"], "error[command.flag]: the flag '-D' needs a value"),
        (["run", "demo", "-D", "zone"], "error[command.variable]: -D zone sets no value\n  hint: -D zone=value\n"),
        (
            ["run", "demo", "--progress=loud"],
            "error[command.flag]: --progress must be auto, plain or none, not 'loud'"
        ),
        (["run", "dmeo"], "error[pipeline.missing]: there is no pipeline 'dmeo'"),
        (["check", "nowhere.toml"], "error[pipeline.missing]: there is no pipeline 'nowhere.toml'"),
        (
            ["describe", "leterboxd"],
            "error[plugin.unknown]: there is no plugin 'leterboxd'\n  hint: did you mean 'letterboxd'?\n"
        ),
        (["list", "planets"], "error[command.operand]: 'sprocket list' lists plugins or pipelines, not 'planets'"),
    ])
    func `a wrong command line is refused in words, with exit code 2`(words: [String], message: String) throws {
        let outcome = try Program.run(Program.path, words, in: work.folder.path)
        #expect(outcome.code == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix(message))
    }

    @Test func `list names pipelines and plugins`() throws {
        let outcome = try sprocket("list")
        for name in ["demo", "trakt-export-to-letterboxd", "trakt-export", "join", "letterboxd"] {
            #expect(outcome.output.contains("  \(name) "), "\(name)")
        }
    }

    @Test(arguments: [["list"], ["version"], ["check", "demo"], ["describe", "letterboxd"]])
    func `with --json a result is one JSON object that names the verb`(words: [String]) throws {
        let outcome = try Program.run(Program.path, words + ["--json"], in: work.folder.path)
        #expect(outcome.code == 0)
        let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        #expect(object?["verb"] as? String == words.first)
        #expect(object?["version"] as? Int == 1)
    }

    @Test func `a folder that is not there is refused`() throws {
        let outcome = try sprocket("list", "-C", "/nowhere")
        #expect(outcome.code == 3)
        #expect(outcome.errors.hasPrefix("/nowhere: error[file.folder]"))
    }

    @Test func `check reports all that is wrong with a file, each at its place`() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            [vars]
            zone = "local"

            [run]
            batch_sise = 100

            [[source]]
            use = "trakt-exprot"

            [[sink]]
            use = "letterboxd"
            path = "{nmae}.csv"
            contnet = "diary"
            """,
            to: "wrong.toml"
        )
        let outcome = try Program(folder: folder.path)("check", "wrong.toml")
        #expect(outcome.code == 2)
        #expect(
            outcome.errors == """
                wrong.toml:5:1: error[option.unknown]: there is no option 'batch_sise' in [run]
                    5 | batch_sise = 100
                      | ^^^^^^^^^^ did you mean 'batch_size'?
                wrong.toml:8:7: error[plugin.unknown]: there is no source 'trakt-exprot'
                    8 | use = "trakt-exprot"
                      |       ^^^^^^^^^^^^^^ did you mean 'trakt-export'?
                wrong.toml:12:8: error[option.placeholder]: there is no placeholder '{nmae}'
                   12 | path = "{nmae}.csv"
                      |        ^^^^^^^^^^^^ did you mean 'name'?
                wrong.toml:13:1: error[option.unknown]: there is no option 'contnet' in sink 'letterboxd'
                   13 | contnet = "diary"
                      | ^^^^^^^ did you mean 'content'?

                """
        )
    }

    @Test func `TOML is decoded to tagged JSON, and refused with its place`() throws {
        let good = try sprocket("toml", "decode", input: "a = 1\n")
        #expect(good.code == 0)
        #expect(good.output == #"{"a":{"type":"integer","value":"1"}}"# + "\n")
        let bad = try sprocket("toml", "decode", input: "a = 1\nb = \n")
        #expect(bad.code == 1)
        #expect(bad.output.isEmpty)
        #expect(bad.errors.hasPrefix("standard input:2:"))
        #expect(try sprocket("toml", "decode", "--toml", "1.0", input: "a = { b = 1, }").code == 1)
        #expect(try sprocket("toml", "decode", "--toml", "1.1", input: "a = { b = 1, }").code == 0)
    }

    @Test(arguments: ["", "a/b", "..", ".hidden", "a\\u0000b", "a\\nb", String(repeating: "n", count: 101)])
    func `a name that cannot be a part of a file's name is refused`(name: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "name = \"\(name)\"\n[[source]]\nuse = \"generate\"\n[[sink]]\nuse = \"null\"\n",
            to: "odd.toml"
        )
        let outcome = try Program(folder: folder.path)("check", "odd.toml")
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("odd.toml:1:8: error[pipeline.form]"))
        #expect(outcome.errors.contains("cannot be a pipeline's name"))
    }
}
