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
    /// What lookups have in mind.
    private(set) var tables: [(any Sendable)?]
    /// What has gone into the tables, to be read back when the run is resumed.
    var logs: [Int: RecordLog] = [:]
    /// What stateful transforms remember.
    var memories: [(any StoredState)?]
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
    /// Whether stateful transforms have said what was left to say.
    var isFlushed = false
    var ledger = PageLedger()
    var rejects: RejectWriter?
    var rejectWindow: RejectWindow?
    /// Files that wait for their names.
    var pending: [StagedFile] = []
    /// Temporary names that could not be freed when the files were published.
    var leftovers: [String] = []
    private var pageCount = 0
    private let start: Duration
    private let onProgress: (@Sendable (RunProgress) -> Void)?

    init(_ route: Route, start: Duration, present: Int64, onProgress: (@Sendable (RunProgress) -> Void)?) {
        let plan = route.plan
        self.present = present
        self.route = route
        self.start = start
        self.onProgress = onProgress
        tables = plan.nodes.map { node in
            guard case .transform(let transform) = node.stage else { return nil }
            return transform.makeTable()
        }
        memories = plan.nodes.map { node in
            guard case .stateful(let transform) = node.stage else { return nil }
            return transform.initialState()
        }
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
            for arrival in arrivals { try await take(arrival, of: page, &passage, &sent) }
        }
        ledger.add(page, passage, sent: sent)
        try book()
        if ledger.isFull { try await settle() }
        tell()
    }

    private mutating func take(
        _ arrival: Passage.Arrival,
        of page: Int,
        _ passage: inout Passage,
        _ sent: inout [Int: Int]
    ) async throws {
        let index = arrival.node
        let node = route[index]
        var batch = arrival.batch
        switch node.stage {
        case .transform(let transform) where arrival.asLookup:
            do {
                try await route.monitor.during(.remembering(index)) {
                    try transform.remember(batch, in: &tables[index])
                    try logs[index]?.append(batch)
                }
            } catch {
                throw Diagnostic.placing(error, node.name, batch.origin)
            }
            passage.note(Settlement(remembered: batch.count, at: index))
        case .stateful(let transform):
            batch.reshape(to: node.input)
            let received = batch.count
            let origins = batch.origins
            let start = route.plan.time.now
            do {
                try await route.monitor.during(.remembering(index)) {
                    try await apply(transform, to: &batch, at: index)
                }
            } catch {
                throw Diagnostic.placing(error, node.name, origins.text)
            }
            try await passage.leave(batch, of: received, from: index, busy: route.plan.time.now - start)
        case .sink:
            guard let lane = lanes.first(where: { $0.node == index }) else { break }
            sent[index, default: 0] += 1
            let before = route.monitor.enter(.writing(index))
            defer { route.monitor.enter(before) }
            try await lane.send(batch, of: page)
        case .source, .transform, .router:
            break
        }
    }

    private mutating func apply(_ transform: any StatefulStage, to batch: inout Batch, at index: Int) async throws {
        guard var memory = memories[index] else { return }
        let node = route[index]
        let layers = node.layers.wrapping(.batch)
        let meter = route.monitor.meters[index]
        if route.calls.areDirect(layers) {
            memories[index] = nil  // So that the stage is the only holder, and changes it in place.
            defer { memories[index] = memory }
            try await meter.measuring(route.plan.time) {
                try await transform.apply(to: &batch, remembering: &memory)
            }
        } else {
            memories[index] = nil
            var cargo = Cargo(exchange(&batch, with: Batch([:])), memory: exchange(&memory, with: NoMemory()))
            defer {
                swap(&batch, &cargo.batch)
                memories[index] = cargo.memory
            }
            try await route.calls.change(.batch, node, &cargo, through: layers, meter) { cargo in
                try await transform.apply(to: &cargo.batch, remembering: &cargo.memory)
            }
        }
    }

    /// Lets stateful transforms say what is left to say, each after those that it reads.
    mutating func flush() async throws {
        guard !isFlushed else { return }
        for (index, node) in route.plan.nodes.enumerated() {
            guard case .stateful(let transform) = node.stage, var memory = memories[index] else { continue }
            var batch = Batch(node.output)
            do {
                try await route.monitor.during(.remembering(index)) {
                    try await transform.finish(&memory, into: &batch)
                }
            } catch {
                throw Diagnostic.placing(error, node.name, nil)
            }
            memories[index] = memory
            guard !batch.isEmpty || !batch.rejections.isEmpty else { continue }
            var passage = Passage(route, tables: tables, isOthers: route.isOthers(madeBy: index))
            try await passage.enter(made: batch, from: index)
            try await consume(passage)
        }
        isFlushed = true
    }

    /// Puts back what a lookup had in mind.
    mutating func remember(_ batch: borrowing Batch, at index: Int) throws {
        guard case .transform(let transform) = route[index].stage else { return }
        try transform.remember(batch, in: &tables[index])
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
