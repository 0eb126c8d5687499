/// Where a task begins that is to run on the thread that makes it, as far as it comes without waiting.
///
///     Task { @AtOnce in await work() }        work() is `@concurrent`
///
/// A task of `Task.immediate` begins so, too, but the runtime lets it call no actor without going through the pool of
/// threads: waking one of them takes ten microseconds and more, even if nobody else wants the actor. It takes a lock with
/// each hop besides.
///
/// Nothing is isolated here. Jobs run at once, on the stack of whoever hands them in, and side by side; so a task leaves
/// with the first thing that it does, which is to be concurrent, and is resumed like any other from then on.
@globalActor
@usableFromInline
actor AtOnce: SerialExecutor {
    @usableFromInline static let shared = AtOnce()

    @usableFromInline nonisolated var unownedExecutor: UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    /// Runs a job; the runtime calls it.
    @usableFromInline
    nonisolated func enqueue(_ job: consuming ExecutorJob) {
        // The executor of code that is isolated to nothing, which has no public name; the runtime writes it as zeros. Only
        // what runs on it may take its thread along to an actor.
        job.runSynchronously(on: unsafeBitCast((0, 0), to: UnownedSerialExecutor.self))
    }
}
