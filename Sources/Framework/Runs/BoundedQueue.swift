internal import PluginKit

/// A bounded queue with one worker: the sender waits while it is full.
///
/// One task sends items and waits for the worker; another task is the worker.
final class BoundedQueue<Item: Sendable>: Sendable {
    private let capacity: Int
    private let state = Locked(State())

    private struct State {
        var waiting: [Item] = []
        var isWorking = false
        var isFinished = false
        var failure: (any Error)?
        /// The worker, while there is nothing to do.
        var worker: CheckedContinuation<Item?, Never>?
        /// The sender, while it waits for room or for all work to be done.
        var sender: CheckedContinuation<Void, Never>?
    }

    /// A queue that holds up to `capacity` items, in addition to the one being processed.
    init(capacity: Int) { self.capacity = capacity }

    /// Whether the queue is empty and no item is being processed.
    var isIdle: Bool { state.withLock { $0.waiting.isEmpty && !$0.isWorking } }

    /// How many items wait, without the one being processed.
    var waiting: Int { state.withLock { $0.waiting.count } }

    /// The sum of a measure of the waiting items.
    func sum(_ measure: (Item) -> Int) -> Int { state.withLock { $0.waiting.reduce(0) { $0 + measure($1) } } }

    /// Adds an item as soon as there is room.
    ///
    /// - Throws: why the worker has stopped.
    func send(_ item: Item) async throws {
        try await wait { $0.waiting.count < self.capacity }
        let worker = try state.withLock { state in
            if let failure = state.failure { throw failure }
            let worker = state.worker.take()
            if worker == nil { state.waiting.append(item) } else { state.isWorking = true }
            return worker
        }
        worker?.resume(returning: item)
    }

    /// Waits until all items have been processed.
    ///
    /// - Throws: why the worker has stopped.
    func drained() async throws { try await wait { $0.waiting.isEmpty && !$0.isWorking } }

    /// Ends the queue: no further items will be added.
    func finish() {
        let worker = state.withLock { state in
            state.isFinished = true
            return state.worker.take()
        }
        worker?.resume(returning: nil)
    }

    /// Processes the items one by one, until the queue is finished or the work fails.
    func run(_ work: (consuming Item) async throws -> Void) async {
        await withTaskCancellationHandler {
            while let item = await next() {
                do {
                    try await work(item)
                    done()
                } catch {
                    fail(error)
                }
            }
        } onCancel: {
            fail(CancellationError())
        }
    }

    private func next() async -> Item? {
        await withCheckedContinuation { continuation in
            let (item, isOver) = state.withLock { state -> (Item?, Bool) in
                if state.failure != nil { return (nil, true) }
                if !state.waiting.isEmpty {
                    state.isWorking = true
                    return (state.waiting.removeFirst(), false)
                }
                if state.isFinished { return (nil, true) }
                state.worker = continuation
                return (nil, false)
            }
            if item != nil || isOver { continuation.resume(returning: item) }
            wakeSender()
        }
    }

    private func done() {
        state.withLock { $0.isWorking = false }
        wakeSender()
    }

    private func fail(_ error: any Error) {
        let worker = state.withLock { state in
            if state.failure == nil { state.failure = error }
            state.isWorking = false
            state.waiting = []
            return state.worker.take()
        }
        worker?.resume(returning: nil)
        wakeSender()
    }

    private func wakeSender() {
        state.withLock { $0.sender.take() }?.resume()
    }

    /// Waits until a condition holds or the worker has stopped.
    private func wait(_ holds: @escaping @Sendable (borrowing State) -> Bool) async throws {
        while true {
            let isReady = try state.withLock { state in
                if let failure = state.failure { throw failure }
                return holds(state)
            }
            if isReady { return }
            await withCheckedContinuation { continuation in
                let isLate = state.withLock { state in
                    if state.failure != nil || holds(state) { return true }
                    state.sender = continuation
                    return false
                }
                if isLate { continuation.resume() }
            }
        }
    }
}
