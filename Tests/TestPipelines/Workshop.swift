package import Pipelines
package import Runs
package import PluginKit
package import PluginTestKit
internal import StandardTransforms

/// A folder and the plugins of these tests, to plan and run pipelines with.
///
/// `@/` in a pipeline stands for the folder.
package struct Workshop {
    package let folder: TemporaryFolder
    /// Stands still, unless a test moves it.
    package let time = ManualTime(sleepers: .wait)
    /// Small values that outlive runs.
    package let kept = InMemoryValues()

    package init(_ folder: TemporaryFolder) { self.folder = folder }
    package init() throws { folder = try TemporaryFolder() }

    /// The plugins; a test may take some out.
    package var registry = Self.registry

    package static let registry = Registry([
        Numbers.self, Only.self, Rename.self, Twice.self, Find.self, Lines.self, Watch.self, Again.self,
        Insist.self, Admit.self, Press.self, Belated.self, Hold.self,
        Sum.self, Parity.self, Wobble.self, Feed.self, Shifting.self, Ledger.self, Asks.self, Sealed.self, Count.self,
        Keeping.self, Table.self, Upload.self, Pledge.self, Announce.self, Sort.self, Aggregate.self, Top.self,
        Dedupe.self, Headed.self, Logs.self, Relay.self, Selective.self, Keep.self, Pick.self, Plus.self, Enough.self,
    ])

    package func plan(
        _ text: String,
        variables: [String: String] = [:],
        environment: [String: String] = [:],
        scope: RunScope = RunScope(),
        identity: RunIdentity? = nil,
        instance: String? = nil,
        file: String = "p.toml",
        log: StageLog = StageLog(),
        isRehearsal: Bool = false,
        isOffline: Bool = false,
        recalls: Bool = false,
        reserved: [ReservedFile] = []
    ) async throws -> Plan {
        let text = text.replacing("@/", with: folder.path + "/")
        let services = Services(
            registry: registry,
            environment: environment,
            time: time,
            kept: kept,
            log: log,
            reserved: reserved
        )
        let file = try PipelineFile(Array(text.utf8), path: file)
        return try await Plan(
            file,
            services: services,
            variables: VariableSettings(variables),
            scope: scope,
            identity: identity,
            instance: instance,
            isRehearsal: isRehearsal,
            isOffline: isOffline,
            recalls: recalls
        )
    }

    /// What is found in a pipeline, as a person would read it.
    package func findings(
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

    package func run(
        _ text: String,
        control: RunControl = RunControl(),
        onProgress: (@Sendable (RunProgress) -> Void)? = nil
    ) async throws -> RunReport {
        await Run(try await plan(text), control: control, onProgress: onProgress).execute()
    }

    /// Runs a pipeline with a journal, so that it goes on where an earlier run was cut off.
    ///
    /// - Parameters:
    ///   - text: The pipeline.
    ///   - variables: What `-D` sets.
    ///   - scope: How much of it is to be done.
    ///   - instance: What this use of the pipeline is called.
    ///   - file: The path of the pipeline file.
    ///   - log: Gets what stages say.
    ///   - restarts: Whether an earlier run is given up.
    ///   - control: Lets the test stop it.
    ///   - onProgress: Told of each page.
    /// - Returns: The report, and why an earlier run was not resumed.
    /// - Throws: What the plan or the journal throws.
    package func runStored(
        _ text: String,
        variables: [String: String] = [:],
        scope: RunScope = RunScope(),
        instance: String? = nil,
        file: String = "p.toml",
        log: StageLog = StageLog(),
        restarts: Bool = false,
        control: RunControl = RunControl(),
        onProgress: (@Sendable (RunProgress) -> Void)? = nil
    ) async throws -> (report: RunReport, givenUp: String?) {
        let (plan, journal, abandoned) = try await RunStart.journal(
            in: folder.path("state"),
            restarts: restarts
        ) {
            try await self.plan(
                text,
                variables: variables,
                scope: scope,
                instance: instance,
                file: file,
                log: log,
                recalls: !restarts
            )
        }
        let report = journal.conclude(
            await Run(plan, journal: journal, control: control, onProgress: onProgress).execute()
        )
        return (report, abandoned?.message)
    }

    /// The lines of a published file.
    package func lines(_ name: String) throws -> [String] {
        try folder.text(of: name).split(separator: "\n").map(String.init)
    }
}

extension RunReport {
    /// How it ended, in a line.
    package var ending: String {
        switch outcome {
        case .published: "published"
        case .failed(let diagnostic): diagnostic.rendered()
        case .unrecorded: "published, not recorded"
        case .tooManyRejected(.limit(let limit)): "more than \(limit) rejected"
        case .tooManyRejected(.share(let share)): "more than \(share) of all rejected"
        case .tooManyRejected(.ofLast(let limit, let window)): "more than \(limit) of the last \(window) rejected"
        case .sumsDisagree(let diagnostic): diagnostic.rendered()
        case .stopped: "stopped"
        case .sourceChanged(let diagnostic): "source-changed: \(diagnostic.rendered())"
        case .refused(let diagnostic): "refused: \(diagnostic.rendered())"
        case .partly(let diagnostic): "partly: \(diagnostic.rendered())"
        case .nothingNew: "nothing new"
        }
    }

    package func tally(_ stage: String) -> Tally? { stages.first { $0.name == stage }?.tally }
}
