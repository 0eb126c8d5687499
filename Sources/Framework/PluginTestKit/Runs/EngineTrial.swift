internal import Diagnostics
internal import Pipelines
internal import Runs
internal import PluginKit

/// Runs a pipeline with the plugin under test in the engine, as `sprocket run` does: with plan, state, checkpoints,
/// verification of files, sums and publication.
///
/// A run that is refused breaks the contract.
struct EngineTrial {
    private let registry: Registry
    private let bench: Bench
    private let shared = SharedObjects()
    private let destination: SinkDestination
    private let sections: (String) -> String

    /// Creates a trial.
    ///
    /// - Parameters:
    ///   - plugin: The plugin.
    ///   - batches: The input of the run, by the names that `contract-batches` uses.
    ///   - bench: The bench that creates the plugin.
    ///   - destination: The destination of a sink under test.
    ///   - sections: The stages, as sections of a pipeline file, for a folder to write to.
    init(
        _ plugin: any Plugin.Type,
        batches: [String: [Batch]] = [:],
        on bench: Bench,
        destination: SinkDestination = .folder,
        sections: @escaping (String) -> String
    ) {
        registry = Registry([plugin, BatchSource.self, RecordSink.self])
        self.bench = bench
        self.destination = destination
        self.sections = sections
        for (name, batches) in batches { BatchSource.keep(batches, as: name, in: shared) }
    }

    /// Runs it with a checkpoint after each page and without any, and interrupts it at durable steps and starts it
    /// again.
    ///
    /// - Parameters:
    ///   - expected: The expected files, by their paths in the folder.
    ///   - cuts: The number of steps at which it is interrupted, spread evenly over all that concern the files.
    /// - Throws: `ContractViolation`.
    func verify(leaves expected: [String: [UInt8]], cuts: Int) async throws {
        let plain = try TemporaryFolder(.inMemory)
        try await expectPublished(try await report(in: plain, hasState: false), words: "without checkpoints")
        try compare(plain, with: expected, law: .runLeavesTheSame, words: "a run without checkpoints")

        let whole = try TemporaryFolder(.inMemory)
        let disk = try SimulatedDisk()
        try await expectPublished(
            try await Faults.$current.withValue(disk) { try await report(in: whole, hasState: true) },
            words: "with a checkpoint after each page"
        )
        try compare(whole, with: expected, law: .runLeavesTheSame, words: "a run with a checkpoint after each page")

        // The steps of the state itself are tested elsewhere.
        let steps = disk.steps.enumerated().filter { _, step in
            step.subject.hasPrefix(whole.path("out")) || (destination.commits && step.act == .commit)
        }.map(\.offset)
        for place in Self.thinned(steps, to: cuts) {
            try await cut(at: place, step: disk.steps[place], leaves: expected)
        }
    }

    /// Makes the plan alone, as `sprocket check` does.
    ///
    /// - Throws: `ContractViolation`.
    func verifyPlan() async throws {
        _ = try await plan(in: try TemporaryFolder(.inMemory), checkpoints: "\"never\"")
    }

    /// Interrupts a run at a step, starts it again, and compares the result.
    private func cut(at number: Int, step: DurableStep, leaves expected: [String: [UInt8]]) async throws {
        let folder = try TemporaryFolder(.inMemory)
        // A write is torn, so that a part of it is made.
        let isTorn = step.act == .write && step.side == .before
        let disk = try SimulatedDisk(script: [number: isTorn ? .tear : .stop])
        let words = "a run that was interrupted \(step.side) '\(step.act)' of a file, and started again,"
        // The run is expected to fail.
        _ = try? await Faults.$current.withValue(disk) { try await report(in: folder, hasState: true) }
        if disk.isCut { try disk.losePower(seed: UInt64(number)) }
        disk.restart()
        try await Faults.$current.withValue(disk) {
            switch try RunHistory(in: folder.path("state")).runs().first?.status {
            // Interrupted after its last step: another run would be an additional one.
            case "complete": break
            // The next start completes it, and then there is nothing more to do.
            case "intended": try await journal(in: folder).journal.giveUp()
            default:
                let report = try await report(in: folder, hasState: true)
                try await expectPublished(report, words: words, law: .cutRunContinues)
            }
        }
        try compare(folder, with: expected, law: .cutRunContinues, words: words)
    }

    // MARK: Running

    private func journal(
        in folder: TemporaryFolder
    ) async throws -> (plan: Plan, journal: RunJournal, abandoned: Diagnostic?) {
        try await RunStart.journal(in: folder.path("state")) {
            try await plan(in: folder, checkpoints: "1")
        }
    }

    /// Runs the pipeline, from the start or from where an earlier run was interrupted.
    private func report(in folder: TemporaryFolder, hasState: Bool) async throws -> RunReport {
        guard hasState else {
            return await Run(try await plan(in: folder, checkpoints: "\"never\"")).execute()
        }
        let (plan, journal, abandoned) = try await journal(in: folder)
        let report = journal.conclude(await Run(plan, journal: journal).execute())
        if let abandoned {
            throw ContractViolation(
                law: .cutRunContinues,
                detail: "an interrupted run starts again: \(abandoned.rendered())"
            )
        }
        return report
    }

    private func plan(in folder: TemporaryFolder, checkpoints: String) async throws -> Plan {
        let out = folder.path("out")
        try FileSystem.createFolder(around: out + "/file")
        let context = bench.context
        let text = """
            name = \(context.run.pipeline.quoted)
            [run]
            batch_size = \(min(max(context.batchSize, 1), 100_000))
            checkpoint_every = \(checkpoints)
            verify = "content"
            on_reject = "drop"
            \(sections(out))
            """
        let services = Services(
            registry: registry,
            environment: context.environment,
            time: context.time,
            random: context.random,
            transport: bench.transport,
            kept: context.kept,
            shared: shared,
            stateFolder: context.stateFolder
        )
        // Two runs that start in one state folder have different names.
        let isFirst = try RunHistory(in: folder.path("state")).runs().isEmpty
        let own = context.run
        let next = RunIdentity(pipeline: own.pipeline, id: own.id + "2", date: own.date, time: own.time)
        do {
            return try await Plan(
                PipelineFile(Array(text.utf8), path: "contract.toml"),
                services: services,
                identity: isFirst ? own : next,
                recalls: true
            )
        } catch {
            throw ContractViolation(
                law: .runComesToItsEnd,
                detail: "the plan is refused: " + error.all.map { $0.rendered() }.joined(separator: "; ")
            )
        }
    }

    // MARK: Comparing

    private func expectPublished(
        _ report: RunReport,
        words: String,
        law: ContractViolation.Law = .runComesToItsEnd
    ) async throws {
        let reason: String
        switch report.outcome {
        case .published: return
        case .failed(let diagnostic), .sumsDisagree(let diagnostic), .sourceChanged(let diagnostic),
            .unrecorded(let diagnostic), .refused(let diagnostic), .partly(let diagnostic):
            reason = diagnostic.rendered()
        case .tooManyRejected, .stopped, .nothingNew:
            reason = "\(report.outcome)"
        }
        throw ContractViolation(law: law, detail: "\(words): \(reason)")
    }

    private func compare(
        _ folder: TemporaryFolder,
        with expected: [String: [UInt8]],
        law: ContractViolation.Law,
        words: String
    ) throws {
        let contents = try FolderContents(of: folder) { $0.hasPrefix("out/") }
        let names = destination.foreign(contents.files.keys.map { String($0.dropFirst(4)) })
        let files = try names.reduce(into: destination.visible(folder.path("out"))) {
            $0[$1] = contents.files["out/" + $1]
        }
        let hidden = try destination.hidden(folder.path("out"))
        guard hidden.isEmpty else {
            throw ContractViolation(law: law, detail: "\(words) leaves \(hidden.joined(separator: ", "))")
        }
        guard files != expected else { return }
        let others = Set(files.keys).union(expected.keys).sorted().filter { files[$0] != expected[$0] }
        let sizes = others.map { name in
            "'\(name)' has \(files[name].map { "\($0.count) bytes" } ?? "not come into being") instead of "
                + (expected[name].map { "\($0.count) bytes" } ?? "not being there")
        }
        throw ContractViolation(law: law, detail: "\(words) leaves other files: \(sizes.joined(separator: ", "))")
    }

    /// Some of many indices, spread evenly between the first and the last.
    private static func thinned(_ all: [Int], to most: Int) -> [Int] {
        guard all.count > most else { return all }
        return (1...most).map { all[$0 * all.count / (most + 1)] }
    }
}
