internal import Diagnostics
internal import PluginKit
internal import Records
internal import StateStore
internal import Pipelines

/// The accounts of a run: pages that are under way, tallies of the stages, rejected records, and the report.
///
/// A page is opened when it leaves its source, added when its batches are in the queues of the sinks, and counted when
/// all sinks have written them. Pages are counted in their order, so no number depends on which sink was faster.
struct RunBook {
    private let context: RunContext
    /// What is to be reported of the run.
    private(set) var report: RunReport
    private var ledger = PageLedger()
    private var rejects: RejectWriter?
    private var rejectWindow: RejectWindow?
    private var pageCount = 0
    private var progress = RunProgress()
    private let start: Duration
    private let onProgress: (@Sendable (RunProgress) -> Void)?

    /// An empty book.
    ///
    /// - Parameters:
    ///   - context: The run.
    ///   - start: When the run began, on the clock of the plan.
    ///   - onProgress: Receives the progress after each page.
    init(_ context: RunContext, start: Duration, onProgress: (@Sendable (RunProgress) -> Void)?) {
        let plan = context.plan
        self.context = context
        self.start = start
        self.onProgress = onProgress
        // A dry run writes no files and claims none.
        let keep = plan.scope.isDry ? nil : plan.settings.onReject.keep
        rejects = keep.map { RejectWriter($0.path(in: plan.run)) }
        rejectWindow = plan.settings.onReject.window.map(RejectWindow.init(size:))
        report = RunReport(
            pipeline: plan.pipeline,
            run: plan.run,
            configuration: plan.configuration,
            configurationWithoutScope: plan.configurationWithoutScope,
            scope: plan.scope,
            stages: plan.nodes.map { .init(name: $0.name, plugin: $0.plugin, kind: $0.kind, tally: Tally()) }
        )
    }

    // MARK: Beginning

    /// Notes which attempt at the run this is.
    ///
    /// - Parameters:
    ///   - attempt: Counted from 1.
    ///   - checkpoint: The number of the checkpoint that it resumes from; nil at the start of a run.
    mutating func begin(attempt: Int, from checkpoint: Int?) {
        report.attempt = attempt
        report.resumedFrom = checkpoint
    }

    /// Notes where the sources are when the run is resumed.
    mutating func note(cursorsBefore cursors: [Int: String]) {
        for (index, cursor) in cursors { report.stages[index].cursorBefore = cursor }
    }

    /// The counts as a checkpoint stores them.
    var counters: RunCounters {
        RunCounters(
            tallies: report.stages.map(\.tally),
            rejections: report.rejections,
            copied: report.copied,
            read: progress.read,
            accepted: progress.accepted,
            window: rejectWindow,
            remarks: context.plan.log.all.map(StoredRemark.init)
        )
    }

    /// Restores the counts, and the file of rejected records, from a checkpoint.
    ///
    /// - Throws: `checkpoint.state` if the counts cannot be read.
    mutating func restore(_ checkpoint: Checkpoint) throws {
        let counters = try RunCounters(encoded: checkpoint.counters)
        guard counters.tallies.count == report.stages.count else { throw StateReader.damaged }
        for (index, tally) in counters.tallies.enumerated() { report.stages[index].tally = tally }
        report.rejections = counters.rejections
        report.copied = counters.copied
        // If the limit has been changed since, counting starts here.
        if let window = counters.window, window.size == rejectWindow?.size { rejectWindow = window }
        for remark in counters.remarks { context.plan.log.say(remark.diagnostic) }
        progress.read = counters.read
        progress.accepted = counters.accepted
        if let path = rejects?.temporaryPath, let part = checkpoint.parts.first(where: { $0.path == path }) {
            rejects?.resume(at: part.bytes, records: part.records)
        }
    }

    // MARK: Pages

    /// Opens a page that has passed the stages without a memory.
    ///
    /// - Returns: The number of the page, counted from 0.
    mutating func open(_ work: PageWork) -> Int {
        defer { pageCount += 1 }
        progress.read += work.read
        progress.stage = context[work.stage].name
        return pageCount
    }

    /// Adds a page whose batches are in the queues of the sinks.
    ///
    /// - Parameters:
    ///   - page: Its number.
    ///   - work: The outcome of its records before the sinks.
    ///   - sent: How many of its batches each sink received, by the sink's number among the nodes.
    mutating func add(_ page: Int, work: PageWork, sent: [Int: Int]) { ledger.add(page, work: work, sent: sent) }

    /// Whether the ledger is full, so that the sinks must catch up before the next page.
    var isFull: Bool { ledger.isFull }

    /// Counts the pages that all sinks have written.
    ///
    /// - Throws: `TooManyRejected` if more records were rejected than the pipeline tolerates at any time.
    mutating func settle(_ queues: [SinkQueue]) throws {
        for queue in queues { ledger.note(queue.takeOutcomes(), of: queue.node) }
        for entry in ledger.takeWritten() { try count(entry) }
    }

    private mutating func count(_ entry: PageLedger.Entry) throws {
        report.copied += entry.copied
        progress.accepted += entry.accepted
        context.monitor.book(entry.outcomes)
        var rejected = 0
        for outcome in entry.outcomes {
            report.stages[outcome.node].tally.add(outcome.tally)
            report.stages[outcome.node].busy += outcome.busy
            guard !outcome.rejections.isEmpty else { continue }
            let stage = context[outcome.node].name
            rejected += outcome.rejections.count
            for rejection in outcome.rejections { report.count(rejection, of: stage) }
            // Every partition reads the records of tables. Only one of them keeps those that are rejected.
            if !entry.isOthers { rejects?.append(outcome.rejections, stage: stage, attempt: report.attempt) }
        }
        guard rejectWindow != nil || rejected > 0 else { return }
        rejectWindow?.add(read: entry.read, rejected: rejected)
        let policy = context.plan.settings.onReject
        if policy.stopsAtOnce, rejected > 0 { throw TooManyRejected(allowance: .limit(0)) }
        if let limit = policy.limit, let window = rejectWindow, window.rejected > limit {
            throw TooManyRejected(allowance: .ofLast(limit, of: window.size))
        }
    }

    // MARK: Progress

    /// Passes on how far the run is.
    mutating func showProgress() {
        guard let onProgress else { return }
        progress.elapsed = context.plan.time.now - start
        progress.rejected = report.rejected
        progress.context = context
        context.monitor.note(progress)
        onProgress(progress)
    }

    /// Passes on that the sinks complete what they wrote.
    mutating func showFinishing(_ sinks: [String]) {
        progress.isFinishing = true
        progress.stage = sinks.joined(separator: "', '")
        showProgress()
    }

    // MARK: Checks before publishing

    /// Counts what a sink has completed, with its remarks.
    mutating func count(_ delivery: Delivery<String>, of index: Int) {
        let name = context[index].name
        report.remarks += delivery.remarks.map { "\(name): \($0)" }
        if !delivery.earlierFiles.isEmpty {
            report.earlierFiles.append((stage: name, paths: delivery.earlierFiles))
        }
        report.stages[index].tally.deliver(delivery.written, leavingOut: delivery.filtered)
        context.monitor.book(filtered: delivery.filtered.reduce(0) { $0 + $1.count }, by: index)
    }

    /// Adds the remarks of the stages about records to the report.
    ///
    /// Sources and transforms come first, as in the pipeline file; the remarks of sinks about their files follow.
    mutating func addRemarks() {
        for stage in report.stages { report.remarks += stage.tally.remarks.map { "\(stage.name): \($0.text)" } }
    }

    /// Refuses to publish with more rejected records than the pipeline allows.
    ///
    /// - Throws: `TooManyRejected`.
    func checkRejects() throws {
        let policy = context.plan.settings.onReject
        if policy.window == nil, let limit = policy.limit, report.rejected > limit {
            throw TooManyRejected(allowance: .limit(limit))
        }
        if let share = policy.share, Double(report.rejected) > share * Double(report.read) {
            throw TooManyRejected(allowance: .share(share))
        }
    }

    /// Refuses to publish if the counts do not add up.
    ///
    /// - Throws: `SumsDisagree`.
    func checkSums() throws {
        if let imbalance = report.imbalance { throw SumsDisagree(diagnostic: imbalance) }
    }

    // MARK: The file of rejected records

    /// Its final path; nil if rejected records are not kept.
    var rejectPath: String? { rejects?.path }

    /// The file with the rejected records so far; nil if there are none.
    mutating func rejectPart() throws(Diagnostic) -> StagedFile? { try rejects?.part() }

    /// Completes the file; nil if there are no rejected records.
    mutating func completeRejects() throws(Diagnostic) -> StagedFile? { try rejects?.complete() }

    /// Leaves the file alone from now on, because another part of the run writes the same one.
    mutating func abandonRejectFile() { rejects = nil }

    /// Gives the file its final name although the run has failed, so that users can examine the records.
    mutating func keepRejects() {
        guard let rejects else { return }
        guard (try? context.plan.refuseForeignRejects(at: rejects.path)) != nil else { return rejects.discard() }
        guard let kept = try? self.rejects?.complete() else { return }
        // The run has already failed, for a reason that is reported. A second one would hide it.
        report.rejectFile = try? Self.place(kept)
    }

    /// Copies the file to its final name, so that users can examine the records before the run is resumed.
    mutating func copyRejects() {
        guard let kept = try? rejects?.part(), let rejects else { return }
        do {
            try context.plan.refuseForeignRejects(at: rejects.path)
            try FileSystem.copy(kept.temporaryPath, to: rejects.path)
            report.rejectFile = StagedFile(
                kept.temporaryPath,
                to: rejects.path,
                bytes: kept.bytes,
                records: kept.records
            )
        } catch {
            // The records are still in the temporary file, and the resumed run continues there.
        }
    }

    private static func place(_ file: StagedFile) throws -> StagedFile {
        let target = try OutputTarget(file.path)
        let placement = try FileSystem.place(file.temporaryPath, at: target)
        // The file has its name, even if that does not survive a power failure.
        try? FileSystem.syncFolder(of: target.file)
        FileSystem.removeReplaced(file.temporaryPath, by: target, placement: placement)
        return file
    }

    // MARK: Publication and the end

    /// Notes which files have their final names, or are about to get them.
    mutating func note(published files: [StagedFile]) {
        report.files = files.filter { $0.path != rejects?.path }
        report.rejectFile = files.first { $0.path == rejects?.path }
    }

    /// Notes what a sink is about to publish.
    mutating func note(output: RunReport.Output) { report.outputs.append(output) }

    /// Notes the commits that the run makes.
    mutating func note(commits: [RunReport.Commit]) { report.commits = commits }

    /// Notes whether the next start has to complete the publication.
    mutating func note(isToBePublished: Bool) { report.isToBePublished = isToBePublished }

    /// Notes that the next start resumes the run.
    mutating func noteResumable() { report.canBeResumed = true }

    /// Notes how the run ended.
    mutating func end(_ outcome: RunReport.Outcome) { report.outcome = outcome }

    /// Adds to the report what is known only at the end.
    ///
    /// - Parameters:
    ///   - checkpoints: How many this attempt has stored.
    ///   - cursors: Where the sources are, or where the next run continues.
    mutating func complete(checkpoints: Int, cursors: [Int: String]) {
        report.complete(in: context, checkpoints: checkpoints, cursors: cursors)
        report.duration = context.plan.time.now - start
    }
}
