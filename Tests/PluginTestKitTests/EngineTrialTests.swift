import Pipelines
import Runs
import PluginKit
import PluginTestKit
import TestTags
import Testing

/// What a run refuses, no contract lets pass; and the run blames the plugin, not the disk.
@Suite(.tags(.contract)) struct EngineTrialTests {
    private typealias Law = ContractViolation.Law

    private let input = Batch(["n": .integer], records: [[1], [2], [3]])

    private func files(_ flaw: MisdeclaredSink.Flaw) async throws -> SinkContract.Files {
        try await SinkContract.verify(MisdeclaredSink.self, batches: [input, input]) { folder in
            "path = '\(folder)/a'\nflaw = '\(flaw.rawValue)'"
        }
    }

    /// How a run with the sink ends: its outcome, rendered.
    private func ending(_ flaw: MisdeclaredSink.Flaw, isCut: Bool = false) async throws -> String {
        let folder = try TemporaryFolder(.inMemory)
        let text = """
            name = "misdeclared"
            [run]
            checkpoint_every = 1
            verify = "content"
            [[source]]
            use = "flawed"
            [[sink]]
            use = "misdeclared"
            path = "\(folder.path("a.txt"))"
            flaw = "\(flaw.rawValue)"
            """
        let services = Services(
            registry: Registry([FlawedSource.self, MisdeclaredSink.self]),
            time: ManualTime(sleepers: .wait)
        )
        func run(stoppedAfter pages: Int?) async throws -> RunReport {
            let (plan, journal, _) = try await RunStart.journal(in: folder.path("state")) {
                try await Plan(PipelineFile(Array(text.utf8), path: "p.toml"), services: services)
            }
            let control = RunControl()
            let run = Run(plan, journal: journal, control: control) { progress in
                if let pages, progress.read >= pages { control.stop() }
            }
            return journal.conclude(await run.execute())
        }
        if isCut { _ = try await run(stoppedAfter: 1) }
        switch try await run(stoppedAfter: nil).outcome {
        case .published: return "published"
        case .failed(let diagnostic), .sumsDisagree(let diagnostic): return diagnostic.rendered()
        case let other: return "\(other)"
        }
    }

    @Test func `a sink that states what is in its files passes and is published`() async throws {
        #expect(try await files(.none) == ["a": Array("1\n2\n3\n1\n2\n3\n".utf8)])
        #expect(try await ending(.none) == "published")
        #expect(try await ending(.none, isCut: true) == "published")
    }

    @Test(arguments: [
        (MisdeclaredSink.Flaw.headerAsLines, "plugin.records", "'records' or 'format'"),
        (.headerOfParts, "plugin.records", "'records' or 'format'"),
        (.headerOfFile, "plugin.records", "'records' or 'format'"),
        (.headerInCSV, "plugin.records", "'records' or 'format'"),
        (.noHeader, "plugin.records", "'records' or 'format'"),
        (.partRecords, "plugin.records", "'records' or 'format'"),
        (.fileRecords, "plugin.records", "'records' or 'format'"),
        (.quotes, "plugin.records", "'records' or 'format'"),
        (.fileBytes, "plugin.bytes", "'bytes'"),
        (.rewrites, "run.verify", "the plugin 'misdeclared' changes what lies before its mark"),
    ])
    func `a sink that states something else of its files is refused by its contract and blamed by the run`(
        flaw: MisdeclaredSink.Flaw,
        code: String,
        words: String
    ) async throws {
        let violation = await #expect(throws: ContractViolation.self) { try await files(flaw) }
        #expect(violation?.law == .runComesToItsEnd)
        #expect(violation?.detail.contains("[\(code)]") == true, "\(violation?.description ?? "")")
        let ending = try await ending(flaw)
        #expect(ending.contains("error[\(code)]"), "\(ending)")
        #expect(ending.contains("the plugin 'misdeclared'") && ending.contains(words), "\(ending)")
        if code != "run.verify" { #expect(!ending.contains("disk"), "\(ending)") }
    }

    @Test func `a sink whose marks are within a record is refused where a run continues`() async throws {
        let violation = await #expect(throws: ContractViolation.self) { try await files(.separates) }
        #expect(violation?.law == .cutRunContinues)
        let ending = try await ending(.separates, isCut: true)
        let words = "error[plugin.records]: the sink 'misdeclared' set a mark within a record"
        #expect(ending.contains(words), "\(ending)")
        #expect(!ending.contains("disk"))
    }

    @Test func `a column that is used and not stated as needed is not there in a run`() async throws {
        let calls: [() async throws -> Void] = [
            { [input] in
                try await SinkContract.verify(UnaskedSink.self, batches: [input]) { "path = '\($0)/a'" }
            },
            { [input] in try await TransformContract.verify(UnaskedTransform.self, input: input) },
        ]
        for call in calls {
            let violation = await #expect(throws: ContractViolation.self) { try await call() }
            #expect(violation?.law == .runLeavesTheSame)
        }
    }

    @Test func `a source that says each time that its data is other data is not continued`() async throws {
        try await SourceContract.verify(RestlessSource.self, options: "rests = true")
        let violation = await #expect(throws: ContractViolation.self) {
            try await SourceContract.verify(RestlessSource.self)
        }
        #expect(violation?.law == .cutRunContinues)
    }

    @Test func `an option that no pipeline file can set is refused`() async throws {
        let calls: [() async throws -> Void] = [
            { try await SourceContract.verify(ReservedSource.self, options: "name = 'x'") },
            { try await MiddlewareContract.verify(ReservedLayer.self, options: "use = 'x'") },
        ]
        for call in calls {
            let violation = await #expect(throws: ContractViolation.self) { try await call() }
            #expect(violation?.law == .runComesToItsEnd)
            #expect(violation?.detail.contains("contract.toml") == true)
        }
    }
}
