import PluginTestKit
import TestTags
import Testing

@Suite(.tags(.process)) struct ReferenceTests {
    @Test func `the reference in docs is what the plugins declare today`() throws {
        let fresh = try TemporaryFolder()
        #expect(try Program(folder: Program.repository)("describe", "--to", fresh.path).code == 0)
        let list = try Program.run("/bin/ls", [Program.repository + "/docs/plugins"], in: fresh.path)
        #expect(list.output.split(separator: "\n").map(String.init) == fresh.files, "run scripts/reference")
        for file in fresh.files {
            let written = try Program.run("/bin/cat", [Program.repository + "/docs/plugins/" + file], in: fresh.path)
            #expect(written.output == (try fresh.text(of: file)), "\(file) is stale: run scripts/reference")
        }
    }
}
