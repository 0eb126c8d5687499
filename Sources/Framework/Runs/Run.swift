internal import Diagnostics
internal import PluginKit
internal import Records
internal import StateStore
public import Pipelines

/// Carries out a plan: sources to transforms to sinks, batch by batch, and publishes at the end or not at all.
public struct Run: Sendable {
    let plan: Plan
    let journal: RunJournal?
    let control: RunControl
    private let tick: Duration?
    private let onProgress: (@Sendable (RunProgress) -> Void)?

    /// A run of a plan.
    ///
    /// - Parameters:
    ///   - plan: What to do.
    ///   - journal: Where it writes down how far it is and what it is about to publish; nil to leave no trace.
    ///   - control: Lets somebody stop it.
    ///   - tick: How often `onProgress` is told besides, while nothing happens; nil for never.
    ///   - onProgress: Told after each batch; it should return at once.
    public init(
        _ plan: Plan,
        journal: RunJournal? = nil,
        control: RunControl = RunControl(),
        tick: Duration? = nil,
        onProgress: (@Sendable (RunProgress) -> Void)? = nil
    ) {
        self.plan = plan
        self.journal = journal
        self.control = control
        self.tick = tick
        self.onProgress = onProgress
    }

    /// Does it, and tells how it went.
    ///
    /// Whatever happens, either all files have their final names or none has; where the disk does not allow that, the report
    /// states what is there (`RunReport.standing`).
    ///
    /// Leaves the caller's actor once: every further hop would cost a thousand times more on the main actor.
    @concurrent
    public func execute() async -> RunReport {
        let start = plan.time.now
        let context = RunContext(plan, lastSuccess: journal?.lastSuccess)
        let exporting = Exporting(context, control: control)
        var report = await exporting.during {
            await TemporaryFiles.$current.withValue(journal?.files) {
                await ticking(context) { await carryOut(context, since: start) }
            }
        }
        context.monitor.end(report)
        report.phases = context.phaseTimes
        report.process = context.monitor.process
        report.bottleneck = Bottleneck(context.times(of: report))
        report.findings = plan.findings.all + plan.log.all
        // Exporters take their time, and whoever stopped the run may end the program meanwhile.
        if let journal {
            report = journal.write(report)
            context.monitor.correct(report)
        }
        // The files have their names; what cannot be kept now is kept by the next run.
        if journal != nil, case .published = report.outcome { try? await plan.kept.publish() }
        await exporting.finish()
        report.findings = plan.findings.all + plan.log.all
        return report
    }

    /// Tells again and again how far the run is, so that one that waits is seen to wait.
    private func ticking<Output>(_ context: RunContext, body: () async -> Output) async -> Output {
        guard let tick, let onProgress else { return await body() }
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                while (try? await plan.time.sleep(until: plan.time.now + tick)) != nil, !Task.isCancelled {
                    guard var progress = context.monitor.progress else { continue }
                    progress.elapsed = context.monitor.duration
                    onProgress(progress)
                }
            }
            defer { group.cancelAll() }
            return await body()
        }
    }

    /// When the data was as it is now; nil if there is something to read.
    ///
    /// A source may ask a server for that, which is called off when the run is stopped.
    private func unchangedSince(_ journal: RunJournal) async throws -> Int64? {
        // They are a help: a stage that cannot do without them finds out what is wrong with them.
        try? await plan.kept.begin(
            isResumed: journal.resumption != nil,
            after: journal.lastComplete,
            keeping: plan.keptDescriptions
        )
        // One that is resumed asks nothing.
        guard journal.resumption == nil else { return nil }
        return try await control.unlessStopped { [plan] in try await plan.unchangedSince(journal) }
    }

    private func carryOut(_ context: RunContext, since start: Duration) async -> RunReport {
        var flow = Flow(
            context,
            start: start,
            present: (journal?.startedAt ?? plan.clock.milliseconds).multiplied(clamped: 1000),
            onProgress: onProgress
        )
        let writer = CheckpointWriter(
            journal,
            verification: plan.settings.verify,
            monitor: context.monitor,
            writers: context.writers
        )
        do {
            if let problem = journal?.owners.problems.sorted(by: { $0.key < $1.key }).first?.value { throw problem }
            if let journal,
                let since = try await context.monitor.during(.asking, body: { try await unchangedSince(journal) })
            {
                flow.report.outcome = .nothingNew(since: since)
                journal.removeFiles(except: [])
                journal.removeSpill()
                flow.report = await completed(flow, writer: writer, since: start)
                return flow.report
            }
            try await begin(&flow, writer: writer)
            try await work(&flow, writer: writer)
            try flow.checkRejects()
            try flow.checkSums()
            flow.concludeIncrements()
            if let journal { journal.note(flow.bookmarks) }
            flow.report = await completed(flow, writer: writer, since: start)
            try await flow.publish(journal, writer: writer)
            // What could not be removed the next start removes.
            journal?.removeFiles(except: flow.leftovers)
            journal?.removeSpill()
        } catch {
            flow.report.outcome = Self.outcome(of: error, control: control)
            control.enter(.ending)
            await end(&flow, writer: writer)
        }
        control.enter(.ending)
        for node in plan.nodes { await node.layers.finish() }
        return await completed(flow, writer: writer, since: start)
    }

    /// The report with what is known at the end.
    private func completed(_ flow: Flow, writer: CheckpointWriter, since start: Duration) async -> RunReport {
        var report = flow.report
        report.checkpoints = await writer.count
        let bytesWritten = flow.context.monitor.bytesWritten
        for (index, node) in plan.nodes.enumerated() {
            report.stages[index].retries = flow.context.calls.retries(of: node.name)
            report.stages[index].figures = node.stage.instance.figures
            report.stages[index].layers = node.layers.figures.map { ($0.layer, $0.figures) }
            report.stages[index].calls = flow.context.calls(of: index)
            report.stages[index].bytesRead = node.kind == .source ? flow.context.monitor.counts[index].bytesRead : nil
            report.stages[index].bytesWritten = bytesWritten[index]
        }
        for (index, position) in flow.positions { report.stages[index].cursorAfter = position.summary }
        report.allowance =
            plan.rejectVariable.map { "-D \($0)=\(report.rejected)" }
            ?? "on_reject = { limit = \(report.rejected) } under [run]"
        report.findings = plan.findings.all + plan.log.all
        report.duration = plan.time.now - start
        return report
    }

    /// Makes transforms and sinks ready, and continues where the last attempt was.
    private func begin(_ flow: inout Flow, writer: CheckpointWriter) async throws {
        let checkpoint = journal?.resumption
        flow.report.attempt = journal?.attempt ?? 1
        flow.report.resumedFrom = checkpoint?.sequence
        for (index, node) in plan.nodes.enumerated() {
            guard case .sink(let sink) = node.stage else { continue }
            let queue = SinkQueue(
                sink,
                at: index,
                context: flow.context,
                from: checkpoint?.marks[node.name],
                accepted: 0
            )
            flow.queues.append(queue)
            flow.context.monitor.writes(index, limit: plan.settings.queue, waiting: { queue.waiting }) {
                // What a sink cannot say of its files is missing from the figures, and stops the run elsewhere.
                ((try? queue.parts()) ?? []).reduce(0) { $0 + $1.bytes }
            }
        }
        // What an earlier run has left that the checkpoint does not name is of no use.
        journal?.removeSpill(except: checkpoint?.parts.map(\.path) ?? [])
        flow.transforms = try Transforms(plan, states: checkpoint?.states) { stage in
            journal?.spillFolder(of: stage) ?? SpillFolder(temporary: plan.temporaryFolder)
        }
        if let checkpoint {
            try await resume(&flow, writer: writer, at: checkpoint)
        } else {
            try await flow.resume(journal?.bookmarks ?? [])
        }
        try await flow.beginSinks()
        flow.isBegun = true
    }

    /// Puts everything back where it was at a checkpoint.
    private func resume(_ flow: inout Flow, writer: CheckpointWriter, at checkpoint: Checkpoint) async throws {
        try flow.restore(checkpoint)
        let known = Set(checkpoint.parts.map { FileSystem.absoluteName($0.path) })
        for part in try flow.parts()
        where part.bytes > 0 && !known.contains(FileSystem.absoluteName(part.temporaryPath)) {
            throw Diagnostic(
                "state.part",
                message:
                    "the run was cut off while it wrote to another file: a link to the output leads elsewhere since",
                category: .environment,
                at: .file(part.temporaryPath),
                hint: "put the link back as it was, or begin the run anew: --restart"
            )
        }
        for (index, position) in flow.positions { flow.report.stages[index].cursorBefore = position.summary }
        await writer.resume(try flow.parts(), from: checkpoint.parts)
    }

    /// What is left when a run has not come to its end.
    private func end(_ flow: inout Flow, writer: CheckpointWriter) async {
        let hasCheckpoint = await writer.count > 0 || journal?.resumption != nil
        if flow.report.isToBePublished {
            // The next start needs every file as it is.
            flow.report.canBeResumed = true
        } else if journal?.resumption != nil, !flow.isBegun {
            // It ended before it wrote: its files are as the checkpoint has them.
            flow.report.canBeResumed = true
        } else if hasCheckpoint, !(flow.report.outcome.isWithoutWayOn && forgetsCheckpoint) {
            flow.report.canBeResumed = true
            flow.leave()
            // What cannot be named may be needed.
            if let parts = try? flow.parts() { journal?.removeFiles(except: parts.map(\.temporaryPath)) }
        } else {
            await flow.abandon()
            journal?.removeFiles(except: [])
            journal?.removeSpill()
        }
    }

    /// Deletes the checkpoint from the state, before the files go that it lists.
    ///
    /// Where that cannot be stored the files have to stay, or the next start would miss them.
    private var forgetsCheckpoint: Bool {
        guard let journal else { return true }
        return (try? journal.dropCheckpoint()) != nil
    }

    private static func outcome(of error: any Error, control: RunControl) -> RunReport.Outcome {
        switch error {
        case let error as TooManyRejected: return .tooManyRejected(error.allowance)
        case let error as SumsDisagree: return .sumsDisagree(error.diagnostic)
        case StageFailure.sourceChanged(let diagnostic): return .moved(diagnostic)
        case let error as CommitRefused: return .refused(error.reason)
        case let error as PartlyVisible: return .partly(error.reason)
        case is Stopped, is CancellationError:
            guard case .timeLimit(let limit) = control.reason else { return .stopped }
            return .failed(
                Diagnostic(
                    "run.time-limit",
                    message: "the run has taken longer than \(limit.literal.filter { $0 != "\"" })",
                    category: .transient,
                    hint: "run again to go on where it stopped, or raise 'time_limit' under [run]"
                )
            )
        default: return .failed(Diagnostic.wrapping(error, at: .stage("run", at: nil)))
        }
    }
}
