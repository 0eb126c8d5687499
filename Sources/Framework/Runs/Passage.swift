internal import Diagnostics
internal import PluginKit
internal import Records
internal import Pipelines

/// The way of a page through the stages that remember nothing.
///
/// Those of several pages are made at the same time. What comes to a stage that remembers something, or to a sink, waits
/// in `arrivals` until it is the page's turn.
struct Passage: Sendable {
    /// A batch before a stage that takes pages one after the other.
    struct Arrival: Sendable {
        let node: Int
        let asLookup: Bool
        var batch: Batch
    }

    let route: Route
    /// What lookups have in mind.
    let tables: [(any Sendable)?]
    /// Whether the page is another part's: what goes into tables is made of it, and nothing else.
    let isOthers: Bool
    private(set) var arrivals: [Arrival] = []
    private(set) var settlements: [Settlement] = []
    /// Records that went to more than one reader, once for each reader after the first.
    private(set) var copied = 0
    /// How many records were read.
    private(set) var read = 0
    /// How many of them a source handed over.
    private(set) var entered = 0
    /// The stage that was left last.
    private(set) var stage = 0
    /// How far an incremental source has got.
    private(set) var edge: IncrementEdge?
    /// The first few records whose time has not come.
    private(set) var later: [NotYet.Record] = []

    init(_ route: Route, tables: [(any Sendable)?], isOthers: Bool = false) {
        self.route = route
        self.tables = tables
        self.isOthers = isOthers
    }

    /// Takes a page of a source through the stages.
    ///
    /// - Parameters:
    ///   - page: The page.
    ///   - index: The source.
    ///   - delivered: What an earlier run has delivered of an incremental source.
    ///   - present: The moment that no value of an incremental source may be later than, in microseconds since
    ///     1970-01-01T00:00:00Z.
    /// - Throws: a diagnostic at the stage that could not do it, or a `CancellationError`.
    mutating func enter(
        _ page: consuming Page,
        from index: Int,
        delivered: IncrementEdge?,
        present: Int64
    ) async throws {
        var batch = page.takeBatch()
        let bytes = batch.bytesOfText
        stage = index
        entered = batch.count
        try check(batch, route[index].request.schema, index)
        // Columns that nobody wants were not read, and are null.
        batch.reshape(to: route[index].output)
        if let increment = route[index].increment {
            var edge = IncrementEdge()
            later = edge.take(&batch, increment, known: delivered, present: present)
            self.edge = edge
        }
        var settlement = Settlement(read: &batch, at: index)
        settlement.busy = page.busy
        settlement.bytes = bytes
        read += settlement.tally.received
        settlements.append(settlement)
        try await send(batch, from: Plan.Port(node: index, output: 0))
    }

    /// Takes records that a stage made of its memory through the stages behind it.
    mutating func enter(made batch: consuming Batch, from index: Int) async throws {
        try check(batch, route[index].output, index)
        settlements.append(Settlement(made: &batch, at: index))
        try await send(batch, from: Plan.Port(node: index, output: 0))
    }

    /// Takes what a stateful stage made of a batch through the stages behind it.
    mutating func leave(
        _ batch: consuming Batch,
        of received: Int,
        from index: Int,
        busy: Duration
    ) async throws {
        try check(batch, route[index].output, index)
        var settlement = Settlement(of: received, &batch, at: index, route[index])
        settlement.busy = busy
        settlements.append(settlement)
        try await send(batch, from: Plan.Port(node: index, output: 0))
    }

    /// Hands over what waits.
    mutating func takeArrivals() -> [Arrival] {
        defer { arrivals = [] }
        return arrivals
    }

    /// Notes what became of records elsewhere.
    mutating func note(_ settlement: Settlement) { settlements.append(settlement) }

    /// Hands a batch to every reader of an output.
    private mutating func send(_ batch: consuming Batch, from port: Plan.Port) async throws {
        guard !batch.isEmpty else { return }
        let all = route.readers[port.node][port.output]
        let readers = isOthers ? all.filter(route.fillsTable) : all
        if readers.isEmpty {
            let reason = all.isEmpty ? Settlement.unread : "of other parts"
            settlements.append(Settlement(unread: batch.count, of: port.node, because: reason))
        }
        copied += batch.count * max(0, readers.count - 1)
        for reader in readers.dropLast() { try await arrive(copy batch, reader) }
        if let last = readers.last { try await arrive(batch, last) }
    }

    private mutating func arrive(_ batch: consuming Batch, _ reader: Plan.Reader) async throws {
        switch route[reader.node].stage {
        case .transform, .router:
            if reader.asLookup { break }
            try await process(batch, at: reader.node)
            return
        case .source, .stateful, .sink:
            break
        }
        arrivals.append(Arrival(node: reader.node, asLookup: reader.asLookup, batch: batch))
    }

    private mutating func process(_ batch: consuming Batch, at index: Int) async throws {
        stage = index
        let node = route[index]
        batch.reshape(to: node.input)
        do {
            switch node.stage {
            case .transform(let transform): try await apply(transform, to: &batch, at: index)
            case .router(let router): try await apply(router, to: &batch, at: index)
            case .source, .stateful, .sink: break
            }
        } catch StageFailure.refused(let diagnostic) {
            try await divide(batch, at: index, because: diagnostic)
        }
    }

    /// Takes a batch that a transform refused through it in two halves, and rejects the record when it is alone.
    private mutating func divide(_ batch: consuming Batch, at index: Int, because reason: Diagnostic) async throws {
        guard batch.count > 1 else {
            let node = route[index]
            batch.reject(0, reason.code, because: reason.message)
            settlements.append(Settlement(of: 1, &batch, at: index, node))
            return
        }
        let middle = batch.count / 2
        try await process(batch.part(0..<middle), at: index)
        try await process(batch.part(middle..<batch.count), at: index)
    }

    private mutating func apply(_ transform: any TransformStage, to batch: inout Batch, at index: Int) async throws {
        let node = route[index]
        let table = tables[index]
        let received = batch.count
        let origins = batch.origins
        let layers = node.layers.wrapping(.batch)
        let meter = route.monitor.meters[index]
        let start = route.plan.time.now
        do {
            if route.calls.areDirect(layers) {
                try await meter.measuring(route.plan.time) { try await transform.apply(to: &batch, using: table) }
            } else {
                var cargo = Cargo(exchange(&batch, with: Batch([:])))
                defer { swap(&batch, &cargo.batch) }
                try await route.calls.change(.batch, node, &cargo, through: layers, meter) { cargo in
                    try await transform.apply(to: &cargo.batch, using: table)
                }
            }
        } catch let failure as StageFailure where failure.isRefusal {
            throw failure
        } catch {
            throw Diagnostic.placing(error, node.name, origins.text)
        }
        try check(batch, node.output, index)
        var settlement = Settlement(of: received, &batch, at: index, node)
        settlement.busy = route.plan.time.now - start
        settlements.append(settlement)
        let port = Plan.Port(node: index, output: 0)
        var taken = Batch([:])
        swap(&taken, &batch)
        try await send(taken, from: port)
    }

    private mutating func apply(_ router: any RoutingStage, to batch: inout Batch, at index: Int) async throws {
        let node = route[index]
        let received = batch.count
        let origins = batch.origins
        let layers = node.layers.wrapping(.batch)
        let meter = route.monitor.meters[index]
        var outputs: [Batch]
        let start = route.plan.time.now
        do {
            if route.calls.areDirect(layers) {
                outputs = Self.empty(node, origins)
                try await meter.measuring(route.plan.time) { try await router.route(&batch, to: &outputs) }
            } else {
                var cargo = Cargo(exchange(&batch, with: Batch([:])))
                defer { swap(&batch, &cargo.batch) }
                outputs = try await route.calls.change(.batch, node, &cargo, through: layers, meter) { cargo in
                    var outputs = Self.empty(node, origins)
                    try await router.route(&cargo.batch, to: &outputs)
                    return outputs
                }
            }
        } catch let failure as StageFailure where failure.isRefusal {
            throw failure
        } catch {
            throw Diagnostic.placing(error, node.name, origins.text)
        }
        // What no output took is filtered.
        let rest = batch.count
        batch.noteFiltered(rest, because: node.filter)
        batch.removeRecords()
        let others = outputs.reduce(0) { $0 + $1.count }
        var settlement = Settlement(of: received, &batch, others: others, at: index, node)
        settlement.busy = route.plan.time.now - start
        settlements.append(settlement)
        for (output, routed) in outputs.enumerated() {
            try check(routed, node.outputs[output].schema, index)
            try await send(routed, from: Plan.Port(node: index, output: output))
        }
    }

    private static func empty(_ node: Plan.Node, _ origins: Origins) -> [Batch] {
        node.outputs.map { output in
            var batch = Batch(output.schema)
            batch.origins = origins
            return batch
        }
    }

    /// Refuses a batch with other columns than were promised.
    private func check(_ batch: borrowing Batch, _ promised: Schema, _ index: Int) throws {
        guard batch.schema != promised else { return }
        let node = route[index]
        throw Diagnostic(
            "plugin.columns",
            "the columns are \(batch.schema.names), and \(promised.names) were promised",
            category: .defect,
            at: .stage(node.name, at: batch.origin.isEmpty ? nil : "at \(batch.origin)"),
            hint: "this is a mistake of the plugin '\(node.plugin)', please report it"
        )
    }
}

extension StageFailure {
    /// Whether a record in the batch is the cause.
    var isRefusal: Bool { if case .refused = self { true } else { false } }
}
