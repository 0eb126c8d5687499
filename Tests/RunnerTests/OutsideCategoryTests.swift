import Diagnostics
import Runs
import Pipelines
import PluginKit
import SprocketPlugins
import Testing

@testable import Command
@testable import Jobs

/// What a plugin of somebody else's fails with has the exit code of its category, and layers treat it by that, too: its
/// codes are none that we know.
@Suite struct OutsideCategoryTests {
    private static let registry = Registry(
        StandardPlugins.all + Acme.plugins
    )

    /// A fault, and what becomes of a run that meets it.
    struct Fault: Sendable, CustomTestStringConvertible {
        let fault: Acme.Fault
        let category: Diagnostic.Category
        let exit: ExitCode
        /// Whether the same is expected again, so that it may be remembered.
        let isKept: Bool
        var testDescription: String { fault.rawValue }
    }

    static let faults = [
        Fault(fault: .plain, category: .data, exit: .failed, isKept: true),
        Fault(fault: .usage, category: .usage, exit: .usage, isKept: false),
        Fault(fault: .environment, category: .environment, exit: .environment, isKept: false),
        Fault(fault: .data, category: .data, exit: .failed, isKept: true),
        Fault(fault: .transient, category: .transient, exit: .failed, isKept: false),
        Fault(fault: .defect, category: .defect, exit: .usage, isKept: true),
    ]

    private func run(
        layers: String = "",
        source: String = "",
        sink: String = "",
        exporter: String = "",
        shared: SharedObjects = SharedObjects()
    ) async throws -> RunReport {
        let text = """
            \(layers)
            [[source]]
            use = "acme"
            \(source)
            [[sink]]
            use = "acme-sink"
            \(sink)
            \(exporter.isEmpty ? "" : "[exporter.board]\nuse = \"acme\"\n\(exporter)")
            """
        let file = try PipelineFile(Array(text.utf8), path: "acme.toml")
        return await Run(try await Plan(file, services: Services(registry: Self.registry, shared: shared))).execute()
    }

    private func problem(_ report: RunReport) throws -> Diagnostic {
        guard case .failed(let problem) = report.outcome else {
            throw Diagnostic("test.ending", message: "the run ended with \(report.outcome)")
        }
        return problem
    }

    @Test(arguments: faults, ["acme.down", "acme.gate", "acme.full"])
    func `a run that a source, a layer or a sink ends has the exit code of the category`(
        fault: Fault,
        code: String
    ) async throws {
        let options = "fails = true\nfault = \"\(fault.fault.rawValue)\""
        let report =
            switch code {
            case "acme.down": try await run(source: options)
            case "acme.gate": try await run(layers: "[middleware.gate]\nuse = \"acme-layer\"\n\(options)")
            default: try await run(sink: options)
            }
        let problem = try problem(report)
        #expect(problem.code.name == code)
        #expect(problem.category == fault.category)
        #expect(ExitCode(StepOutcome(report)) == fault.exit)
        #expect(problem.rendered().contains("\n  cause: the line is dead [acme.socket]"))
    }

    @Test(arguments: faults)
    func `an exporter that cannot be made has the exit code of the category`(fault: Fault) async throws {
        let options = "fails_at_once = true\nfault = \"\(fault.fault.rawValue)\""
        let error = try await #require(throws: DiagnosticList.self) { _ = try await self.run(exporter: options) }
        // Nothing but the file names it yet, so without a category the file is at fault.
        let expected = fault.fault == .plain ? ExitCode.usage : fault.exit
        #expect(error.all.map(\.code.name) == ["acme.key"])
        #expect(error.all.map(ExitCode.init(for:)) == [expected])
    }

    @Test(arguments: faults)
    func `an exporter that fails ends no run, and the warning has its category and its cause`(
        fault: Fault
    ) async throws {
        let report = try await run(exporter: "fails = true\nfault = \"\(fault.fault.rawValue)\"")
        #expect(ExitCode(StepOutcome(report)) == .done)
        let warning = try #require(report.findings.first { $0.code == "exporter.failed" })
        #expect(warning.category == fault.category)
        guard case .diagnostic(let cause)? = warning.cause else {
            Issue.record("the warning has no cause")
            return
        }
        #expect(cause.code == "acme.board")
        #expect(FindingJSON.line(warning).contains(#""cause":{"severity":"error","code":"acme.board""#))
    }

    @Test func `an error that is no diagnostic is a defect of the plugin`() async throws {
        let report = try await run(source: "fails = true\nfault = \"foreign\"")
        let problem = try problem(report)
        #expect(problem.code == "plugin.failed")
        #expect(problem.category == .defect)
        #expect(ExitCode(StepOutcome(report)) == .usage)
    }

    // MARK: Layers

    private static let retry = "[middleware.again]\nuse = \"retry\"\nattempts = 3\ndelay = \"0s\"\n"

    @Test(arguments: faults)
    func `only what is transient is made again`(fault: Fault) async throws {
        let shared = SharedObjects()
        let options = "fails = true\nfault = \"\(fault.fault.rawValue)\"\ntimes = 2"
        let report = try await run(layers: Self.retry, source: options, shared: shared)
        let isAgain = fault.category == .transient
        #expect(ExitCode(StepOutcome(report)) == (isAgain ? .done : fault.exit))
        #expect(Acme.counter(in: shared).count == (isAgain ? 3 : 1))
    }

    @Test func `what is given up after some attempts keeps category and cause`() async throws {
        let shared = SharedObjects()
        let report = try await run(
            layers: Self.retry,
            source: "fails = true\nfault = \"transient\"",
            shared: shared
        )
        let problem = try problem(report)
        #expect(Acme.counter(in: shared).count == 3)
        #expect(problem.message.contains("tried 3 times"))
        #expect(problem.category == .transient)
        #expect(problem.cause?.message == "the line is dead")
    }

    private static let cache = "[middleware.memory]\nuse = \"cache\"\nnegative_ttl = \"10m\"\n"

    @Test(arguments: faults)
    func `only what would come again is remembered, with its category`(fault: Fault) async throws {
        let shared = SharedObjects()
        let options = "fails = true\nfault = \"\(fault.fault.rawValue)\""
        let first = try await run(layers: Self.cache, source: options, shared: shared)
        let second = try await run(layers: Self.cache, source: options, shared: shared)
        #expect(Acme.counter(in: shared).count == (fault.isKept ? 1 : 2))
        for report in [first, second] {
            #expect(ExitCode(StepOutcome(report)) == fault.exit)
            let problem = try problem(report)
            #expect(problem.category == fault.category)
            #expect(problem.cause?.message == "the line is dead")
        }
    }
}
