package import Diagnostics
internal import Dispatch
internal import Platform

extension CPUProfiler {
    /// Records for a while; the waiting task occupies no thread.
    ///
    /// - Parameters:
    ///   - duration: How long.
    ///   - hertz: The samples of each second of processor time, within `frequencies`.
    ///   - isWanted: Whether the profile is still wanted; asked four times a second, from a thread of its own.
    /// - Returns: The profile; nil if it was no longer wanted or the task was cancelled.
    /// - Throws: As `start(hertz:)`.
    package static func record(
        for duration: Duration,
        hertz: Int = 100,
        whileTrue isWanted: @escaping @Sendable () -> Bool = { true }
    ) async throws(Diagnostic) -> Profile? {
        let profiler = try await queue.result { () throws(Diagnostic) in try start(hertz: hertz) }
        let waiter = Waiter<Profile?, Never>()
        let isCancelled = Locked(false)
        finishLater(profiler, at: ContinuousClock.now + duration, waiter: waiter) {
            isWanted() && !isCancelled.withLock { $0 }
        }
        return await waiter.value { _ in isCancelled.withLock { $0 = true } }
    }

    private static func finishLater(
        _ profiler: CPUProfiler,
        at end: ContinuousClock.Instant,
        waiter: Waiter<Profile?, Never>,
        isWanted: @escaping @Sendable () -> Bool
    ) {
        let pause = max(.zero, min(.milliseconds(250), ContinuousClock.now.duration(to: end)))
        queue.asyncAfter(deadline: .now() + .nanoseconds(Int(clamping: pause.nanoseconds))) {
            guard isWanted() else {
                profiler.finish()
                waiter.resume(returning: nil)
                return
            }
            guard ContinuousClock.now < end else {
                waiter.resume(returning: profiler.stop())
                return
            }
            finishLater(profiler, at: end, waiter: waiter, isWanted: isWanted)
        }
    }
}
