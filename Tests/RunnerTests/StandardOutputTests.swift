import PluginTestKit
import TestTags
import Testing

/// `path = "-"`: records on standard output, everything else on standard error.
@Suite(.tags(.process)) struct StandardOutputTests {
    private let folder: TemporaryFolder
    private let sprocket: Program

    init() throws {
        folder = try TemporaryFolder()
        sprocket = Program(folder: folder.path)
        let rows = "[[source]]\nuse = \"generate\"\nrows = 3\ncolumns = [\"n: sequence\"]\n"
        let sink = "[[sink]]\nuse = \"csv\"\npath = \"-\"\n"
        try folder.write(rows + sink, to: "pipelines/out.toml")
        try folder.write(rows + sink + "spool = false\n", to: "pipelines/direct.toml")
        try folder.write(rows + sink + sink + "name = \"other\"\n", to: "pipelines/both.toml")
        try folder.write(
            rows + "[[sink]]\nuse = \"json\"\npath = \"-\"\n[[sink]]\nuse = \"csv\"\npath = \"out.csv\"\n",
            to: "pipelines/file.toml"
        )
    }

    @Test(arguments: ["out", "direct"]) func `records are all that is on standard output`(pipeline: String) throws {
        for _ in 0..<2 {
            let outcome = try sprocket("run", pipeline)
            #expect(outcome.code == 0)
            #expect(outcome.output == "n\n1\n2\n3\n")
            #expect(outcome.errors.contains(": done in "))
        }
        // What waited for the commit is gone.
        #expect(!folder.files.contains { $0.hasPrefix(".sprocket/output/") || $0.hasPrefix("-") })
    }

    @Test func `a file is published beside them`() throws {
        let outcome = try sprocket("run", "file", "-q")
        #expect(outcome.code == 0)
        #expect(outcome.output == "[\n{\"n\":1},\n{\"n\":2},\n{\"n\":3}\n]\n")
        #expect(try folder.text(of: "out.csv") == "n\n1\n2\n3\n")
    }

    @Test func `two sinks cannot have it, nor a sink and the result`() throws {
        let both = try sprocket("check", "both")
        #expect(both.code == 2)
        #expect(
            both.errors.contains(
                "error[pipeline.standard-output]: the sink 'other' and the sink 'csv' would both write to standard output"
            )
        )
        let json = try sprocket("run", "out", "--json")
        #expect(json.code == 2)
        #expect(json.output.contains("the sink 'csv' and --json would both write to standard output"))
        #expect(json.output.hasPrefix("{"))
    }

    @Test(arguments: ["out", "direct"]) func `a reader that ends ends the run`(pipeline: String) throws {
        let outcome = try Program.run(
            "/bin/bash",
            ["-c", "exec 3> >(exec true); sleep 0.2; exec \(Program.path) run \(pipeline) -q >&3"],
            in: folder.path
        )
        #expect(outcome.code == 3)
        #expect(outcome.errors.contains("error[file.output-closed]"))
        #expect(!folder.files.contains { $0.hasPrefix(".sprocket/output/") })
    }
}
