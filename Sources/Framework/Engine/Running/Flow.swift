internal import Diagnostics
internal import PluginKit
internal import Records

/// The moving parts of a run: where each sink is, what each lookup remembers, and what became of the records.
struct Flow {
    let plan: Plan
    var report: RunReport

    private let readers: [[(node: Int, asLookup: Bool)]]
    /// Where each sink is.
    var marks: [String?]
    private var tables: [(any Sendable)?]
    /// Files that wait for their names.
    var pending: [PendingFile] = []
    var rejects: RejectWriter?
    var progress = RunProgress()
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

    /// Tells how far the run is.
    mutating func tell() {
        guard let onProgress else { return }
        progress.elapsed = plan.time.now - start
        onProgress(progress)
    }

    private func describing(_ node: Plan.Node, _ batch: borrowing Batch, _ body: () throws -> Void) throws {
        do { try body() } catch { throw Self.placed(error, node, batch.origin) }
    }

    /// An error of a stage, at the stage.
    static func placed(_ error: any Error, _ node: Plan.Node, _ origin: String?) -> any Error {
        if error is CancellationError { return error }
        return Diagnostic.wrapping(error, at: .stage(node.name, at: origin.flatMap { $0.isEmpty ? nil : "at \($0)" }))
    }
}
