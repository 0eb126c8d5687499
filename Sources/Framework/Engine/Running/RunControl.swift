internal import Synchronization

/// Lets somebody outside stop a run between two batches.
public final class RunControl: Sendable {
    private let isStoppedFlag = Atomic<Bool>(false)

    /// A run that nobody has stopped yet.
    public init() {}

    /// Asks the run to stop.
    ///
    /// It throws away what it wrote and publishes nothing.
    public func stop() { isStoppedFlag.store(true, ordering: .relaxed) }

    /// Whether somebody asked.
    public var isStopped: Bool { isStoppedFlag.load(ordering: .relaxed) }
}
