internal import Diagnostics
internal import PluginKit
internal import Records
internal import Pipelines

/// The part of a run that takes pages one after the other: memories, sinks, counts.
struct Flow {
    let route: Route
    var report: RunReport
    var progress = RunProgress()
    /// The sinks, by their place among the nodes.
    var lanes: [SinkLane] = []
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

    init(_ route: Route, start: Duration, present: Int64, onProgress: (@Sendable (RunProgress) -> Void)?) {
        let plan = route.plan
        self.present = present
        self.route = route
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
    mutating func consume(_ passage: consuming Passage) async throws {
        let page = pageCount
        pageCount += 1
        progress.read += passage.read
        progress.stage = route[passage.stage].name
        var sent: [Int: Int] = [:]
        while case let arrivals = passage.takeArrivals(), !arrivals.isEmpty {
            for arrival in arrivals { try await take(arrival, of: page, passage: &passage, sent: &sent) }
        }
        ledger.add(page, passage: passage, sent: sent)
        try book()
        if ledger.isFull { try await settle() }
        tell()
    }

    private mutating func take(
        _ arrival: Passage.Arrival,
        of page: Int,
        passage: inout Passage,
        sent: inout [Int: Int]
    ) async throws {
        let index = arrival.node
        let node = route[index]
        var batch = arrival.batch
        switch node.stage {
        case .transform where arrival.asLookup:
            do {
                try await route.monitor.during(.remembering(index)) { try await transforms.remember(batch, at: index) }
            } catch {
                throw Diagnostic.placing(error, at: node.name, origin: batch.origin)
            }
            passage.note(Settlement(remembered: batch.count, at: index))
        case .transform:
            guard let apply = transforms.inOrder(index) else {
                throw Diagnostic.placing(Diagnostic.stageHasEnded, at: node.name, origin: batch.origin)
            }
            batch.reshape(to: node.input)
            let start = route.plan.time.now
            let changed = try await route.monitor.during(.remembering(index)) {
                try await route.change(batch, at: index, isRepeatable: false, apply: apply)
            }
            try await passage.leave(changed, of: batch.count, from: index, busy: route.plan.time.now - start)
        case .sink:
            guard let lane = lanes.first(where: { $0.node == index }) else {
                throw Diagnostic.placing(Diagnostic.stageHasEnded, at: node.name, origin: batch.origin)
            }
            sent[index, default: 0] += 1
            let before = route.monitor.enter(.writing(index))
            defer { route.monitor.enter(before) }
            try await lane.send(batch, of: page)
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
        for (index, node) in route.plan.nodes.enumerated() {
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
            try await route.monitor.during(.remembering(index)) { try await transforms.seal(index) }
        } catch {
            throw Diagnostic.placing(error, at: route[index].name, origin: nil)
        }
    }

    /// Takes a page of a memory through the stages after it; false if there is no memory.
    private mutating func drain(_ index: Int) async throws -> Bool {
        guard transforms.hasMemory(index) else {
            transforms.finish(index)
            return false
        }
        let node = route[index]
        var outputs = Outputs(node.outputs)
        let start = route.plan.time.now
        let drained: Drained
        do {
            drained = try await route.monitor.during(.remembering(index)) {
                try await transforms.drain(index, into: &outputs)
            }
        } catch {
            throw Diagnostic.placing(error, at: node.name, origin: nil)
        }
        var passage = Passage(route, transforms: transforms.sideBySide, isOthers: route.isOthers(madeBy: index))
        try await passage.enter(
            made: &outputs,
            from: index,
            numbers: &transforms[numbersOf: index],
            busy: route.plan.time.now - start
        )
        transforms.turnPage(index)
        if case .end = drained { transforms.finish(index) }
        try await consume(passage)
        return true
    }

    /// Tells how far the run is.
    mutating func tell() {
        guard let onProgress else { return }
        progress.elapsed = route.plan.time.now - start
        progress.route = route
        route.monitor.note(progress)
        onProgress(progress)
    }
}
