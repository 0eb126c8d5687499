internal import Diagnostics
internal import PluginKit
internal import Records
internal import Pipelines

/// A sink, its mark, and the batches that wait for it.
final class SinkQueue: Sendable {
    /// The outcome of a batch.
    struct Outcome: Sendable {
        /// The number of the page that the batch belongs to.
        let page: Int
        let outcomes: [StageOutcome]
        /// How many records the sink has accepted.
        let accepted: Int
    }

    /// The number of the sink's node.
    let node: Int
    /// Where it is noted what the sink is doing.
    let slot: WorkSlot
    private let context: RunContext
    private let sink: any SinkStage
    private let isDry: Bool
    private let queue: BoundedQueue<Item>
    private let state: Locked<State>

    private struct Item: Sendable {
        let page: Int
        let batch: Batch
    }

    private struct State {
        var mark: String?
        /// The mark to commit at, once the sink has completed what was written.
        var end: String?
        var accepted: Int
        var outcomes: [Outcome] = []
    }

    /// A queue to a sink.
    ///
    /// - Parameters:
    ///   - sink: The sink.
    ///   - node: The number of its node.
    ///   - context: The run.
    ///   - mark: Where it continues; nil at the start.
    ///   - accepted: How many records precede the mark.
    init(_ sink: any SinkStage, at node: Int, context: RunContext, from mark: String?, accepted: Int) {
        self.sink = sink
        self.node = node
        self.context = context
        slot = WorkSlot(.idle, time: context.plan.time)
        isDry = context.plan.scope.isDry
        queue = BoundedQueue(capacity: context.plan.settings.queue)
        state = Locked(State(mark: mark, accepted: accepted))
    }

    /// The mark after the last batch that was written.
    ///
    /// Batches that wait or are being written are not included.
    var mark: String? { state.withLock { $0.mark } }

    /// How many records the sink has accepted.
    var accepted: Int { state.withLock { $0.accepted } }

    /// How many batches wait for it.
    var waiting: Int { queue.waiting }

    /// The memory of those batches in bytes.
    var bytesWaiting: Int { queue.sum { $0.batch.bytesInMemory } }

    /// Adds a batch of a page as soon as there is room in the queue.
    ///
    /// - Throws: why an earlier batch could not be written.
    func send(_ batch: consuming Batch, of page: Int) async throws {
        try await queue.send(Item(page: page, batch: batch))
    }

    /// Writes batches until the queue is finished.
    func run() async {
        await queue.run { item in
            slot.enter(.passing, bytes: item.batch.bytesInMemory)
            defer { slot.enter(.idle, bytes: 0) }
            var outcome = Writing(outcomes: [])
            try await write(item.batch, writing: &outcome)
            state.withLock { state in
                state.accepted += outcome.accepted
                state.outcomes.append(
                    Outcome(page: item.page, outcomes: outcome.outcomes, accepted: outcome.accepted)
                )
            }
        }
    }

    /// Waits until all batches in the queue are written.
    func drained() async throws { try await queue.drained() }

    /// Ends the queue: no further batches will be added.
    func finish() { queue.finish() }

    /// The outcomes of batches since the last call.
    func takeOutcomes() -> [Outcome] {
        state.withLock { state in
            defer { state.outcomes = [] }
            return state.outcomes
        }
    }

    /// The files that hold the records up to the mark.
    ///
    /// - Throws: a diagnostic at the sink.
    func parts() throws -> [StagedFile] {
        guard let mark, !isDry else { return [] }
        do {
            let parts = try sink.parts(at: mark)
            context.writers.note(parts.map(\.temporaryPath), of: context[node])
            return parts
        } catch {
            throw Diagnostic.placing(error, at: context[node].name, origin: nil)
        }
    }

    /// Has the sink prepare to write.
    ///
    /// - Parameter attempt: The number of the attempt at the run, counted from 1.
    /// - Throws: a diagnostic at the sink.
    func begin(attempt: Int) async throws {
        guard !isDry else { return }
        do {
            try await sink.begin(at: mark, attempt: attempt)
        } catch {
            throw Diagnostic.placing(error, at: context[node].name, origin: nil)
        }
    }

    /// Has the sink complete what it wrote.
    ///
    /// - Throws: a diagnostic at the sink.
    func delivery() async throws -> Delivery<String> {
        if isDry { return Delivery(at: "", written: accepted) }
        do {
            let delivery = try await sink.finish(at: mark)
            state.withLock { $0.end = delivery.mark }
            context.writers.note(delivery.files.map(\.temporaryPath), of: context[node])
            return delivery
        } catch {
            throw Diagnostic.placing(error, at: context[node].name, origin: nil)
        }
    }

    /// The commit that the sink has to make; nil if it only publishes files, or has nothing to commit.
    var commit: CommitSequence.Item? {
        guard !isDry, sink.commitment.commits, let mark = state.withLock({ $0.end }) else { return nil }
        return CommitSequence.Item(
            stage: context[node].name,
            plugin: context[node].plugin,
            isRefusable: sink.commitment == .refusable,
            mark: mark,
            sink: sink
        )
    }

    /// Has the sink discard what it wrote.
    func abandon() async {
        guard !isDry else { return }
        await sink.abandon(at: state.withLock { $0.end ?? $0.mark })
    }

    private struct Writing {
        var outcomes: [StageOutcome]
        var accepted = 0
    }

    /// Writes a batch at the mark.
    ///
    /// A batch that the sink refuses is divided until the bad record is found.
    private func write(_ batch: consuming Batch, writing: inout Writing) async throws {
        let received = batch.count
        let origins = batch.origins
        let start = context.plan.time.now
        do {
            batch.reshape(to: context[node].input)
            if !isDry { try await write(&batch) }
        } catch StageFailure.badBatch(let reason) {
            guard batch.count > 1 else {
                batch.reject(0, code: reason.code, because: reason.message)
                var batches = [batch]
                writing.outcomes.append(StageOutcome(of: 1, batches: &batches, at: node, stage: context[node]))
                return
            }
            let middle = batch.count / 2
            try await write(batch.part(0..<middle), writing: &writing)
            try await write(batch.part(middle..<batch.count), writing: &writing)
            return
        } catch {
            throw Diagnostic.placing(error, at: context[node].name, origin: origins.text)
        }
        var batches = [batch]
        var outcome = StageOutcome(of: received, batches: &batches, at: node, stage: context[node])
        outcome.busy = context.plan.time.now - start
        writing.outcomes.append(outcome)
        writing.accepted += batches[0].count
    }

    private func write(_ batch: inout Batch) async throws {
        let mark = mark
        let layers = context[node].layers.wrapping(.write)
        let meter = context.monitor.meters[node]
        let attempt: @Sendable (Batch) async throws -> (batch: Batch, mark: String) = { [sink] batch in
            var batch = batch
            let mark = try await sink.write(&batch, at: mark)
            return (batch, mark)
        }
        let written: (batch: Batch, mark: String)
        if context.calls.areDirect(layers) {
            written = try await meter.measuring(context.plan.time) { try await attempt(batch) }
        } else {
            let call = Call<Batch, (batch: Batch, mark: String)>(.write, stage: context[node].name, input: batch)
            written = try await context.calls.make(call, through: layers, meter: meter, operation: attempt)
        }
        batch = written.batch
        state.withLock { $0.mark = written.mark }
    }
}
