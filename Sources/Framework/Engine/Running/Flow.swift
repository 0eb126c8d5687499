internal import Diagnostics
internal import PluginKit
internal import Records

/// The moving parts of a run: where each sink is, what each lookup remembers, and what became of the records.
struct Flow {
    let plan: Plan
    var report: RunReport

    private let readers: [[(node: Int, asLookup: Bool)]]
    private var marks: [String?]
    private var tables: [(any Sendable)?]
    private var pending: [PendingFile] = []
    private var rejects: RejectWriter?
    private var progress = RunProgress()
    private let start: Duration
    private let onProgress: (@Sendable (RunProgress) -> Void)?

    init(_ plan: Plan, start: Duration, onProgress: (@Sendable (RunProgress) -> Void)?) {
        self.plan = plan
        self.start = start
        self.onProgress = onProgress
        readers = plan.nodes.indices.map { plan.readers(of: $0) }
        marks = Array(repeating: nil, count: plan.nodes.count)
        tables = plan.nodes.map { node in
            guard case .transform(let transform) = node.stage else { return nil }
            return transform.makeTable()
        }
        rejects = plan.settings.onReject.keep.map { RejectWriter($0.path(in: plan.run)) }
        report = RunReport(
            pipeline: plan.pipeline,
            run: plan.run,
            stages: plan.nodes.map { .init(name: $0.name, plugin: $0.plugin, kind: $0.kind, tally: Tally()) }
        )
    }

    /// Takes a page of a source through the stages.
    mutating func read(_ batch: Batch, by index: Int) async throws {
        report.stages[index].tally.received += batch.count
        progress.read += batch.count
        var batch = batch
        progress.stage = plan.nodes[index].name
        try settle(&batch, from: batch.count + batch.rejections.count, at: index)
        try await send(batch, from: index)
        tell()
    }

    /// Hands a batch to every reader of a stage.
    private mutating func send(_ batch: Batch, from index: Int) async throws {
        guard !batch.isEmpty else { return }
        let readers = readers[index]
        if readers.isEmpty {
            report.stages[index].tally.sent -= batch.count
            report.stages[index].tally.filtered.add(Filtered("read by no other stage", batch.count))
        }
        report.copied += batch.count * max(0, readers.count - 1)
        for reader in readers {
            if reader.asLookup {
                try remember(batch, at: reader.node)
            } else {
                try await process(batch, at: reader.node)
            }
        }
    }

    private mutating func remember(_ batch: Batch, at index: Int) throws {
        let node = plan.nodes[index]
        guard case .transform(let transform) = node.stage else { return }
        try describing(node, batch) { try transform.remember(batch, in: &tables[index]) }
        report.stages[index].tally.received += batch.count
        report.stages[index].tally.filtered.add(Filtered("looked up by '\(node.name)'", batch.count))
    }

    private mutating func process(_ batch: consuming Batch, at index: Int) async throws {
        let node = plan.nodes[index]
        let received = batch.count
        report.stages[index].tally.received += received
        batch.reshape(to: node.input)
        switch node.stage {
        case .source:
            break
        case .transform(let transform):
            let origin = batch.origin
            let layers = node.layers.wrapping(.batch)
            do {
                if layers.isEmpty {
                    try await transform.apply(to: &batch, using: tables[index])
                } else {
                    let table = tables[index]
                    batch = try await layers.run(Call(.batch, stage: node.name, input: batch)) { input in
                        var changed = input
                        try await transform.apply(to: &changed, using: table)
                        return changed
                    }
                }
            } catch {
                throw Self.placed(error, node, origin)
            }
            try settle(&batch, from: received, at: index)
            try await send(batch, from: index)
        case .sink(let sink):
            try await write(&batch, to: sink, at: index)
            try settle(&batch, from: received, at: index)
            progress.accepted += batch.count
        }
    }

    private mutating func write(_ batch: inout Batch, to sink: any SinkStage, at index: Int) async throws {
        let node = plan.nodes[index]
        let layers = node.layers.wrapping(.write)
        let mark = marks[index]
        let origin = batch.origin
        do {
            if layers.isEmpty {
                marks[index] = try await sink.write(&batch, at: mark)
            } else {
                let written = try await layers.run(Call(.write, stage: node.name, input: batch)) { input in
                    var batch = input
                    let mark = try await sink.write(&batch, at: mark)
                    return Written(batch: batch, mark: mark)
                }
                batch = written.batch
                marks[index] = written.mark
            }
        } catch {
            throw Self.placed(error, node, origin)
        }
    }

    private struct Written: Sendable {
        let batch: Batch
        let mark: String
    }

    /// Books what a stage made of a batch: what it filtered, what it rejected, what goes on.
    private mutating func settle(_ batch: inout Batch, from received: Int, at index: Int) throws {
        let node = plan.nodes[index]
        guard node.kind == .sink || batch.schema == node.output else {
            throw Diagnostic(
                "plugin.columns",
                "the columns are \(batch.schema.names), and \(node.output.names) were promised",
                at: .stage(node.name, at: batch.origin.isEmpty ? nil : "at \(batch.origin)"),
                hint: "this is a mistake of the plugin '\(node.plugin)', please report it"
            )
        }
        let rejections = batch.takeRejections()
        let filtered = batch.takeFiltered()
        let explained = batch.count + rejections.count + filtered.reduce(0) { $0 + $1.count }
        for reason in filtered { report.stages[index].tally.filtered.add(reason) }
        if explained < received {
            report.stages[index].tally.filtered.add(Filtered("by '\(node.name)'", received - explained))
        } else if node.kind == .source {
            // A source rejects records that it read but could not make a row of.
            report.stages[index].tally.received += explained - batch.count
        } else {
            report.stages[index].tally.added += explained - received
        }
        report.stages[index].tally.rejected += rejections.count
        for rejection in rejections { book(rejection, node.name) }
        rejects?.append(rejections, stage: node.name)
        // A sink's records are sent when it says what its destination has.
        if node.kind != .sink { report.stages[index].tally.sent += batch.count }
        if plan.settings.onReject.stopsAtOnce, !rejections.isEmpty { throw TooManyRejected(limit: 0) }
    }

    private mutating func book(_ rejection: Rejection, _ stage: String) {
        let isSame = { (known: RunReport.RejectionCount) in
            known.stage == stage && known.code == rejection.code && known.reason == rejection.reason
        }
        guard let index = report.rejections.firstIndex(where: isSame) else {
            // Reasons with data in them could be many; past a hundred they are counted by code alone.
            let reason = report.rejections.count < 100 ? rejection.reason : "further reasons"
            report.rejections.append(
                .init(code: rejection.code, reason: reason, stage: stage, count: 1, examples: [rejection])
            )
            return
        }
        report.rejections[index].count += 1
        if report.rejections[index].examples.count < 5 { report.rejections[index].examples.append(rejection) }
    }

    /// Has every sink complete what it wrote.
    mutating func finishSinks() async throws {
        progress.isFinishing = true
        for (index, node) in plan.nodes.enumerated() {
            guard case .sink(let sink) = node.stage else { continue }
            progress.stage = node.name
            tell()
            do {
                let delivery = try await sink.finish(at: marks[index])
                let taken = Set(pending.map(\.path) + (rejects.map { [$0.path] } ?? []))
                pending += delivery.files
                if let twin = delivery.files.first(where: { taken.contains($0.path) }) {
                    throw Diagnostic(
                        "run.same-file",
                        "another part of the run writes the same file: \(twin.path)",
                        hint: "give each its own path"
                    )
                }
                report.remarks += delivery.remarks
                report.stages[index].tally.sent = delivery.written
                for reason in delivery.filtered { report.stages[index].tally.filtered.add(reason) }
            } catch {
                throw Self.placed(error, node, nil)
            }
        }
    }

    /// Refuses to publish what does not add up.
    func checkSums() throws {
        for stage in report.stages where !stage.tally.isBalanced {
            let tally = stage.tally
            throw SumsDisagree(
                diagnostic: Diagnostic(
                    "run.sums",
                    "\(stage.kind) '\(stage.name)': \(tally.received + tally.added) records came in, but "
                        + "\(tally.sent) written or passed on, \(tally.filteredCount) filtered and "
                        + "\(tally.rejected) rejected make \(tally.sent + tally.filteredCount + tally.rejected)",
                    hint: "nothing was published; this is a mistake of the plugin '\(stage.plugin)', please report it"
                )
            )
        }
        guard report.isBalanced else {
            throw SumsDisagree(
                diagnostic: Diagnostic("run.sums", "the records of the stages do not add up from end to end")
            )
        }
    }

    /// Gives all files their final names, and makes the names durable.
    mutating func publish() throws {
        if let kept = try rejects?.complete() { report.rejectFile = kept }
        try Publication.publish(pending)
        report.files = pending
        pending = []
    }

    /// Throws away what was written; rejected records that were to be kept are kept, to be looked at.
    mutating func abandon() async {
        for file in pending { FileSystem.remove(file.temporaryPath) }
        pending = []
        for node in plan.nodes {
            if case .sink(let sink) = node.stage { await sink.abandon() }
        }
        // The run has failed already, for a reason that is told; a second one would hide it.
        if report.rejectFile == nil { report.rejectFile = try? rejects?.complete() }
    }

    private mutating func tell() {
        guard let onProgress else { return }
        progress.elapsed = plan.time.now - start
        onProgress(progress)
    }

    private func describing(_ node: Plan.Node, _ batch: borrowing Batch, _ body: () throws -> Void) throws {
        do { try body() } catch { throw Self.placed(error, node, batch.origin) }
    }

    private static func placed(_ error: any Error, _ node: Plan.Node, _ origin: String?) -> any Error {
        if error is CancellationError { return error }
        return Diagnostic.wrapping(error, at: .stage(node.name, at: origin.flatMap { $0.isEmpty ? nil : "at \($0)" }))
    }
}
