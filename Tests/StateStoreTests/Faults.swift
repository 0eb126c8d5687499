import PluginKit

/// Somebody pulled the plug.
struct PowerCut: Error {}

/// Writes down every durable step, and stops at one.
final class Faults: FaultPoint {
    private let seen = Locked<[DurableStep]>([])
    private let stop: DurableStep?
    private let act: @Sendable (DurableStep) throws -> Void

    /// - Parameters:
    ///   - stop: The step to stop at.
    ///   - act: Called at every step.
    init(stopAt stop: DurableStep? = nil, act: @escaping @Sendable (DurableStep) throws -> Void = { _ in }) {
        self.stop = stop
        self.act = act
    }

    var steps: [DurableStep] { seen.withLock { $0 } }

    func reach(_ step: DurableStep) throws {
        seen.withLock { $0.append(step) }
        try act(step)
        if step == stop { throw PowerCut() }
    }
}
