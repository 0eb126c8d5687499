internal import Glibc
internal import PluginKit

/// Runs the jobs of tasks one at a time, in an order that depends on a seed.
///
/// Whenever a job ends, the next one is drawn from those that wait. This way every interleaving of tasks at their
/// suspension points can be produced and reproduced:
///
///     await withTaskExecutorPreference(SeededExecutor(seed: 7)) { … }
///
/// The same seed gives the same order as long as nothing from outside wakes the tasks: no real sleep, no other thread,
/// no actor with an executor of its own. An actor without one runs here.
public final class SeededExecutor: TaskExecutor {
    private let queue: SeededQueue

    /// Creates an executor with a thread of its own, which ends with the executor.
    ///
    /// - Parameter seed: The seed of the order.
    public init(seed: UInt64) {
        queue = SeededQueue(seed: seed)
        queue.startThread()
    }

    deinit { queue.wake() }

    /// Adds a job; the runtime calls it.
    public func enqueue(_ job: consuming ExecutorJob) { queue.add(UnownedJob(job), of: self) }
}

/// The jobs that wait, and the thread that runs them.
private final class SeededQueue: Sendable {
    private struct Waiting {
        var jobs: [(job: UnownedJob, executor: SeededExecutor)] = []
        var numbers: SeededNumbers
    }

    private let waiting: Locked<Waiting>
    /// A pipe with a byte for each waiting job: the thread sleeps while it reads from it.
    private let (reading, writing): (Int32, Int32)

    init(seed: UInt64) {
        waiting = Locked(Waiting(numbers: SeededNumbers(seed: seed)))
        var ends: [Int32] = [0, 0]
        precondition(pipe(&ends) == 0, "the test has too many open files to create a pipe")
        (reading, writing) = (ends[0], ends[1])
    }

    deinit {
        close(reading)
        close(writing)
    }

    func startThread() {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        let result = pthread_create(&thread, nil, { SeededQueue.run($0) }, context)
        precondition(result == 0, "the test has too many threads to start another")
        pthread_detach(thread)
    }

    func add(_ job: UnownedJob, of executor: SeededExecutor) {
        waiting.withLock { $0.jobs.append((job, executor)) }
        wake()
    }

    /// Wakes the thread, which looks for a job; without one, it ends.
    func wake() {
        var byte: UInt8 = 0
        while write(writing, &byte, 1) < 0, errno == EINTR {}
    }

    private static func run(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let context else { return nil }
        let queue = Unmanaged<SeededQueue>.fromOpaque(context).takeRetainedValue()
        while let next = queue.next() {
            next.job.runSynchronously(on: next.executor.asUnownedTaskExecutor())
        }
        return nil
    }

    /// Waits for a job; nil when the executor has been released, which each waiting job retains.
    private func next() -> (job: UnownedJob, executor: SeededExecutor)? {
        var byte: UInt8 = 0
        while read(reading, &byte, 1) < 0, errno == EINTR {}
        return waiting.withLock { waiting in
            guard !waiting.jobs.isEmpty else { return nil }
            return waiting.jobs.remove(at: waiting.numbers.next(below: waiting.jobs.count))
        }
    }
}
