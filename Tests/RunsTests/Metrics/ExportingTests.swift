import Foundation
import PluginKit
import PluginTestKit
import Testing

@testable import Pipelines
@testable import Runs
import TestPipelines

@Suite struct ExportingTests {
    private let shop: Workshop
    private let pages = Ledger.Pages()

    init() throws { shop = try Workshop() }

    private static let stages = """
        [[source]]
        use = "numbers"
        count = 6
        reject = [2]
        leave_out = [3]
        page = 2

        [[sink]]
        use = "lines"
        path = "@/out.txt"

        """

    private func run(_ exporters: String, stages: String = stages, scope: RunScope = RunScope()) async throws
        -> RunReport
    {
        let text = "[run]\non_reject = \"drop\"\n" + exporters + "\n" + stages
        let plan = try await shop.plan(text, scope: scope)
        return await Ledger.$pages.withValue(pages) { await Run(plan).execute() }
    }

    private var seen: [(exporter: String, snapshot: MetricSnapshot, isFinal: Bool)] { pages.all.withLock { $0 } }

    @Test func `a short run is handed on once, at its end, with what the report says`() async throws {
        let report = try await run("[exporter.book]\nuse = \"ledger\"")
        #expect(report.ending == "published")
        #expect(seen.map(\.exporter) == ["book"])
        #expect(seen.map(\.isFinal) == [true])
        let snapshot = try #require(seen.first?.snapshot)
        #expect(snapshot.total("sprocket_records_read_total", labels: ["stage": "numbers"]) == 6)
        #expect(snapshot.total("sprocket_records_filtered_total") == 1)
        #expect(snapshot.total("sprocket_records_rejected_total") == 1)
        #expect(snapshot.total("sprocket_records_written_total", labels: ["stage": "numbers"]) == 4)
        #expect(snapshot.total("sprocket_records_written_total", labels: ["stage": "lines"]) == 4)
        #expect(snapshot.total("sprocket_calls_total", labels: ["stage": "numbers", "result": "success"]) == 3)
        #expect(snapshot.total("sprocket_published_records") == 4)
        #expect(snapshot.total("sprocket_published_bytes") == 8)
        #expect(snapshot.total("sprocket_written_bytes_total") == 8)
        #expect(snapshot.total("sprocket_run_state", labels: ["state": "published"]) == 1)
        #expect(snapshot.total("sprocket_run_state") == 1)
        #expect(snapshot.family("sprocket_last_success_timestamp_seconds") != nil)
        #expect((snapshot.total("sprocket_process_resident_memory_bytes") ?? 0) > 1_000_000)
        // How much it is, an allocator put in its place, such as a sanitizer's, does not say.
        #expect(snapshot.family("sprocket_process_heap_bytes")?.samples.count == 3)
    }

    @Test func `all families are those of the contract, with labels that are names of the pipeline`() async throws {
        _ = try await run("[exporter.book]\nuse = \"ledger\"")
        let known = Set(MetricDefinition.ofRuns.map(\.name))
        for family in try #require(seen.first?.snapshot).families {
            #expect(known.contains(family.definition.name))
            for sample in family.samples { #expect(sample.labels.first?.value == "p", "\(family.definition.name)") }
        }
    }

    @Test func `while the run continues, metrics are handed on at each interval`() async throws {
        let stages = Self.stages + "takes = \"40s\"\n"
        async let report = run("[exporter.book]\nuse = \"ledger\"\nevery = \"30s\"", stages: stages)
        // The exporter and the sink sleep; the sink has three batches to write, two at a time at most in its queue.
        for _ in 0..<12 {
            await shop.time.sleepers(atLeast: 2)
            shop.time.advance(by: .seconds(10))
            for _ in 0..<50 { await Task.yield() }
        }
        #expect(try await report.ending == "published")
        #expect(
            seen.map(\.isFinal) == [false, false, false, true]
                || seen.map(\.isFinal) == [false, false, false, false, true]
        )
        let read = seen.map { $0.snapshot.total("sprocket_records_written_total", labels: ["stage": "lines"]) ?? 0 }
        #expect(read == read.sorted())
        #expect(seen.map(\.snapshot.takenAt) == seen.map(\.snapshot.takenAt).sorted())
        #expect(seen.first?.snapshot.total("sprocket_run_state", labels: ["state": "running"]) == 1)
        #expect(seen.first?.snapshot.total("sprocket_run_duration_seconds") == 30)
    }

    @Test func `an exporter that fails is a warning, reported once, and the run publishes`() async throws {
        let report = try await run("[exporter.book]\nuse = \"ledger\"\nfail = \"throws\"")
        #expect(report.ending == "published")
        let findings = report.findings.map { $0.rendered() }
        #expect(findings.count == 1)
        #expect(
            findings.first?.hasPrefix("warning[exporter.failed]: book: the metrics could not be exported: page ")
                == true
        )
        #expect(
            findings.first?.hasSuffix("is full\n  hint: the run continues without it; this is reported only once")
                == true
        )
    }

    @Test func `of two exporters that fail alike, both are named`() async throws {
        let report = try await run(
            """
            [exporter.one]
            use = "ledger"
            fail = "throws"

            [exporter.two]
            use = "ledger"
            fail = "throws"
            """
        )
        #expect(report.findings.map { $0.rendered().split(separator: " ")[1] }.sorted() == ["one:", "two:"])
    }

    @Test func `an exporter that never returns is given up at its limit, and the others have their metrics`()
        async throws
    {
        async let report = run(
            """
            [exporter.hole]
            use = "ledger"
            fail = "hangs"
            time_limit = "2s"

            [exporter.book]
            use = "ledger"
            """
        )
        // Asleep are the alarms of whoever is not done.
        await shop.time.sleepers(atLeast: 1)
        while !seen.contains(where: { $0.exporter == "hole" && $0.isFinal }) { await Task.yield() }
        shop.time.advance(by: .seconds(2))
        let ended = try await report
        #expect(ended.ending == "published")
        #expect(
            ended.findings.map { $0.rendered() } == [
                """
                warning[exporter.failed]: hole: the metrics could not be exported: it took longer than 2s
                  hint: raise 'time_limit' of the exporter
                """
            ]
        )
        #expect(Set(seen.map(\.exporter)) == ["hole", "book"])
        #expect(ended.duration == .zero)
    }

    /// Moves the clock on until something has ended.
    private func passing<Output: Sendable>(_ body: @Sendable () async throws -> Output) async throws -> Output {
        let driver = Task { [time = shop.time] in
            while !Task.isCancelled {
                time.advance(by: .seconds(1))
                for _ in 0..<50 { await Task.yield() }
            }
        }
        defer { driver.cancel() }
        return try await body()
    }

    @Test func `an exporter whose export has not returned is not begun again`() async throws {
        let report = try await passing {
            try await run(
                "[exporter.hole]\nuse = \"ledger\"\nfail = \"hangs\"\nevery = \"10s\"\ntime_limit = \"2s\"",
                stages: Self.stages + "takes = \"40s\"\n"
            )
        }
        #expect(report.ending == "published")
        #expect(seen.map(\.isFinal) == [false])
        #expect(report.findings.map(\.code.name) == ["exporter.failed"])
    }

    @Test func `a run that is stopped hardly waits for its exporters, and for their limit otherwise`() async throws {
        let text = """
            [exporter.hole]
            use = "ledger"
            fail = "hangs"
            time_limit = "60s"

            """
        let control = RunControl()
        let plan = try await shop.plan("[run]\non_reject = \"drop\"\n" + text + Self.stages)
        async let ended = Ledger.$pages.withValue(pages) {
            await Run(plan, control: control) { _ in control.stop() }.execute()
        }
        while seen.isEmpty { await Task.yield() }
        await shop.time.sleepers(atLeast: 2)
        shop.time.advance(by: .milliseconds(150))
        let report = await ended
        #expect(report.ending == "stopped")
        #expect(
            report.findings.map { $0.rendered() } == [
                """
                warning[exporter.failed]: hole: the metrics could not be exported: it took longer than 150ms
                  hint: a stopped run does not wait longer
                """
            ]
        )
    }

    @Test func `processor time is that of the run, not of the process`() async throws {
        let before = ProcessResources.now
        var number = 1.0
        while ProcessResources.now.userSeconds - before.userSeconds < 0.3 {
            number = (number * 1.1).truncatingRemainder(dividingBy: 7)
        }
        let report = try await run("[exporter.book]\nuse = \"ledger\"")
        let process = ProcessResources.now
        let all = process.userSeconds + process.systemSeconds
        let told = try #require(seen.first?.snapshot.total("sprocket_process_cpu_seconds_total"))
        #expect(told < all - 0.3)
        #expect(try #require(report.process).userSeconds < all - 0.3, "\(number)")
    }

    @Test func `a dry run hands nothing on`() async throws {
        _ = try await run("[exporter.book]\nuse = \"ledger\"", scope: RunScope(isDry: true))
        #expect(seen.isEmpty)
    }

    /// Two who would write one file, and what is said of them.
    struct Clash: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var before = ""
        let path: String
        var sink = "@/out.txt"
        let owner: String
    }

    @Test(arguments: [
        Clash(testDescription: "a sink", path: "@/out.txt", owner: "the sink 'lines'"),
        Clash(testDescription: "a sink by another path", path: "@/there/../././out.txt", owner: "the sink 'lines'"),
        Clash(testDescription: "a sink through a link", path: "@/link/out.txt", owner: "the sink 'lines'"),
        Clash(testDescription: "a part of a sink", path: "@/out-07.txt", owner: "the sink 'lines'"),
        Clash(
            testDescription: "a part of a sink that names it",
            path: "@/p/003/out.txt",
            sink: "@/{name}/{part}/out.txt",
            owner: "the sink 'lines'"
        ),
        Clash(
            testDescription: "rejected records",
            before: "[run]\non_reject = { limit = 1, keep = \"@/{name}.jsonl\" }\n",
            path: "@/p.jsonl",
            owner: "rejected records"
        ),
        Clash(testDescription: "the pipeline", path: "p.toml", owner: "the pipeline itself"),
        Clash(
            testDescription: "another exporter",
            before: "[exporter.first]\nuse = \"ledger\"\npath = \"@/{run}.txt\"\n",
            path: "@/{run}.txt",
            owner: "the exporter 'first'"
        ),
    ])
    func `an exporter that would write to the file of another is refused at its place`(clash: Clash) async throws {
        try shop.folder.write("", to: "there/file")
        try FileManager.default.createSymbolicLink(
            atPath: shop.folder.path("link"),
            withDestinationPath: shop.folder.path
        )
        let stages = Self.stages.replacing("@/out.txt", with: clash.sink)
        let text = "\(clash.before)[exporter.book]\nuse = \"ledger\"\npath = \"\(clash.path)\"\n\(stages)"
        let findings = try await shop.findings(text)
        let prefix = "error[pipeline.same-file]: the exporter 'book' would write to the file of \(clash.owner): "
        #expect(findings.contains(prefix), "\(findings)")
        #expect(findings.hasSuffix("give each file its own path"), "\(findings)")
    }

    @Test func `exporters with files of their own are fine`() async throws {
        let text = """
            [exporter.book]
            use = "ledger"
            path = "@/out.prom"

            [exporter.other]
            use = "ledger"
            path = "@/out-{date}.txt"

            """
        #expect(try await shop.findings(text + Self.stages) == "")
    }

    @Test(arguments: [
        (
            "[exporter.book]\nuse = \"legder\"",
            "p.toml:2:7: error[plugin.unknown]: there is no exporter 'legder'\n    2 | use = \"legder\"\n      |       ^^^^^^^^ did you mean 'ledger'?"
        ),
        (
            "[exporter.book]\nuse = \"lines\"",
            "p.toml:2:7: error[plugin.unknown]: there is no exporter 'lines'; 'lines' is a sink\n    2 | use = \"lines\"\n      |       ^^^^^^^"
        ),
        (
            "[exporter.book]\nuse = \"ledger\"\nevrey = \"1s\"",
            "p.toml:3:1: error[option.unknown]: there is no option 'evrey' in exporter 'ledger'\n    3 | evrey = \"1s\"\n      | ^^^^^ did you mean 'every'?"
        ),
        (
            "[exporter.book]\nuse = \"ledger\"\nevery = \"1ms\"",
            "p.toml:3:9: error[option.range]: \"1ms\" is out of range\n    3 | every = \"1ms\"\n      |         ^^^^^ allowed: \"100ms\"...\"1d\""
        ),
        (
            "[exporter.book]\nuse = \"ledger\"\nfail = \"construction\"",
            "p.toml:3:8: error[ledger.broken]: this ledger cannot be opened\n    3 | fail = \"construction\"\n      |        ^^^^^^^^^^^^^^"
        ),
        (
            "[exporter.book]\nevery = \"1s\"",
            "p.toml:1:1: error[pipeline.missing-key]: exporter 'book' has no 'use'\n    1 | [exporter.book]\n      | ^^^^^^^^^^^^^^^ use = \"…\""
        ),
        (
            "exporter = 3",
            "p.toml:1:12: error[pipeline.form]: 'exporter' must be a table of exporters\n    1 | exporter = 3\n      |            ^ [exporter.NAME]"
        ),
    ])
    func `what is wrong with an exporter is reported at its place`(section: String, finding: String) async throws {
        #expect(try await shop.findings(section + "\n" + Self.stages) == finding)
    }
}
