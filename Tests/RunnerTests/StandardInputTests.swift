import PluginTestKit
import TestTags
import Testing

/// `path = "-"` of a source: a check leaves standard input to the run.
@Suite(.tags(.process)) struct StandardInputTests {
    @Test(arguments: [
        (#"columns = ["n"]"#, "", 0 as Int32), (#"columns = ["n"]"#, "--offline", 0), ("", "", 2),
        (#"types = "guess""#, "", 2),
    ])
    func `a check reads none of standard input`(options: String, flag: String, code: Int32) throws {
        let folder = try TemporaryFolder()
        let source = "[[source]]\nuse = \"csv\"\npath = \"-\"\n\(options)\n"
        try folder.write(source + "[[sink]]\nuse = \"csv\"\npath = \"out.csv\"\n", to: "pipelines/in.toml")
        let outcome = try Program.run(
            "/bin/bash",
            ["-c", "\"$0\" check in \(flag) >&2; code=$?; cat; exit $code", Program.path],
            in: folder.path,
            input: "n\n1\n"
        )
        #expect(outcome.code == code)
        #expect(outcome.output == "n\n1\n")
        #expect(outcome.errors.contains("error[source.standard-input]") == (code != 0))
        #expect(!folder.files.contains { $0.hasSuffix(".input") })
    }
}
