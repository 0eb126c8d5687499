internal import Diagnostics
internal import PluginKit
internal import Records
internal import StateStore
public import Pipelines

/// Executes a plan: passes batches from sources through transforms to sinks, and publishes everything at the end, or
/// nothing.
public struct Run: Sendable {
    let plan: Plan
    let journal: RunJournal?
    let control: RunControl
    private let tick: Duration?
    private let onProgress: (@Sendable (RunProgress) -> Void)?
    /// Receives the run when it begins, to be looked at while it works.
    package var onBegin: (@Sendable (LiveRun) -> Void)?

    /// A run of a plan.
    ///
    /// - Parameters:
    ///   - plan: The plan.
    ///   - journal: Records how far the run is and what it is about to publish; nil to store nothing.
    ///   - control: Stops the run on request.
    ///   - tick: The interval of further calls of `onProgress`, also while nothing happens; nil for none.
    ///   - onProgress: Receives the progress after each page; it must return quickly.
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

    /// Executes the run.
    ///
    /// Whatever happens, either all files get their final names or none does. If the disk does not allow that, the
    /// report states which files are visible (`RunReport.standing`).
    ///
    /// Leaves the caller's actor once: every further switch would cost a thousand times more on the main actor.
    ///
    /// - Returns: How the run ended, with all counts.
    @concurrent
    public func execute() async -> RunReport {
        let start = plan.time.now
        let context = RunContext(plan, lastSuccess: journal?.lastSuccess)
        onBegin?(LiveRun(context))
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
        // Exporters take their time, and a user who stopped the run may end the program meanwhile.
        if let journal {
            report = journal.write(report)
            context.monitor.correct(report)
        }
        // The files have their names. If the values cannot be stored now, the next run stores them.
        if journal != nil, case .published = report.outcome { try? await plan.kept.publish() }
        await exporting.finish()
        report.findings = plan.findings.all + plan.log.all
        return report
    }

    /// Calls `onProgress` at intervals while `body` runs, so that waiting is visible.
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

    /// When the present data was last read; nil if there is new data.
    ///
    /// A source may ask a server for that; the request is cancelled when the run is stopped.
    private func unchangedSince(_ journal: RunJournal) async throws -> Int64? {
        // Stored values only save work: a stage that needs them reports what is wrong with them.
        try? await plan.kept.begin(
            isResumed: journal.resumption != nil,
            after: journal.lastComplete,
            keeping: plan.keptDescriptions
        )
        // A resumed run does not ask.
        guard journal.resumption == nil else { return nil }
        return try await control.unlessStopped { [plan] in try await plan.unchangedSince(journal) }
    }

    private func carryOut(_ context: RunContext, since start: Duration) async -> RunReport {
        let present = (journal?.startedAt ?? plan.clock.seconds.multiplied(clamped: 1000)).multiplied(clamped: 1000)
        var order = OrderedRun(
            context,
            book: RunBook(context, start: start, onProgress: onProgress),
            sources: SourceProgress(context, present: present)
        )
        var output = CompletedOutput(context)
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
                order.book.end(.nothingNew(since: since))
                journal.removeFiles(except: [])
                journal.removeSpill()
                order.book.complete(checkpoints: await writer.count, cursors: order.sources.cursors)
                return order.book.report
            }
            try await begin(&order, writer: writer)
            try await work(&order, output: &output, writer: writer)
            try order.book.checkRejects()
            try order.book.checkSums()
            order.sources.conclude(order.book.report.stages)
            if let journal {
                journal.note(order.sources.bookmarks)
                journal.dropRevisions(of: order.sources.cut)
            }
            order.book.complete(checkpoints: await writer.count, cursors: order.sources.cursors)
            try await output.publish(order.queues, book: &order.book, journal: journal, writer: writer)
            // The next start removes what could not be removed.
            journal?.removeFiles(except: output.leftovers)
            journal?.removeSpill()
        } catch {
            order.book.end(Self.outcome(of: error, control: control))
            control.enter(.ending)
            await end(&order, output: &output, writer: writer)
        }
        control.enter(.ending)
        for node in plan.nodes { await node.layers.finish() }
        order.book.complete(checkpoints: await writer.count, cursors: await cursors(order, writer: writer))
        return order.book.report
    }

    /// Where the next run continues; if this one cannot be resumed, where its sources are.
    ///
    /// The last checkpoint of a run that was cut short may not have been stored.
    private func cursors(_ order: OrderedRun, writer: CheckpointWriter) async -> [Int: String] {
        guard order.book.report.canBeResumed else { return order.sources.cursors }
        let stored = await writer.cursors
        return Dictionary(
            uniqueKeysWithValues: plan.nodes.enumerated().compactMap { index, node in
                guard let text = stored[node.name] else { return nil }
                return (index, (try? SourcePosition(text))?.summary ?? text)
            }
        )
    }

    /// Opens sinks and transforms, and continues from the last checkpoint or bookmark.
    private func begin(_ order: inout OrderedRun, writer: CheckpointWriter) async throws {
        let checkpoint = journal?.resumption
        order.book.begin(attempt: journal?.attempt ?? 1, from: checkpoint?.sequence)
        order.openQueues(at: checkpoint?.marks ?? [:])
        // Files of memories that the checkpoint does not name are of no use.
        journal?.removeSpill(except: checkpoint?.parts.map(\.path) ?? [])
        try order.openTransforms(from: checkpoint?.states) { stage in
            journal?.spillFolder(of: stage) ?? SpillFolder(temporary: plan.temporaryFolder)
        }
        if let checkpoint {
            try await resume(&order, writer: writer, at: checkpoint)
        } else {
            try await order.sources.resume(journal?.bookmarks ?? [])
        }
        try await order.beginSinks()
    }

    /// Restores everything from a checkpoint.
    private func resume(_ order: inout OrderedRun, writer: CheckpointWriter, at checkpoint: Checkpoint) async throws {
        try order.restore(checkpoint)
        let known = Set(checkpoint.parts.map { FileSystem.absoluteName($0.path) })
        for part in try order.parts()
        where part.bytes > 0 && !known.contains(FileSystem.absoluteName(part.temporaryPath)) {
            throw Diagnostic(
                "state.part",
                message:
                    "the run was interrupted while it wrote to another file: a link to the output has changed since",
                category: .environment,
                at: .file(part.temporaryPath),
                hint: "restore the link, or start the run over: --restart"
            )
        }
        order.book.note(cursorsBefore: order.sources.cursors)
        await writer.resume(try order.parts(), from: checkpoint.parts)
    }

    /// Keeps or removes what a run that has failed or was stopped has written.
    private func end(_ order: inout OrderedRun, output: inout CompletedOutput, writer: CheckpointWriter) async {
        let hasCheckpoint = await writer.count > 0 || journal?.resumption != nil
        let report = order.book.report
        if report.isToBePublished {
            // The next start needs every file as it is.
            order.book.noteResumable()
        } else if journal?.resumption != nil, !order.hasBegun {
            // It ended before it wrote, so its files are as the checkpoint states.
            order.book.noteResumable()
        } else if hasCheckpoint, !(report.outcome.isWithoutWayOn && forgetsCheckpoint) {
            order.book.noteResumable()
            output.leave((try? order.parts()) ?? [], book: &order.book)
            // If the files cannot be listed, any of them may be needed.
            if let parts = try? order.parts() { journal?.removeFiles(except: parts.map(\.temporaryPath)) }
        } else {
            await output.abandon(order.queues, book: &order.book)
            journal?.removeFiles(except: [])
            journal?.removeSpill()
        }
    }

    /// Deletes the checkpoint from the state, before the files are removed that it lists.
    ///
    /// If that cannot be stored, the files have to stay, or the next start would miss them.
    private var forgetsCheckpoint: Bool {
        guard let journal else { return true }
        return (try? journal.dropCheckpoint()) != nil
    }

    private static func outcome(of error: any Error, control: RunControl) -> RunReport.Outcome {
        switch error {
        case let error as TooManyRejected: return .tooManyRejected(error.allowance)
        case let error as SumsDisagree: return .sumsDisagree(error.diagnostic)
        case StageFailure.sourceChanged(let diagnostic): return .sourceChanged(diagnostic)
        case let error as CommitRefused: return .refused(error.reason)
        case let error as PartlyVisible: return .partly(error.reason)
        case is Stopped, is CancellationError:
            guard case .timeLimit(let limit) = control.reason else { return .stopped }
            return .failed(
                Diagnostic(
                    "run.time-limit",
                    message: "the run has taken longer than \(limit.literal.filter { $0 != "\"" })",
                    category: .transient,
                    hint: "run again to resume where it stopped, or raise 'time_limit' under [run]"
                )
            )
        default: return .failed(Diagnostic.wrapping(error, at: .stage("run", at: nil)))
        }
    }
}
