import Pipelines
import Runs
import PluginKit
import PluginTestKit
import Testing
import TestPipelines

@Suite struct FailureTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    /// A pipeline of a source, a lookup and two sinks, with something wrong at one point.
    struct Failure: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var source = ""
        var small = ""
        var transform = ""
        var find = ""
        var sink = ""
        let ending: String

        var pipeline: String {
            """
            [[source]]
            use = "numbers"
            \(source)
            [[source]]
            use = "numbers"
            name = "small"
            \(small)
            [[transform]]
            use = "only"
            from = "numbers"
            \(transform)
            [[transform]]
            use = "find"
            lookup = "small"
            \(find)
            [[sink]]
            use = "lines"
            path = "@/a.txt"
            [[sink]]
            use = "lines"
            name = "other"
            path = "@/folder/b.txt"
            \(sink)
            """
        }
    }

    @Test(arguments: [
        Failure(
            testDescription: "a source at its first page",
            source: "fail_at = 1",
            ending: "error[numbers.broken]: numbers: the number 1 is broken"
        ),
        Failure(
            testDescription: "a source at a later page",
            source: "fail_at = 4",
            ending: "error[numbers.broken]: numbers, at 2: the number 4 is broken"
        ),
        Failure(
            testDescription: "a source that is looked up",
            small: "fail_at = 3",
            ending: "error[numbers.broken]: small, at 2: the number 3 is broken"
        ),
        Failure(
            testDescription: "a source with other columns than it promised",
            source: "breach = \"columns\"\ncount = 0",
            ending: """
                error[plugin.columns]: numbers, at page 0: the columns are ["other"], and ["n"] were promised
                  hint: this is a mistake of the plugin 'numbers', please report it
                """
        ),
        Failure(
            testDescription: "a source that turns in a circle",
            source: "breach = \"circle\"",
            ending: """
                error[source.pages]: numbers, at 0: the page says that it follows itself
                  hint: this is a mistake of the plugin, please report it
                """
        ),
        Failure(
            testDescription: "a source whose listed pages lead on",
            source: "breach = \"list\"\ncount = 6",
            ending: """
                error[source.pages]: numbers, at 2: the page is one of a list of pages, and says that '4' follows
                  hint: this is a mistake of the plugin, please report it
                """
        ),
        Failure(
            testDescription: "a transform",
            transform: "fail_at = 3",
            ending: "error[only.broken]: only, at page 2: this number breaks it"
        ),
        Failure(
            testDescription: "a transform with other columns than it promised",
            transform: "lie = true",
            ending: """
                error[plugin.columns]: only, at page 0: the columns are ["other"], and ["n", "word", "half"] were promised
                  hint: this is a mistake of the plugin 'only', please report it
                """
        ),
        Failure(
            testDescription: "a lookup that cannot remember",
            find: "fail_at = 2",
            ending: "error[plugin.failed]: find, at page 0: nothing stays in mind"
        ),
        Failure(
            testDescription: "a sink that cannot write",
            sink: "fail = \"write\"",
            ending: "error[lines.write]: other, at page 0: the pen is dry"
        ),
        Failure(
            testDescription: "the second of two sinks at its end",
            sink: "fail = \"finish\"",
            ending: "error[lines.finish]: other: the ink does not dry"
        ),
        Failure(
            testDescription: "a sink that says it wrote more than it got",
            sink: "lie = 1",
            ending: """
                error[run.sums]: sink 'other': 5 records written or passed on, but 4 of those that came in were kept and 0 made
                  hint: nothing was published; this is a mistake of the plugin 'lines', please report it
                """
        ),
        Failure(
            testDescription: "a sink that says it wrote less than it got",
            sink: "lie = -1",
            ending: """
                error[run.sums]: sink 'other': 3 records written or passed on, but 4 of those that came in were kept and 0 made
                  hint: nothing was published; this is a mistake of the plugin 'lines', please report it
                """
        ),
        Failure(
            testDescription: "records that cannot be used, by default",
            source: "reject = [3]",
            ending: "more than 0 rejected"
        ),
    ])
    func `nothing is published and nothing is left`(failure: Failure) async throws {
        let report = try await workshop.run(failure.pipeline)
        #expect(report.ending == failure.ending)
        #expect(workshop.folder.files.isEmpty)
        #expect(report.files.isEmpty)
    }

    @Test func `two sinks that write the same file are refused`() async throws {
        let findings = try await workshop.findings(
            """
            [[source]]
            use = "numbers"
            [[sink]]
            use = "lines"
            path = "@/a.txt"
            [[sink]]
            use = "lines"
            name = "other"
            path = "@/a.txt"
            """
        )
        #expect(
            findings.hasPrefix(
                "p.toml:9:8: error[pipeline.same-file]: the sink 'other' would write to the file of the sink 'lines': @/a.txt"
            )
        )
        #expect(workshop.folder.files.isEmpty)
    }

    private static func long(_ verify: String, _ more: String = "") -> String {
        """
        name = "long"
        [run]
        verify = "\(verify)"
        checkpoint_every = 1
        [[source]]
        use = "numbers"
        count = 40
        [[sink]]
        use = "lines"
        path = "@/a.txt"
        \(more)
        """
    }

    @Test(arguments: [("count", true), ("content", true), ("off", false)])
    func `a file that does not hold the records that were written is not published`(
        verify: String,
        isFound: Bool
    ) async throws {
        let report = try await workshop.run(Self.long(verify, "spill = 7"))
        #expect(report.files.isEmpty == isFound)
        // Its bytes are what they were: the sink is wrong, and not the disk.
        let words = "error[plugin.records]: the sink 'lines' states that this file holds 40 records, one a line, and "
        #expect(report.ending.contains(words + "counted like that it holds 41") == isFound)
        #expect(!report.ending.contains("disk"))
    }

    @Test(arguments: [("count", false), ("content", true)])
    func `bytes that somebody changes after a checkpoint are found when the content is verified`(
        verify: String,
        isFound: Bool
    ) async throws {
        let path = workshop.folder.path("a.txt.part")
        let (report, _) = try await workshop.runStored(Self.long(verify)) { progress in
            // The last page: everything before has been looked at, and stands in a checkpoint, or will be.
            guard progress.isFinishing else { return }
            #expect(throws: Never.self) { try OutputFile(path, suffix: "").write([0x39].span, at: 0) }
        }
        #expect(report.ending.contains("its bytes are not those that were written") == isFound)
        #expect(report.files.isEmpty == isFound)
    }

    @Test func `a part that is deleted under the run fails it`() async throws {
        let path = workshop.folder.path("a.txt.part")
        let (report, _) = try await workshop.runStored(Self.long("count")) { progress in
            if progress.isFinishing { FileSystem.remove(path) }
        }
        #expect(report.ending.contains("a.txt.part: error[file.missing]"))
        #expect(report.files.isEmpty)
    }

    @Test func `files of an earlier run stay as they were when a run fails`() async throws {
        try workshop.folder.write("old a", to: "a.txt")
        try workshop.folder.write("old b", to: "folder/b.txt")
        let failure = Failure(testDescription: "", sink: "fail = \"finish\"", ending: "")
        #expect(try await workshop.run(failure.pipeline).files.isEmpty)
        #expect(workshop.folder.files == ["a.txt", "folder/b.txt"])
        #expect(try workshop.folder.text(of: "a.txt") == "old a")
    }

    @Test func `files of an earlier run are put back when the last of several cannot be published`() async throws {
        try workshop.folder.write("old a", to: "a.txt")
        let folder = workshop.folder.path
        let pipeline = """
            [[source]]
            use = "numbers"
            [[sink]]
            use = "lines"
            path = "@/a.txt"
            [[sink]]
            use = "lines"
            name = "new"
            path = "@/new.txt"
            [[sink]]
            use = "lines"
            name = "other"
            path = "@/late"
            """
        // Between the last write and the publishing, a folder takes the place of the third file.
        let report = try await workshop.run(pipeline) { progress in
            guard progress.isFinishing else { return }
            #expect(throws: Never.self) { try OutputFile("\(folder)/late/x").write([1].span, at: 0) }
        }
        #expect(
            report.ending
                == "\(folder)/late: error[file.folder]: this is a folder, not a file\n  hint: name a file in it"
        )
        #expect(try workshop.folder.text(of: "a.txt") == "old a")
        #expect(workshop.folder.files == ["a.txt", "late/x.part"])
        #expect(report.files.isEmpty)
    }

    @Test func `a file of an earlier run is replaced, and nothing is kept of it`() async throws {
        try workshop.folder.write("old a, longer than the new one", to: "a.txt")
        let report = try await workshop.run(
            """
            [[source]]
            use = "numbers"
            [[sink]]
            use = "lines"
            path = "@/a.txt"
            """
        )
        #expect(report.ending == "published")
        #expect(try workshop.lines("a.txt") == ["1", "2", "3", "4"])
        #expect(workshop.folder.files == ["a.txt"])
    }

    @Test func `a batch that was given up in a layer is a copy for a call that comes to it late`() async throws {
        let trace = Trace()
        let report = try await Trace.$current.withValue(trace) {
            async let report = workshop.run(
                """
                [run]
                batch_time_limit = "5s"
                [middleware.late]
                use = "belated"
                [[source]]
                use = "numbers"
                [[transform]]
                use = "twice"
                [[sink]]
                use = "lines"
                path = "@/a.txt"
                """
            )
            // The one that watches the time, and the layer.
            await workshop.time.sleepers(atLeast: 2)
            workshop.time.advance(by: .seconds(5))
            return try await report
        }
        #expect(report.ending.contains("error[run.batch-time-limit]"))
        workshop.time.advance(by: .seconds(55))
        while !trace.all.contains("made"), !trace.all.contains("CancellationError") { await Task.yield() }
        // What it makes nobody sees.
        #expect(report.files.isEmpty)
        #expect(!workshop.folder.files.contains("a.txt"))
    }
}
