import Diagnostics
import Glibc
import Pipelines
import PluginKit
import PluginTestKit
import Runs
import StateStore
import TestPipelines
import TestTags
import Testing

/// What becomes of a run when its sinks commit, or cannot.
@Suite struct CommitTests {
    private let folder: TemporaryFolder
    private let workshop: Workshop
    private let table: TableDatabase
    private let server: UploadServer

    init() throws {
        folder = try TemporaryFolder()
        workshop = Workshop(folder)
        table = TableDatabase(folder.path("table.db"))
        server = UploadServer.at(folder.path("server"))
    }

    private static let source = """
        name = "commits"
        [run]
        checkpoint_every = 1
        [[source]]
        use = "numbers"
        count = 4
        page = 2

        """
    private static let file = """
        [[sink]]
        use = "lines"
        path = "@/out/all.txt"

        """
    private static let tableSink = """
        [[sink]]
        use = "table"
        path = "@/table.db"
        key = "n"

        """
    private static let upload = """
        [[sink]]
        use = "upload"
        server = "@/server"
        object = "numbers"
        column = "n"

        """
    /// A file, a table and an upload.
    private static let all = source + file + tableSink + upload

    private var status: String? {
        get throws { try RunHistory(in: folder.path("state")).runs().first?.status }
    }

    /// What is visible of a run, and what was begun and is not.
    private func expect(
        file: Bool,
        rows: [Int],
        object: String?,
        isTidy: Bool = true,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(folder.files.contains("out/all.txt") == file, sourceLocation: sourceLocation)
        #expect(try table.keys() == rows, sourceLocation: sourceLocation)
        #expect(server.objects["numbers"] == object, sourceLocation: sourceLocation)
        #expect(try (table.staged() == 0 && server.open().isEmpty) == isTidy, sourceLocation: sourceLocation)
        let temporary = folder.files.filter { $0.hasSuffix(".part") }
        #expect(temporary.isEmpty == isTidy || file, "\(temporary)", sourceLocation: sourceLocation)
    }

    private static let whole = "1\n2\n3\n4\n"

    @Test func `what can be refused is committed before the files, what cannot after them`() async throws {
        let text =
            Self.source + "[[sink]]\nuse = \"pledge\"\n" + Self.file + "[[sink]]\nuse = \"pledge\"\nname = \"other\"\n"
            + Self.tableSink
        let steps = RecordedSteps()
        let trace = Trace()
        let (report, _) = try await Trace.$current.withValue(trace) {
            try await Faults.$current.withValue(steps) { try await workshop.runStored(text) }
        }
        #expect(report.ending == "published")
        let wanted: Set = ["table commit", "intend", "committed", "complete", folder.path("out/all.txt")]
        let order = steps.steps.filter { $0.side == .after && wanted.contains($0.subject) && $0.act != .sync }
            .map { $0.subject.replacing(folder.path + "/", with: "") }
        #expect(order == ["intend", "table commit", "committed", "out/all.txt", "committed", "committed", "complete"])
        #expect(trace.all.filter { $0.contains("commits") } == ["pledge commits 4", "other commits 4"])
        #expect(report.commits.map(\.stage) == ["table", "pledge", "other"] && report.commits.allSatisfy(\.isDone))
    }

    @Test func `a run whose first commit is refused leaves nothing, and the next one starts over`() async throws {
        try table.add(3)
        let (report, _) = try await workshop.runStored(Self.all)
        #expect(
            report.ending
                == "refused: error[table.taken]: table: the table has a row with the key 3\n"
                + "  hint: remove it, and run again"
        )
        #expect(report.standing == .nothing && report.files.isEmpty && report.commits.isEmpty)
        #expect(try status == "refused")
        try expect(file: false, rows: [3], object: nil)
        try table.remove(3)
        let (next, _) = try await workshop.runStored(Self.all)
        #expect(next.ending == "published" && next.attempt == 1)
        try expect(file: true, rows: [1, 2, 3, 4], object: Self.whole)
    }

    @Test func `a run whose later commit is refused stays visible in part until that can be done`() async throws {
        server.put("mine", as: "numbers")
        let (report, _) = try await workshop.runStored(Self.all)
        #expect(report.ending.hasPrefix("partly: error[upload.exists]: upload: there is an object 'numbers'"))
        #expect(report.standing == .partly && report.files.isEmpty)
        #expect(report.commits.map { "\($0.stage) \($0.isDone)" } == ["table true", "upload false"])
        #expect(try status == "partly")
        try expect(file: false, rows: [1, 2, 3, 4], object: "mine", isTidy: false)
        // It is tried again, and refused again.
        let failure = await #expect(throws: Diagnostic.self) { try await workshop.runStored(Self.all) }
        let run = try #require(try RunHistory(in: folder.path("state")).runs().first?.id)
        #expect(
            failure?.message
                == "the run '\(run)' is visible in part: 'table' committed; 'upload' not committed: there is an object 'numbers'"
        )
        #expect(failure?.hint?.hasSuffix("the next start tries again; --restart abandons that run") == true)
        #expect(try status == "partly")
        server.remove("numbers")
        // The pipeline file has other sinks by now.
        _ = try await workshop.runStored(Self.source + "[[sink]]\nuse = \"count\"\n")
        #expect(try RunHistory(in: folder.path("state")).runs().map(\.status) == ["complete", "complete"])
        try expect(file: true, rows: [1, 2, 3, 4], object: Self.whole)
    }

    @Test func `a run that is visible in part can be given up`() async throws {
        server.put("mine", as: "numbers")
        _ = try await workshop.runStored(Self.all)
        try table.remove(1)
        let (report, _) = try await workshop.runStored(Self.source + Self.file, restarts: true)
        #expect(report.ending == "published")
        #expect(try RunHistory(in: folder.path("state")).runs().map(\.status) == ["complete", "failed"])
        // What was committed stays; what was not is abandoned.
        try expect(file: true, rows: [2, 3, 4], object: "mine")
    }

    @Test func `files that cannot be published after a commit make a run partly visible`() async throws {
        // Not to be seen before: something appears in the place of the file while the sinks commit.
        let path = folder.path("out/all.txt")
        let steps = RecordedSteps(act: { step in
            guard step.side == .after, step.subject == "committed" else { return }
            try FileSystem.createFolder(around: path + "/x")
        })
        let (report, _) = try await Faults.$current.withValue(steps) {
            try await workshop.runStored(Self.source + Self.file + Self.tableSink)
        }
        #expect(report.ending.hasPrefix("partly: ") && report.ending.contains("error[file.folder]"), "\(report.ending)")
        #expect(try status == "partly")
        let other = Self.source + "[[sink]]\nuse = \"count\"\n"
        await #expect(throws: Diagnostic.self) { try await workshop.runStored(other) }
        rmdir(path)
        _ = try await workshop.runStored(other)
        #expect(try folder.text(of: "out/all.txt") == Self.whole)
        #expect(try table.keys() == [1, 2, 3, 4])
    }

    @Test(arguments: ["fails", "refuses"])
    func `a commit that has promised not to fail and does leaves the rest visible`(ends: String) async throws {
        let text = Self.source + Self.file + "[[sink]]\nuse = \"pledge\"\nends = \"${env:ENDS}\"\n"
        let plan = { (ends: String) in try await workshop.plan(text, environment: ["ENDS": ends]) }
        let first = try await plan(ends)
        let journal = try await RunStart(first, in: folder.path("state")).begin(first)
        let report = journal.conclude(await Run(first, journal: journal).execute())
        #expect(report.ending.hasPrefix(ends == "fails" ? "error[pledge.late]" : "partly: error[pledge.broken]"))
        #expect(report.standing == .partly && report.files.map(\.records) == [4])
        #expect(try status == (ends == "fails" ? "intended" : "partly"))
        #expect(try folder.text(of: "out/all.txt") == Self.whole)
        // What promised not to fail is no reason to call the files invisible.
        let again = await #expect(throws: Diagnostic.self) {
            _ = try await RunStart(try await plan(ends), in: folder.path("state"))
        }
        #expect(try status == (ends == "fails" ? "intended" : "partly"))
        #expect(again?.message.contains("out/all.txt published") == true, "\(again?.message ?? "")")
        let next = try await RunStart(try await plan("well"), in: folder.path("state"))
        #expect(next.recovered == report.run.id)
    }

    @Test func `a sink begins once a process, before the first write, with its mark and the attempt`() async throws {
        let text =
            Self.source + "[[sink]]\nuse = \"pledge\"\n[[sink]]\nuse = \"lines\"\npath = \"@/a\"\nfail = \"finish\"\n"
        let trace = Trace()
        _ = try await Trace.$current.withValue(trace) {
            _ = try await workshop.runStored(text)
            return try await workshop.runStored(text)
        }
        #expect(
            trace.all.filter { $0.contains("begins") }
                == ["pledge begins at the start, attempt 1", "pledge begins at 4, attempt 2"]
        )
        let dry = Trace()
        _ = try await Trace.$current.withValue(dry) {
            await Run(try await workshop.plan(text, scope: RunScope(isDry: true))).execute()
        }
        #expect(dry.all.filter { $0.hasPrefix("pledge") }.isEmpty)
    }

    // MARK: Completing what was cut off

    /// A run of a pipeline that is cut off just before a commit.
    private func cutOff(_ text: String, environment: [String: String] = [:], at subject: String) async throws {
        let plan = try await workshop.plan(text, environment: environment)
        let cut = RecordedSteps(act: { step in
            if step.subject == subject, step.side == .before { throw Diagnostic("test.cut", message: "cut off") }
        })
        _ = try? await Faults.$current.withValue(cut) {
            let journal = try await RunStart(plan, in: folder.path("state")).begin(plan)
            return journal.conclude(await Run(plan, journal: journal).execute())
        }
        #expect(try status == "intended")
    }

    @Test func `the options that a run had are those that it is completed with`() async throws {
        try await cutOff(Self.source + Self.tableSink, at: "table commit")
        let other = Self.tableSink.replacing("table.db", with: "other.db")
        _ = try await RunStart(try await workshop.plan(Self.source + other), in: folder.path("state"))
        #expect(try table.keys() == [1, 2, 3, 4])
        #expect(try TableDatabase(folder.path("other.db")).keys() == [])
    }

    @Test func `no secret is stored, and references are resolved again`() async throws {
        let text = Self.source + Self.upload.replacing("@/server", with: "${env:SERVER_TOKEN}")
        try await cutOff(text, environment: ["SERVER_TOKEN": folder.path("server")], at: "upload complete")
        let stored = try RunStore(in: folder.path("state")).lastRun(of: "commits")?.intention?.commits.first
        #expect(stored?.options.contains("${env:SERVER_TOKEN}") == true)
        #expect(stored?.options.contains(folder.path) == false)
        #expect(stored?.options.contains("\"integer n\"") == true)
        let plan = try await workshop.plan(
            Self.source + Self.file,
            environment: ["SERVER_TOKEN": folder.path("server")]
        )
        #expect(try await RunStart(plan, in: folder.path("state")).recovered != nil)
        #expect(server.objects["numbers"] == Self.whole)
    }

    @Test func `variables have the values that they had`() async throws {
        let text =
            "[vars]\nname = \"numbers\"\nobject = \"${var:name}\"\n"
            + Self.source.replacing("name = \"commits\"\n", with: "")
            + Self.upload.replacing("\"numbers\"", with: "\"${var:object}\"")
        let named = "name = \"commits\"\n" + text
        let plan = try await workshop.plan(named, variables: ["name": "$HOME and more"])
        let cut = RecordedSteps(act: { step in
            if step.subject == "upload complete", step.side == .before {
                throw Diagnostic("test.cut", message: "cut off")
            }
        })
        _ = try? await Faults.$current.withValue(cut) {
            let journal = try await RunStart(plan, in: folder.path("state")).begin(plan)
            return journal.conclude(await Run(plan, journal: journal).execute())
        }
        _ = try await RunStart(try await workshop.plan(named), in: folder.path("state"))
        #expect(server.objects == ["$HOME and more": Self.whole])
    }

    @Test func `a plugin that is gone is named, and what it began stays until it is there or given up`() async throws {
        try await cutOff(Self.all, at: "table commit")
        var other = workshop
        other.registry = Registry([Numbers.self, Lines.self, Upload.self])
        let failure = await #expect(throws: Diagnostic.self) { try await other.runStored(Self.source + Self.file) }
        #expect(failure?.code == "state.sink-gone")
        #expect(failure?.message.contains("the plugin 'table', which this program does not have") == true)
        #expect(try status == "intended")
        try expect(file: false, rows: [], object: nil, isTidy: false)
        _ = try await workshop.runStored(Self.source + "[[sink]]\nuse = \"count\"\n")
        try expect(file: true, rows: [1, 2, 3, 4], object: Self.whole)
    }

    @Test func `a plugin of another version is named`() async throws {
        try await cutOff(Self.source + Self.tableSink, at: "table commit")
        let store = try RunStore(in: folder.path("state"))
        let last = try #require(try store.lastRun(of: "commits"))
        var intention = try #require(last.intention)
        intention.commits[0].version = 7
        try store.withdraw(last.run.identity)
        try store.intend(intention, of: last.run.identity)
        let failure = await #expect(throws: Diagnostic.self) { try await workshop.runStored(Self.source + Self.file) }
        #expect(failure?.code == "state.sink-version")
        #expect(failure?.message.contains("of version 7, and this program has version 1 of it") == true)
    }

    @Test func `a run that was cut off and is then refused is given up, and the next one begins`() async throws {
        try await cutOff(Self.all, at: "table commit")
        try table.add(2)
        let start = try await RunStart(try await workshop.plan(Self.source + Self.file), in: folder.path("state"))
        #expect(start.recovered == nil)
        #expect(start.refusal?.message.hasSuffix("the table has a row with the key 2") == true)
        guard case .none = start.earlier else {
            Issue.record("\(start.earlier)")
            return
        }
        #expect(try status == "refused")
        let plan = try await workshop.plan(Self.source + Self.file)
        let journal = try await start.begin(plan)
        let report = journal.conclude(await Run(plan, journal: journal).execute())
        #expect(report.ending == "published")
        #expect(try table.staged() == 0 && server.open().isEmpty)
    }

    // MARK: Forms

    @Test(arguments: [0, 99])
    func `a checkpoint of another form is abandoned, with its files, and the run starts over`(form: Int) async throws {
        let fails = Self.source + Self.file + "fail = \"finish\"\n"
        _ = try await workshop.runStored(fails)
        let store = try RunStore(in: folder.path("state"))
        let last = try #require(try store.lastRun(of: "commits"))
        var checkpoint = try #require(last.checkpoint)
        #expect(folder.files.contains("out/all.txt.part"))
        // What this version could not read.
        checkpoint.form = form
        checkpoint.sequence += 1
        checkpoint.counters = [0xFF]
        checkpoint.marks = ["lines": "another kind of mark"]
        try store.resume(last.run.identity)
        try store.save(checkpoint, of: last.run.identity)
        let (report, reason) = try await workshop.runStored(Self.source + Self.file)
        #expect(report.ending == "published" && report.attempt == 1 && report.resumedFrom == nil)
        #expect(
            reason
                == "the run '\(last.run.identity.id)' did not complete, and another version of the program has stored its progress in "
                + "a form that this version cannot resume: the run starts over"
        )
        #expect(try folder.text(of: "out/all.txt") == Self.whole)
        #expect(!folder.files.contains { $0.hasSuffix(".part") })
    }

    // MARK: Plans

    @Test func `a sink that is visible immediately is named where it stands beside others`() async throws {
        let announce = "[[sink]]\nuse = \"announce\"\n"
        #expect(try await workshop.findings(Self.source + announce) == "")
        let findings = try await workshop.findings(Self.source + announce + Self.file)
        #expect(findings.hasPrefix("p.toml:9:7: warning[pipeline.immediate-sink]: records of the sink 'announce'"))
    }
}
