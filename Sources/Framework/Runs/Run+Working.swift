internal import Diagnostics
internal import PluginKit
internal import Records
internal import Pipelines

/// The tasks of a run, and how they work together:
///
///     pages of a source, several at a time ─→ window ─→ the run itself ─→ queue ─→ sink
///       read, then stages without memory                stages with memory  queue ─→ sink
///                                    pages of memories ─────┘└─→ queue ─→ checkpoints
///
/// Every arrow holds a number of batches and no more, so that a slow sink holds up the source.
extension Run {
    /// Reads all sources, and has every sink complete what it wrote.
    func work(_ flow: inout Flow, writer: CheckpointWriter) async throws {
        control.enter(.working)
        let queues = flow.queues
        let checkpoints = BoundedQueue<CheckpointWriter.Task>(capacity: 1)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await cancelling(when: { await drainLimit() }) {
                    await withDiscardingTaskGroup { group in
                        for queue in queues { group.addTask { await queue.run() } }
                    }
                }
            }
            group.addTask { await checkpoints.run { try await writer.perform($0) } }
            if let limit = plan.settings.timeLimit {
                group.addTask {
                    try? await plan.time.sleep(until: plan.time.now + limit)
                    if !Task.isCancelled { control.stop(.timeLimit(limit)) }
                }
            }
            defer { group.cancelAll() }
            var clock = CheckpointClock(plan.settings.checkpointEvery, time: plan.time)
            try await drain(&flow, clock: &clock, checkpoints: checkpoints)
            for index in plan.sourceOrder {
                try await read(index, flow: &flow, clock: &clock, checkpoints: checkpoints)
                try await drain(&flow, clock: &clock, checkpoints: checkpoints)
            }
            try await store(&flow, checkpoints: checkpoints)
            // A sink that completes what it wrote can do so another time.
            control.enter(.settled)
            try await flow.finishSinks(control)
            control.enter(.working)
        }
    }

    /// Waits until the time is over that a run that is stopped has for bringing what it has read to the sinks.
    private func drainLimit() async {
        await control.stopped()
        if !Task.isCancelled { try? await plan.time.sleep(until: plan.time.now + plan.settings.stopWithin) }
    }

    /// Stores a checkpoint, and waits until it is stored.
    private func store(_ flow: inout Flow, checkpoints: BoundedQueue<CheckpointWriter.Task>) async throws {
        guard journal != nil, plan.settings.checkpointEvery != .never else { return try await flow.settle() }
        let snapshot = try await flow.snapshot()
        try await flow.context.monitor.during(.storing) {
            try await checkpoints.send(.save(snapshot))
            try await checkpoints.drained()
        }
    }

    /// Takes what memories have that have all their records, page by page.
    private func drain(
        _ flow: inout Flow,
        clock: inout CheckpointClock,
        checkpoints: BoundedQueue<CheckpointWriter.Task>
    ) async throws {
        while try await flow.drainPage() {
            if control.isStopped || Task.isCancelled {
                defer { control.enter(.settled) }
                try await store(&flow, checkpoints: checkpoints)
                throw Stopped()
            }
            clock.pass()
            guard journal != nil, checkpoints.isIdle, clock.isDue else { continue }
            try await checkpoints.send(.save(try await flow.snapshot()))
            clock.restart()
        }
    }

    /// Reads a source from where it is to its end.
    private func read(
        _ index: Int,
        flow: inout Flow,
        clock: inout CheckpointClock,
        checkpoints: BoundedQueue<CheckpointWriter.Task>
    ) async throws {
        let position = flow.positions[index] ?? SourcePosition()
        guard !position.isAtEnd else { return }
        if control.isStopped || Task.isCancelled {
            try await store(&flow, checkpoints: checkpoints)
            throw Stopped()
        }
        guard let plain = flow.reading(of: index, from: position, workers: workers) else { return }
        // A source may ask a server what identifies its pages. One that is stopped reads none.
        let reading = (try? await control.unlessStopped { await plain.identifyingPages() }) ?? plain
        let window = reading.window
        let monitor = flow.context.monitor
        monitor.reads(index, limit: window.width) { window.inFlight }
        defer { monitor.readsNothing() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await cancelling(when: { await control.stopped() }, body: reading.run) }
            group.addTask {
                await control.stopped()
                if control.isStopped { window.stop() }
            }
            defer { group.cancelAll() }
            do {
                while let arrival = await monitor.during(.reading(index), body: window.next) {
                    let work: PageWork
                    do {
                        work = try arrival.result.get()
                    } catch {
                        throw UnreadPage(cause: error)
                    }
                    flow.note(work, of: index)
                    flow.entered[index, default: 0] += work.entered
                    try await flow.consume(work)
                    window.release(arrival.number)
                    if control.isStopped { throw Stopped() }
                    clock.pass()
                    guard journal != nil, checkpoints.isIdle else { continue }
                    if clock.isDue {
                        flow.positions[index] = reading.place(read: flow.entered[index] ?? 0)
                        try await checkpoints.send(.save(try await flow.snapshot()))
                        clock.restart()
                    } else if clock.isLookDue {
                        clock.restartLook()
                        try await checkpoints.send(.look(try flow.queues.flatMap { try $0.parts() }))
                    }
                }
                flow.positions[index] = reading.place(read: flow.entered[index] ?? 0)
                if control.isStopped, flow.positions[index]?.isAtEnd != true { throw Stopped() }
            } catch {
                flow.positions[index] = reading.place(read: flow.entered[index] ?? 0)
                window.close()
                group.cancelAll()
                let cause = (error as? UnreadPage)?.cause ?? error
                guard control.isStopped, cause is CancellationError || cause is Stopped else {
                    if let page = error as? UnreadPage, clock.isDue, !page.isMoved {
                        // What came before is whole. That it could not be stored matters less than the failure at hand.
                        try? await store(&flow, checkpoints: checkpoints)
                    }
                    throw cause
                }
                // Now, because a source that does not let go keeps the group from ending.
                defer { control.enter(.settled) }
                try await store(&flow, checkpoints: checkpoints)
                throw Stopped()
            }
        }
    }

    private var workers: Int { plan.settings.workers ?? Processors.count + 1 }
}

/// A page could not be read; all before it are where they belong.
private struct UnreadPage: Error {
    let cause: any Error

    /// Whether what is read is not what it was when reading began, so that there is nothing to go on with.
    var isMoved: Bool { if case StageFailure.sourceChanged = cause { true } else { false } }
}

/// Says when the next checkpoint is due.
private struct CheckpointClock {
    private let interval: CheckpointInterval
    private let time: any TimeSource
    private var last: Duration
    private var lastLook: Duration
    private var pages = 0

    /// How often the files are looked at in between.
    private static let lookInterval = Duration.milliseconds(250)

    init(_ interval: CheckpointInterval, time: any TimeSource) {
        self.interval = interval
        self.time = time
        last = time.now
        lastLook = last
    }

    /// Notes one more page.
    mutating func pass() { pages += 1 }

    /// Whether a checkpoint is due.
    var isDue: Bool {
        switch interval {
        case .time(let length): time.now - last >= length
        case .pages(let count): pages >= count
        case .never: false
        }
    }

    /// Whether the files should be looked at.
    var isLookDue: Bool { interval != .never && time.now - lastLook >= Self.lookInterval }

    /// Begins to wait for the next checkpoint.
    mutating func restart() {
        last = time.now
        lastLook = last
        pages = 0
    }

    /// Begins to wait for the next look.
    mutating func restartLook() { lastLook = time.now }
}

/// Does something, and cancels it when something else has happened first.
private func cancelling(
    when happens: @escaping @Sendable () async -> Void,
    body: @escaping @Sendable () async -> Void
) async {
    await withTaskGroup(of: Void.self) { group in
        group.addTask { await body() }
        group.addTask { await happens() }
        await group.next()
        group.cancelAll()
    }
}
