internal import Diagnostics
internal import PluginKit
internal import Records
internal import Pipelines

/// The part of a run that takes pages one after the other: memories, sinks, counts.
struct Flow {
    let context: RunContext
    var report: RunReport
    var progress = RunProgress()
    /// The sinks, by their place among the nodes.
    var queues: [SinkQueue] = []
    /// The transforms, with what they remember.
    var transforms = Transforms()
    /// Where the sources are that have been read, or begun.
    var positions: [Int: SourcePosition] = [:]
    /// How many records each source has handed over.
    var entered: [Int: Int] = [:]
    /// How far incremental sources have got, earlier runs included.
    var edges: [Int: IncrementEdge] = [:]
    /// How far they had got before this run.
    var delivered: [Int: IncrementEdge] = [:]
    /// The incremental sources of which everything is read although an earlier run has.
    var wholeReads: [Int: WholeRead] = [:]
    /// The records whose time has not come.
    var later: [Int: NotYet] = [:]
    /// When the run began, in microseconds since 1970-01-01T00:00:00Z: no bookmark gets beyond that, however often the
    /// run is resumed.
    let present: Int64
    var ledger = PageLedger()
    var rejects: RejectWriter?
    var rejectWindow: RejectWindow?
    /// Files that wait for their names.
    var pending: [StagedFile] = []
    /// Temporary names that could not be freed when the files were published.
    var leftovers: [String] = []
    /// Whether everything is where an earlier attempt has left it, so that the run can write.
    var isBegun = false
    private var pageCount = 0
    private let start: Duration
    private let onProgress: (@Sendable (RunProgress) -> Void)?

    init(_ context: RunContext, start: Duration, present: Int64, onProgress: (@Sendable (RunProgress) -> Void)?) {
        let plan = context.plan
        self.present = present
        self.context = context
        self.start = start
        self.onProgress = onProgress
        // A dry run writes nothing, and claims nothing.
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

    /// Takes a page through the stages that remember something, and hands it to the sinks as soon as they have room.
    mutating func consume(_ work: consuming PageWork) async throws {
        let page = pageCount
        pageCount += 1
        progress.read += work.read
        progress.stage = context[work.stage].name
        var sent: [Int: Int] = [:]
        while case let arrivals = work.takeArrivals(), !arrivals.isEmpty {
            for arrival in arrivals { try await take(arrival, of: page, work: &work, sent: &sent) }
        }
        ledger.add(page, work: work, sent: sent)
        try book()
        if ledger.isFull { try await settle() }
        tell()
    }

    private mutating func take(
        _ arrival: PageWork.Arrival,
        of page: Int,
        work: inout PageWork,
        sent: inout [Int: Int]
    ) async throws {
        let index = arrival.node
        let node = context[index]
        var batch = arrival.batch
        switch node.stage {
        case .transform where arrival.asLookup:
            do {
                try await context.monitor.during(.remembering(index)) {
                    try await transforms.remember(batch, at: index)
                }
            } catch {
                throw Diagnostic.placing(error, at: node.name, origin: batch.origin)
            }
            work.note(StageOutcome(remembered: batch.count, at: index))
        case .transform:
            guard let apply = transforms.inOrder(index) else {
                throw Diagnostic.placing(Diagnostic.stageHasEnded, at: node.name, origin: batch.origin)
            }
            batch.reshape(to: node.input)
            let start = context.plan.time.now
            let changed = try await context.monitor.during(.remembering(index)) {
                try await context.change(batch, at: index, isRepeatable: false, apply: apply)
            }
            try await work.leave(changed, of: batch.count, from: index, busy: context.plan.time.now - start)
        case .sink:
            guard let queue = queues.first(where: { $0.node == index }) else {
                throw Diagnostic.placing(Diagnostic.stageHasEnded, at: node.name, origin: batch.origin)
            }
            sent[index, default: 0] += 1
            let before = context.monitor.enter(.writing(index))
            defer { context.monitor.enter(before) }
            try await queue.send(batch, of: page)
        case .source:
            break
        }
    }

    /// Takes one more page of what memories have, of the first stage that has all records and is not empty yet; tables that
    /// have all records are made ready for use.
    ///
    /// - Returns: Whether there was a page.
    mutating func drainPage() async throws -> Bool {
        var isComplete: [Bool] = []
        for (index, node) in context.plan.nodes.enumerated() {
            switch node.stage {
            case .source:
                isComplete.append(positions[index]?.isAtEnd ?? false)
            case .sink:
                isComplete.append(false)
            case .transform:
                // Inputs stand before what reads them.
                if let lookup = node.lookup, isComplete[lookup.node] { try await seal(index) }
                let hasAll = ([node.lookup].compactMap { $0 } + node.inputs).allSatisfy { isComplete[$0.node] }
                if hasAll, !transforms.isDone(index), try await drain(index) { return true }
                isComplete.append(hasAll)
            }
        }
        return false
    }

    private mutating func seal(_ index: Int) async throws {
        do {
            try await context.monitor.during(.remembering(index)) { try await transforms.seal(index) }
        } catch {
            throw Diagnostic.placing(error, at: context[index].name, origin: nil)
        }
    }

    /// Takes a page of a memory through the stages after it; false if there is no memory.
    private mutating func drain(_ index: Int) async throws -> Bool {
        guard transforms.hasMemory(index) else {
            transforms.finish(index)
            return false
        }
        let node = context[index]
        var outputs = Outputs(node.outputs)
        let start = context.plan.time.now
        let drained: Drained
        do {
            drained = try await context.monitor.during(.remembering(index)) {
                try await transforms.drain(index, into: &outputs)
            }
        } catch {
            throw Diagnostic.placing(error, at: node.name, origin: nil)
        }
        var work = PageWork(context, transforms: transforms.sideBySide, isOthers: context.isOthers(madeBy: index))
        try await work.enter(
            made: &outputs,
            from: index,
            numbers: &transforms[numbersOf: index],
            busy: context.plan.time.now - start
        )
        transforms.turnPage(index)
        if case .end = drained { transforms.finish(index) }
        try await consume(work)
        return true
    }

    /// Tells how far the run is.
    mutating func tell() {
        guard let onProgress else { return }
        progress.elapsed = context.plan.time.now - start
        progress.context = context
        context.monitor.note(progress)
        onProgress(progress)
    }
}
