import Engine
import PluginKit
import PluginTestKit

/// A folder and the plugins of these tests, to plan and run pipelines with.
///
/// `@/` in a pipeline stands for the folder.
struct Workshop {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    static let registry = Registry([
        Numbers.self, Only.self, Rename.self, Twice.self, Find.self, Lines.self, Watch.self, Again.self,
    ])

    func plan(
        _ text: String,
        variables: [String: String] = [:],
        environment: [String: String] = [:],
        isRehearsal: Bool = false
    ) async throws -> Plan {
        let text = text.replacing("@/", with: folder.path + "/")
        let services = Services(registry: Self.registry, environment: environment, time: SystemTime(), log: StageLog())
        let file = try PipelineFile(Array(text.utf8), path: "p.toml")
        return try await Plan(file, services, variables: variables, isRehearsal: isRehearsal)
    }

    /// What is found in a pipeline, as a person would read it.
    func findings(
        _ text: String,
        variables: [String: String] = [:],
        environment: [String: String] = [:],
        isRehearsal: Bool = false
    ) async throws -> String {
        let findings: DiagnosticList
        do {
            let plan = try await plan(
                text,
                variables: variables,
                environment: environment,
                isRehearsal: isRehearsal
            )
            findings = plan.findings
        } catch let list as DiagnosticList {
            findings = list
        }
        return findings.all.map { $0.rendered() }.joined(separator: "\n")
            .replacing(folder.path + "/", with: "@/")
    }

    func run(
        _ text: String,
        control: RunControl = RunControl(),
        onProgress: (@Sendable (RunProgress) -> Void)? = nil
    ) async throws -> RunReport {
        await Run(try await plan(text), control: control, onProgress: onProgress).execute()
    }

    /// The lines of a published file.
    func lines(_ name: String) throws -> [String] {
        try folder.text(of: name).split(separator: "\n").map(String.init)
    }
}

extension RunReport {
    /// How it ended, in a line.
    var ending: String {
        switch outcome {
        case .published: "published"
        case .failed(let diagnostic): diagnostic.rendered()
        case .tooManyRejected(.limit(let limit)): "more than \(limit) rejected"
        case .tooManyRejected(.share(let share)): "more than \(share) of all rejected"
        case .tooManyRejected(.ofLast(let limit, let window)): "more than \(limit) of the last \(window) rejected"
        case .sumsDisagree(let diagnostic): diagnostic.rendered()
        case .stopped: "stopped"
        }
    }

    func tally(_ stage: String) -> Tally? { stages.first { $0.name == stage }?.tally }
}
