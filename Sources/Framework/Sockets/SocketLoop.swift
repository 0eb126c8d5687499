internal import Glibc
internal import Platform

/// A thread that runs tasks and waits for their sockets and timers.
///
/// Tasks that prefer it (`Task(executorPreference:)`) take turns on its thread. So a server needs no thread per
/// connection, and does not wait for a turn among the tasks of a busy program. A task that blocks delays all others on
/// the thread.
///
///     enqueue ──→ jobs ──→ run one after the other ──→ poll(sockets, wakeup, nearest deadline) ──┐
///                   ↑                                                                          │
///                   └──────────── continuations of those that are ready or due ←───────────────┘
///
/// It is also the clock of its tasks: sleeping on it needs no other thread.
package final class SocketLoop: TaskExecutor, TimeSource {
    /// What a task waits for at a socket.
    package enum Interest: Sendable, Hashable {
        /// Something to read, the end of the stream, or a connection to accept.
        case reading
        /// Room to write.
        case writing
        /// The end: the peer sends nothing more, or the connection is broken.
        case ending
        /// No event of the socket: only `interrupt` ends the wait.
        case nothing
    }

    private struct Wait {
        let socket: Descriptor?
        let events: Int16
        let deadline: Duration?
        let waiter = Waiter<Void, Never>()
    }

    private struct State {
        var jobs: [UnownedJob] = []
        var waits: [ObjectIdentifier: Wait] = [:]
        /// Whether the thread is in `poll`, or about to be, and must be woken after a change.
        var isPolling = false
        var isEnded = false
    }

    private let state = Locked(State())
    private let wakeup: Wakeup

    /// Starts the thread.
    ///
    /// - Throws: `.system` if there are too many threads or open files.
    package init() throws(SocketFailure) {
        wakeup = try Wakeup()
        try OwnThread.start { self.run() }
    }

    /// Ends the thread once the jobs at hand have run.
    ///
    /// No task may prefer this loop afterwards.
    package func end() { change { $0.isEnded = true } }

    // MARK: Tasks

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        change { $0.jobs.append(job) }
    }

    /// Waits until an operation is possible at a socket, `interrupt` is called, or the task is cancelled.
    ///
    /// - Parameters:
    ///   - connection: The socket.
    ///   - interest: What to wait for.
    ///   - isVain: Whether the wait is unnecessary. It is checked so that an interruption after a change of its result
    ///     is never missed.
    package func wait(
        for connection: Connection,
        interest: Interest,
        unless isVain: () -> Bool = { false }
    ) async {
        await wait(at: connection.descriptor, interest: interest, until: nil, unless: isVain)
    }

    /// Waits until there is a connection to accept, `interrupt` is called, or the task is cancelled; as for a
    /// connection.
    package func wait(for listener: Listener, interest: Interest, unless isVain: () -> Bool = { false }) async {
        await wait(at: listener.descriptor, interest: interest, until: nil, unless: isVain)
    }

    /// Ends the waits at a connection.
    package func interrupt(_ connection: Connection) { interrupt(connection.descriptor) }

    /// Ends the waits at a listener.
    package func interrupt(_ listener: Listener) { interrupt(listener.descriptor) }

    private func interrupt(_ socket: Descriptor) {
        let waiters = state.withLock { state in
            let ended = state.waits.filter { $0.value.socket === socket }.keys
            return ended.compactMap { state.waits.removeValue(forKey: $0)?.waiter }
        }
        for waiter in waiters { waiter.resume() }
    }

    /// The machine's time.
    package var now: Duration { SystemTime().now }

    /// Waits until the clock shows `deadline`.
    ///
    /// - Throws: `CancellationError` if the task is cancelled meanwhile.
    package func sleep(until deadline: Duration) async throws {
        while now < deadline {
            try Task.checkCancellation()
            await wait(at: nil, interest: .nothing, until: deadline) { false }
        }
        try Task.checkCancellation()
    }

    private func wait(
        at socket: Descriptor?,
        interest: Interest,
        until deadline: Duration?,
        unless isVain: () -> Bool
    ) async {
        let wait = Wait(socket: socket, events: interest.events, deadline: deadline)
        let isWaiting = change { state in
            // An interruption comes before, and is seen here, or after, and finds the waiter.
            guard !Task.isCancelled, !isVain() else { return false }
            state.waits[ObjectIdentifier(wait.waiter)] = wait
            return true
        }
        guard isWaiting else { return }
        await wait.waiter.value { waiter in
            state.withLock { _ = $0.waits.removeValue(forKey: ObjectIdentifier(waiter)) }
            waiter.resume()
        }
    }

    /// Changes the state and wakes the thread if necessary.
    @discardableResult
    private func change<Value: Sendable>(_ body: (inout State) -> Value) -> Value {
        let (value, mustWake) = state.withLock { state in
            let value = body(&state)
            defer { state.isPolling = false }
            return (value, state.isPolling)
        }
        if mustWake { wakeup.wake() }
        return value
    }

    // MARK: The thread

    private func run() {
        while true {
            let (jobs, isEnded) = state.withLock { state in
                defer { state.jobs = [] }
                return (state.jobs, state.isEnded)
            }
            for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
            if jobs.isEmpty, isEnded { return }
            poll()
        }
    }

    /// Waits for events, and resumes the tasks that waited for them.
    private func poll() {
        let (waits, isBusy) = state.withLock { state in
            let isBusy = !state.jobs.isEmpty || state.isEnded
            state.isPolling = !isBusy
            return (state.waits, isBusy)
        }
        let deadline = waits.values.compactMap(\.deadline).min()
        let polled = waits.filter { $0.value.socket != nil && $0.value.events != 0 }.map(\.key)
        let ready = Readiness.ready(
            polled.map { (waits[$0]?.socket?.number ?? -1, waits[$0]?.events ?? 0) },
            wakeup: wakeup,
            until: isBusy ? Deadline(in: .zero) : deadline.map { Deadline(in: $0 - self.now) } ?? .never
        )
        let present = now
        let due = waits.filter { $0.value.deadline.map { $0 <= present } ?? false }.keys
        let woken = state.withLock { state in
            state.isPolling = false
            return (ready.map { polled[$0] } + due).compactMap { state.waits.removeValue(forKey: $0)?.waiter }
        }
        for waiter in woken { waiter.resume() }
    }
}

extension SocketLoop.Interest {
    /// The events to pass to `poll`.
    fileprivate var events: Int16 {
        switch self {
        case .reading: Int16(POLLIN)
        case .writing: Int16(POLLOUT)
        // POLLRDHUP, which the Glibc module does not export.
        case .ending: 0x2000
        case .nothing: 0
        }
    }
}
