import Foundation
import PluginTestKit
import TestTags
import Testing

/// `--report`: whatever becomes of a command, the file tells of that command, and agrees with what lies on the disk.
@Suite(.tags(.crash, .process, .waits)) struct ReportFileTests {
    private let folder: TemporaryFolder
    private let sprocket: Program

    init() throws {
        folder = try TemporaryFolder()
        sprocket = Program(folder: folder.path)
        try folder.write(Self.yesterday, to: "r.json")
        try folder.write(Self.pipeline("a"), to: "a.toml")
        try folder.write(Self.pipeline("b"), to: "b.toml")
    }

    private static let yesterday = #"{"sprocket":"0.1.0","verb":"run","ok":true,"exit":0}"#

    private static func pipeline(_ name: String) -> String {
        """
        name = "\(name)"
        [vars]
        rows = { default = 20 }
        out = { default = "out" }
        [[source]]
        use = "generate"
        rows = "${var:rows}"
        [[sink]]
        use = "csv"
        path = "${var:out}/\(name).csv"
        """
    }

    private struct Report: Decodable {
        var ok: Bool
        var exit: Int32?
        var outcome: String?
    }

    private func report(_ name: String = "r.json") throws -> Report {
        try JSONDecoder().decode(Report.self, from: Data(try folder.bytes(of: name)))
    }

    private var published: [String] { folder.files.filter { $0.hasPrefix("out/") } }

    struct Ending: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var prepare = "true"
        /// The command line behind `sprocket`, as a shell takes it.
        let words: String
        let code: Int32
        let outcome: String?
        var files: [String] = []
    }

    @Test(arguments: [
        Ending(
            testDescription: "done",
            words: "run a.toml --report r.json",
            code: 0,
            outcome: "published",
            files: ["out/a.csv"]
        ),
        Ending(
            testDescription: "a dry run",
            words: "run a.toml --report r.json --dry-run",
            code: 0,
            outcome: "published"
        ),
        Ending(
            testDescription: "findings of the check",
            words: "run a.toml -D rows=-1 --report r.json",
            code: 2,
            outcome: "not-started"
        ),
        Ending(
            testDescription: "a variable that is not there",
            words: "run a.toml -D x=1 --report r.json",
            code: 2,
            outcome: "not-started"
        ),
        Ending(
            testDescription: "no such pipeline",
            words: "run c.toml --report r.json",
            code: 2,
            outcome: "not-started"
        ),
        Ending(testDescription: "no pipeline", words: "run --report=r.json", code: 2, outcome: "not-started"),
        Ending(
            testDescription: "an unknown flag",
            words: "run a.toml --report r.json --bogus",
            code: 2,
            outcome: "not-started"
        ),
        Ending(
            testDescription: "a flag without its value",
            words: "run a.toml --report r.json --limit",
            code: 2,
            outcome: "not-started"
        ),
        Ending(
            testDescription: "a flag that makes no sense",
            words: "run a.toml --report r.json --limit x",
            code: 2,
            outcome: "not-started"
        ),
        Ending(
            testDescription: "no such folder",
            words: "run a.toml --report $PWD/r.json -C nowhere",
            code: 3,
            outcome: "not-started"
        ),
        Ending(
            testDescription: "a state that cannot be used",
            prepare: "mkdir -p s/state.db",
            words: "run a.toml --report r.json --state s",
            code: 3,
            outcome: "not-started"
        ),
        Ending(
            testDescription: "a folder that cannot be written to",
            words: "run a.toml --report r.json -D out=a.toml/x",
            code: 3,
            outcome: "not-started"
        ),
        Ending(
            testDescription: "two steps",
            words: "run a.toml b.toml --report r.json",
            code: 0,
            outcome: nil,
            files: ["out/a.csv", "out/b.csv"]
        ),
        Ending(
            testDescription: "two steps, the second of which fails",
            // A temporary file of another program, which is seen when the step begins.
            prepare: "mkdir -p out; touch out/b.csv.part",
            words: "run a.toml b.toml --report r.json",
            code: 3,
            outcome: nil,
            files: ["out/a.csv", "out/b.csv.part"]
        ),
        Ending(
            testDescription: "two steps, one of which is wrong",
            words: "run a.toml b.toml -D rows=x --report r.json",
            code: 2,
            outcome: "not-started"
        ),
    ])
    func `tells how the command ended, and no other`(ending: Ending) throws {
        let script = "\(ending.prepare); exec \"\(Program.path)\" \(ending.words)"
        let outcome = try Program.run("/bin/sh", ["-c", script], in: folder.path)
        #expect(outcome.code == ending.code, "\(outcome.errors)")
        let report = try report()
        #expect(report.ok == (ending.code == 0))
        #expect(report.exit == ending.code)
        #expect(report.outcome == ending.outcome)
        #expect(published == ending.files)
    }

    @Test(arguments: [SIGKILL, SIGTERM])
    func `a run that is killed leaves 'running', and one that is stopped reports that`(signal: Int32)
        async throws
    {
        let run = try Program.Running(
            Program.path,
            ["run", "a.toml", "--report", "r.json", "-D", "rows=100000000"],
            in: folder.path
        )
        while try report().ok || !folder.files.contains("out/a.csv.part") {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(try report().outcome == "running")
        // Another start is refused, and tells so in its own report.
        let refused = try sprocket("run", "a.toml", "--report", "other.json")
        #expect(refused.code == 3)
        #expect(refused.errors.contains("error[environment.locked]"))
        #expect(try report("other.json").outcome == "not-started")
        #expect(try report("other.json").exit == 3)
        run.signal(signal)
        #expect(try await run.ended.code == 128 + signal)
        #expect(try report().ok == false)
        #expect(try report().outcome == (signal == SIGKILL ? "running" : "stopped"))
        #expect(!folder.files.contains("out/a.csv"))
    }

    struct Place: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let prepare: String
        let path: String
        let code: Int32
        let words: String
    }

    @Test(arguments: [
        Place(
            testDescription: "a folder",
            prepare: "mkdir d",
            path: "d",
            code: 3,
            words: "this is a folder, not a file"
        ),
        Place(testDescription: "a FIFO", prepare: "mkfifo p", path: "p", code: 2, words: "this is not a regular file"),
        Place(
            testDescription: "a link to a device",
            prepare: "ln -s /dev/full l",
            path: "l",
            code: 2,
            words: "this is not a regular file"
        ),
        Place(testDescription: "below a file", prepare: "true", path: "a.toml/r.json", code: 3, words: "a file"),
        Place(
            testDescription: "where nobody may write",
            prepare: "true",
            path: "/proc/sprocket/r.json",
            code: 3,
            words: "/proc/sprocket"
        ),
        Place(
            testDescription: "the pipeline itself",
            prepare: "true",
            path: "a.toml",
            code: 2,
            words: "would write to the file of the pipeline itself"
        ),
        Place(
            testDescription: "somebody's notes",
            prepare: "echo notes > n",
            path: "n",
            code: 2,
            words: "not a report of sprocket"
        ),
        Place(
            testDescription: "standard output",
            prepare: "true",
            path: "-",
            code: 2,
            words: "--report must name a file"
        ),
        Place(
            testDescription: "standard output by its path",
            prepare: "true",
            path: "/dev/stdout",
            code: 2,
            words: "--report must name a file"
        ),
        Place(testDescription: "nothing", prepare: "true", path: "", code: 2, words: "--report must name a file"),
    ])
    func `a place that is none for a report is refused before anything is read`(place: Place) throws {
        let script = "\(place.prepare); exec \"\(Program.path)\" run a.toml --report '\(place.path)'"
        let before = try folder.text(of: "a.toml")
        let outcome = try Program.run("/bin/sh", ["-c", script], in: folder.path)
        #expect(outcome.code == place.code, "\(outcome.errors)")
        #expect(outcome.errors.contains(place.words), "\(outcome.errors)")
        #expect(published == [])
        #expect(!folder.files.contains { $0.hasPrefix(".sprocket/") })
        #expect(try folder.text(of: "a.toml") == before)
    }

    @Test func `folders above it come into being, and an empty file or an earlier report is replaced`() throws {
        try folder.write("", to: "empty.json")
        for path in ["logs/deep/r.json", "empty.json", "r.json"] {
            #expect(try sprocket("run", "a.toml", "--report", path).code == 0)
            #expect(try report(path).outcome == "published")
        }
    }

    @Test func `a link is followed and stays`() throws {
        #expect(symlink("r.json", folder.path("l.json")) == 0)
        #expect(try sprocket("run", "a.toml", "--report", "l.json").code == 0)
        #expect(try report().outcome == "published")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("l.json")) == "r.json")
    }

    private static let mayMount = SmallDisk.isPossible

    @Test(.enabled(if: mayMount, "a small disk needs 'unshare --user --mount', which this machine forbids"))
    func `a disk without room for a report stops the command before it begins`() throws {
        let outcome = try SmallDisk(kilobytes: 4).run(
            "head -c 4096 /dev/zero > disk/fill; \(Program.path) run a.toml --report disk/r.json",
            in: folder.path
        )
        #expect(outcome.code == 3)
        #expect(outcome.errors.contains("error[file.disk-full]: the disk is full"))
        #expect(published == [])
    }

    @Test(
        .enabled(if: mayMount, "a small disk needs 'unshare --user --mount', which this machine forbids"),
        arguments: ["a.toml", "a.toml b.toml"]
    )
    func `a report that cannot be written at the end fails the command, and says what is published`(pipelines: String)
        throws
    {
        // Room for the short report of the beginning, and not for the one of the end.
        let outcome = try SmallDisk(kilobytes: 8).run(
            """
            sh -c 'touch disk/r.json; \(Program.path) run \(pipelines) --report disk/r.json & \
            until grep -q running disk/r.json; do :; done; head -c 8192 /dev/zero > disk/fill; wait $!'
            """,
            in: folder.path
        )
        #expect(outcome.code == 3, "\(outcome.errors)")
        #expect(outcome.errors.contains("error[file.disk-full]: the report could not be written: the disk is full; "))
        let words = pipelines == "a.toml" ? "1 file is published" : "the steps have published 2 files"
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
        #expect(published.count == (pipelines == "a.toml" ? 1 : 2))
    }
}
