internal import Diagnostics
internal import PluginKit
internal import Records
internal import Pipelines

/// The tasks of a run, and how they work together:
///
///     pages of a source, several simultaneously ─→ window ─→ OrderedRun ─→ queue ─→ sink
///       read, then stages without a memory           stages with a memory  queue ─→ sink
///                                      pages of memories ─────┘└─→ queue ─→ checkpoints
///
/// Every arrow holds a limited number of batches, so a slow sink delays the source.
extension Run {
    /// The queue to the task that stores checkpoints, concurrently with the run.
    private typealias Checkpoints = BoundedQueue<CheckpointWriter.Task>

    /// Reads all sources, and has every sink complete what it wrote.
    func work(_ order: inout OrderedRun, output: inout CompletedOutput, writer: CheckpointWriter) async throws {
        control.enter(.working)
        let queues = order.queues
        let checkpoints = Checkpoints(capacity: 1)
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
            var session = ReadingSession(plan.settings.checkpointEvery, at: plan.time.now)
            try await drain(&order, session: &session, checkpoints: checkpoints)
            for index in plan.sourceOrder {
                try await read(index, order: &order, session: &session, checkpoints: checkpoints)
                try await drain(&order, session: &session, checkpoints: checkpoints)
            }
            try await store(&order, checkpoints: checkpoints)
            // If this is called off, the sinks complete what they wrote again after the run is resumed.
            control.enter(.settled)
            order.book.showFinishing(queues.map { plan.nodes[$0.node].name })
            try await order.context.monitor.during(.finishing) {
                let deliveries = try await order.finishSinks(control)
                try output.collect(deliveries, of: queues, book: &order.book)
            }
            control.enter(.working)
        }
    }

    /// Waits until the time is over in which a stopped run may deliver what it has read to the sinks.
    private func drainLimit() async {
        await control.stopped()
        if !Task.isCancelled { try? await plan.time.sleep(until: plan.time.now + plan.settings.stopWithin) }
    }

    /// Stores a checkpoint, and waits until it is stored.
    private func store(_ order: inout OrderedRun, checkpoints: Checkpoints) async throws {
        guard journal != nil, plan.settings.checkpointEvery != .never else { return try await order.settle() }
        let snapshot = try await order.snapshot()
        try await order.context.monitor.during(.storing) {
            try await checkpoints.send(.save(snapshot))
            try await checkpoints.drained()
        }
    }

    /// Drains the memories that have received all their records, page by page.
    private func drain(
        _ order: inout OrderedRun,
        session: inout ReadingSession,
        checkpoints: Checkpoints
    ) async throws {
        while try await order.drainPage() {
            switch session.handle(.drained, under: conditions(checkpoints, orCancelled: true)) {
            case .close:
                defer { control.enter(.settled) }
                try await store(&order, checkpoints: checkpoints)
                throw Stopped()
            case .next(.save):
                try await checkpoints.send(.save(try await order.snapshot()))
                _ = session.handle(.saved, under: conditions(checkpoints))
            case .next:
                continue
            }
        }
    }

    // MARK: Reading

    /// Reads a source from its present position to its end.
    private func read(
        _ index: Int,
        order: inout OrderedRun,
        session: inout ReadingSession,
        checkpoints: Checkpoints
    ) async throws {
        guard !order.sources.isAtEnd(index) else { return }
        guard !order.isUnneeded(index) else { return order.sources.cut(index) }
        if case .close = session.handle(.begun, under: conditions(checkpoints, orCancelled: true)) {
            try await store(&order, checkpoints: checkpoints)
            throw Stopped()
        }
        guard let plain = order.reading(of: index, workers: workers) else { return }
        // A source may ask a server what identifies its pages. A stopped run does not read any.
        let reading = (try? await control.unlessStopped { await plain.identifyingPages() }) ?? plain
        let window = reading.window
        let monitor = order.context.monitor
        monitor.note(readingOf: index) { window.position(read: 0).earliest }
        defer { monitor.note(readingOf: index, cursor: nil) }
        monitor.reads(index, limit: window.width, inFlight: { window.inFlight }, slots: { window.slots })
        defer { monitor.readsNothing() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await cancelling(when: { await control.stopped() }, body: reading.run) }
            group.addTask {
                await control.stopped()
                if control.isStopped { window.stop() }
            }
            defer { group.cancelAll() }
            let (ending, failure) = await drive(
                &session,
                through: reading,
                order: &order,
                checkpoints: checkpoints
            )
            guard ending != .complete else { return }
            order.sources.move(index, to: reading)
            window.close()
            group.cancelAll()
            if case .failed(let storesFirst) = ending {
                // If the pages before the failure cannot be stored, that matters less than the failure.
                if storesFirst { try? await store(&order, checkpoints: checkpoints) }
                throw failure
            }
            // Now, because a source that ignores its cancellation keeps the group from ending.
            defer { control.enter(.settled) }
            try await store(&order, checkpoints: checkpoints)
            throw Stopped()
        }
    }

    /// Performs the steps of a session until it closes.
    ///
    /// - Returns: How reading ended, and the last error.
    private func drive(
        _ session: inout ReadingSession,
        through reading: SourceReading,
        order: inout OrderedRun,
        checkpoints: Checkpoints
    ) async -> (ReadingSession.Ending, any Error) {
        var step = ReadingSession.Step.takePage
        var failure: any Error = Stopped()
        while true {
            let event: ReadingSession.Event
            do {
                event = try await perform(step, of: reading, order: &order, checkpoints: checkpoints)
            } catch let unread as UnreadPage {
                failure = unread.cause
                event = .unreadable(ReadingSession.Failure(unread.cause))
            } catch {
                failure = error
                event = .failed(ReadingSession.Failure(error))
            }
            switch session.handle(event, under: conditions(checkpoints)) {
            case .next(let next): step = next
            case .close(let ending): return (ending, failure)
            }
        }
    }

    /// Performs one step.
    ///
    /// - Throws: `UnreadPage`; why a page could not pass or a checkpoint could not be handed over.
    private func perform(
        _ step: ReadingSession.Step,
        of reading: SourceReading,
        order: inout OrderedRun,
        checkpoints: Checkpoints
    ) async throws -> ReadingSession.Event {
        let index = reading.node
        switch step {
        case .takePage:
            let window = reading.window
            guard let arrival = await order.context.monitor.during(.reading(index), body: window.next) else {
                order.sources.move(index, to: reading)
                return .ended(isComplete: order.sources.isAtEnd(index))
            }
            let work: PageWork
            do {
                work = try arrival.result.get()
            } catch {
                throw UnreadPage(cause: error)
            }
            try await order.consume(work, of: index)
            window.release(arrival.number)
            guard order.isUnneeded(index) else { return .passed }
            order.sources.move(index, to: reading)
            order.sources.cut(index)
            window.close()
            return .ended(isComplete: true)
        case .save:
            order.sources.move(index, to: reading)
            try await checkpoints.send(.save(try await order.snapshot()))
            return .saved
        case .look:
            try await checkpoints.send(.look(try order.queues.flatMap { try $0.parts() }))
            return .looked
        }
    }

    /// The conditions that the session has to know.
    ///
    /// - Parameters:
    ///   - checkpoints: The queue to the writer of checkpoints.
    ///   - orCancelled: Whether a cancelled task counts as a stopped run.
    /// - Returns: The present conditions.
    private func conditions(_ checkpoints: Checkpoints, orCancelled: Bool = false) -> ReadingSession.Conditions {
        ReadingSession.Conditions(
            isStopped: control.isStopped || (orCancelled && Task.isCancelled),
            canStore: journal != nil && checkpoints.isIdle,
            now: plan.time.now
        )
    }

    private var workers: Int { plan.settings.workers ?? Processors.count + 1 }
}

/// A page could not be read; all pages before it have passed.
private struct UnreadPage: Error { let cause: any Error }

extension ReadingSession.Failure {
    fileprivate init(_ error: any Error) {
        self =
            switch error {
            case is CancellationError, is Stopped: .cancelled
            case StageFailure.sourceChanged: .sourceChanged
            default: .other
            }
    }
}

/// Performs an operation, and cancels it if another one ends first.
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
