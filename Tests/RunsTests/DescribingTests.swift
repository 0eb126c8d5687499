import Diagnostics
import Pipelines
import PluginKit
import PluginTestKit
import Records
import Runs
import Testing
import TestPipelines

/// A source that has to look before it reads is described once a run, also if that is resumed.
@Suite struct DescribingTests {
    private let workshop: Workshop

    init() throws {
        workshop = try Workshop()
        try workshop.folder.write("a b c\n1 2 3\n4 5 6\n7 8 9\n10 11 12\n", to: "in.txt")
    }

    private static func pipeline(_ options: String = "") -> String {
        """
        name = "headed"
        [run]
        checkpoint_every = 1
        workers = 1
        [[source]]
        use = "headed"
        path = "@/in.txt"
        page = 1
        \(options)
        [[sink]]
        use = "lines"
        path = "@/out.txt"
        columns = ["c", "a"]
        """
    }

    private func traced<Result>(_ body: () async throws -> Result) async throws -> (Result, [String]) {
        let trace = Trace()
        let result = try await Trace.$current.withValue(trace) { try await body() }
        return (result, trace.all)
    }

    /// Runs the pipeline until it has read two records.
    private func cutOff(_ text: String) async throws -> RunReport {
        let control = RunControl()
        return try await workshop.runStored(text, control: control) { if $0.read >= 2 { control.stop() } }.report
    }

    @Test(arguments: ["", "has_fingerprint = false"])
    func `a run and its resumption look once, and ask for the same`(options: String) async throws {
        let text = Self.pipeline(options)
        let (stopped, before) = try await traced { try await cutOff(text) }
        #expect(stopped.ending == "stopped")
        #expect(before.filter { $0 == "headed looks" } == ["headed looks"])
        #expect(before.count { $0.hasPrefix("headed is made") } == 1)
        let (resumed, after) = try await traced { try await workshop.runStored(text).report }
        #expect(resumed.ending == "published")
        #expect(resumed.attempt == 2)
        #expect(!after.contains("headed looks"))
        #expect(after.filter { $0.contains("reads") } == (3...4).map { "headed reads [\"a\", \"c\"] at \($0)" })
        #expect(try workshop.lines("out.txt") == ["3,1", "6,4", "9,7", "12,10"])
        // What was kept for the resumption is of no use to the next run.
        let (_, next) = try await traced { try await workshop.runStored(text + "\non_existing = \"replace\"") }
        #expect(next.isEmpty || next.contains("headed looks"))
    }

    @Test func `data that has changed is looked at again, and the run starts over`() async throws {
        _ = try await cutOff(Self.pipeline())
        try workshop.folder.write("a c\n1 3\n", to: "in.txt")
        let (run, trace) = try await traced { try await workshop.runStored(Self.pipeline()) }
        #expect(run.givenUp?.contains("it read has changed") == true)
        #expect(trace.filter { $0 == "headed looks" } == ["headed looks"])
        #expect(try workshop.lines("out.txt") == ["3,1"])
    }

    @Test func `other options are looked at again`() async throws {
        _ = try await cutOff(Self.pipeline())
        let (run, trace) = try await traced { try await workshop.runStored(Self.pipeline("has_fingerprint = false")) }
        #expect(run.givenUp?.contains("the pipeline has changed") == true)
        #expect(trace.filter { $0 == "headed looks" } == ["headed looks"])
    }

    @Test func `a plan under another name looks at nothing`() async throws {
        let (plan, trace) = try await traced {
            let plan = try await workshop.plan(Self.pipeline())
            return try plan.named(RunIdentity(pipeline: "headed", id: "other", date: "2026-01-02", time: "030405"))
        }
        #expect(plan.run.id == "other")
        #expect(trace.count { $0 == "headed looks" } == 1)
        #expect(trace.last == "headed is made for other")
        #expect(plan.nodes.first?.request.schema.names == ["a", "c"])
    }

    @Test func `what cannot be looked at is reported with all else that is wrong`() async throws {
        let findings = try await workshop.findings(
            Self.pipeline().replacing("in.txt", with: "gone.txt") + "\nfail = \"never mind\""
        )
        let words = "p.toml:7:8: error[file.missing]: @/gone.txt: there is no such file or folder"
        #expect(findings.contains(words))
        #expect(findings.contains("p.toml:14:8: error[option.choice]"))
        // The sink's columns are not known, and nothing is said about them.
        #expect(!findings.contains("schema.unknown-column"))
    }

    @Test func `without a look, columns must be declared`() async throws {
        func offline(_ options: String) async throws -> ([String], [String]) {
            let (result, trace) = try await traced { () -> [String] in
                do {
                    let plan = try await workshop.plan(Self.pipeline(options), isRehearsal: true, isOffline: true)
                    return plan.nodes.first?.output.names ?? []
                } catch let findings as DiagnosticList {
                    return findings.all.map { $0.rendered() }
                }
            }
            return (result, trace.filter { $0.hasSuffix("looks") })
        }
        let (refusal, _) = try await offline("")
        #expect(
            refusal == [
                """
                p.toml:6:7: error[source.offline]: the columns of the source 'headed' are known only by looking at what it reads
                    6 | use = "headed"
                      |       ^^^^^^^^ declare them in its options, if it has such options, or check it without --offline
                """
            ]
        )
        let (columns, looks) = try await offline("columns = [\"a\", \"c\"]")
        #expect(columns == ["a", "c"])
        #expect(looks.isEmpty)
    }
}
