internal import Diagnostics
internal import PluginKit
internal import Records

/// The tasks of a run, and how they work together:
///
///     pages of a source, several at a time ─→ window ─→ the run itself ─→ lane ─→ sink
///       read, then stages without memory                stages with memory  lane ─→ sink
///                                                            └─→ lane ─→ checkpoints
///
/// Every arrow holds a number of batches and no more, so that a slow sink holds up the source.
extension Run {
    /// Reads all sources, and has every sink complete what it wrote.
    func work(_ flow: inout Flow, _ writer: CheckpointWriter) async throws {
        let lanes = flow.lanes
        let checkpoints = Lane<Snapshot>(capacity: 1)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await cancelling(when: { await drainLimit() }) {
                    await withDiscardingTaskGroup { group in
                        for lane in lanes { group.addTask { await lane.run() } }
                    }
                }
            }
            group.addTask { await checkpoints.run { try await writer.save($0) } }
            if let limit = plan.settings.timeLimit {
                group.addTask {
                    try? await plan.time.sleep(until: plan.time.now + limit)
                    if !Task.isCancelled { control.stop(.timeLimit(limit)) }
                }
            }
            defer { group.cancelAll() }
            var clock = CheckpointClock(plan.settings.checkpointEvery, plan.time)
            for index in plan.sourceOrder { try await read(index, &flow, &clock, checkpoints) }
            try await flow.flush()
            try await store(&flow, checkpoints)
            try await flow.finishSinks(control)
        }
    }

    /// Waits until the time is over that a run that is stopped has for bringing what it has read to the sinks.
    private func drainLimit() async {
        await control.stopped()
        if !Task.isCancelled { try? await plan.time.sleep(until: plan.time.now + plan.settings.stopWithin) }
    }

    /// Stores a checkpoint, and waits until it is stored.
    private func store(_ flow: inout Flow, _ checkpoints: Lane<Snapshot>) async throws {
        guard journal != nil, plan.settings.checkpointEvery != .never else { return try await flow.settle() }
        try await checkpoints.send(try await flow.snapshot())
        try await checkpoints.drained()
    }

    /// Reads a source from where it is to its end.
    private func read(
        _ index: Int,
        _ flow: inout Flow,
        _ clock: inout CheckpointClock,
        _ checkpoints: Lane<Snapshot>
    ) async throws {
        let position = flow.positions[index] ?? SourcePosition()
        guard !position.isAtEnd else { return }
        if control.isStopped || Task.isCancelled {
            try await store(&flow, checkpoints)
            throw Stopped()
        }
        guard let reading = await flow.reading(of: index, from: position, workers)?.identifyingPages() else { return }
        let window = reading.window
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await cancelling(when: { await control.stopped() }, reading.run) }
            group.addTask {
                await control.stopped()
                if control.isStopped { window.stop() }
            }
            defer { group.cancelAll() }
            do {
                while let arrival = await window.next() {
                    let passage = try arrival.result.get()
                    if let edge = passage.edge { flow.note(edge, of: index) }
                    flow.entered[index, default: 0] += passage.entered
                    try await flow.consume(passage)
                    window.release(arrival.number)
                    if control.isStopped { throw Stopped() }
                    guard journal != nil, clock.isDue, checkpoints.isIdle else { continue }
                    flow.positions[index] = window.position(read: flow.entered[index] ?? 0)
                    try await checkpoints.send(try await flow.snapshot())
                    clock.restart()
                }
                flow.positions[index] = window.position(read: flow.entered[index] ?? 0)
                if control.isStopped, flow.positions[index]?.isAtEnd != true { throw Stopped() }
            } catch {
                flow.positions[index] = window.position(read: flow.entered[index] ?? 0)
                window.close()
                group.cancelAll()
                guard control.isStopped, error is CancellationError || error is Stopped else { throw error }
                // Now, because a source that does not let go keeps the group from ending.
                try await store(&flow, checkpoints)
                throw Stopped()
            }
        }
    }

    private var workers: Int { plan.settings.workers ?? Processors.count + 1 }
}

/// Says when the next checkpoint is due.
private struct CheckpointClock {
    private let interval: CheckpointInterval
    private let time: any TimeSource
    private var last: Duration
    private var pages = 0

    init(_ interval: CheckpointInterval, _ time: any TimeSource) {
        self.interval = interval
        self.time = time
        last = time.now
    }

    /// Whether one is due, behind one more page.
    var isDue: Bool {
        mutating get {
            pages += 1
            switch interval {
            case .time(let length): return time.now - last >= length
            case .pages(let count): return pages >= count
            case .never: return false
            }
        }
    }

    mutating func restart() {
        last = time.now
        pages = 0
    }
}
