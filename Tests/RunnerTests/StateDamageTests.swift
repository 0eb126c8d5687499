import PluginTestKit
import TestTags
import Testing

/// A state that cannot be used: it is said with its code, nothing begins, and the state is left as it is.
@Suite(.tags(.process)) struct StateDamageTests {
    private let work: Workplace

    init() throws {
        work = try Workplace()
        #expect(try work.sprocket("run", "generate-to-csv", "-D", "out=first").code == 0)
    }

    private func expectRefusal(_ code: String, _ outcome: Program.Outcome) throws {
        #expect(outcome.code == 3)
        #expect(outcome.errors.hasPrefix(".sprocket/state.db: error[\(code)]: "), "\(outcome.errors)")
        #expect(outcome.errors.contains("\n  hint: "))
        #expect(work.files() == [])
    }

    private func python(_ script: String) throws -> Program.Outcome {
        try Program.run("/usr/bin/env", ["python3", "-c", script, Program.path], in: work.folder.path)
    }

    @Test func `another program that writes to it and does not let go`() throws {
        let outcome = try python(
            """
            import sqlite3, subprocess, sys
            other = sqlite3.connect(".sprocket/state.db", isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            sys.exit(subprocess.run([sys.argv[1], "run", "generate-to-csv"]).returncode)
            """
        )
        try expectRefusal("state.busy", outcome)
        #expect(try work.sprocket("run", "generate-to-csv").code == 0)
    }

    @Test func `one that a later version has written`() throws {
        let change = "import sqlite3; sqlite3.connect('.sprocket/state.db').execute('PRAGMA user_version = 99')"
        #expect(try python(change).code == 0)
        try expectRefusal("state.newer", try work.sprocket("run", "generate-to-csv"))
    }

    @Test(arguments: ["run generate-to-csv", "state show", "state reset generate-to-csv", "history"])
    func `one that is damaged is refused by whatever looks at it`(words: String) throws {
        var bytes = try work.folder.bytes(of: ".sprocket/state.db")
        for index in 4096..<min(bytes.count, 12288) { bytes[index] ^= 0x5A }
        try work.folder.write(bytes, to: ".sprocket/state.db")
        let arguments = words.split(separator: " ").map(String.init)
        try expectRefusal("state.corrupt", try Program.run(Program.path, arguments, in: work.folder.path))
        #expect(try work.folder.bytes(of: ".sprocket/state.db") == bytes)
    }
}
