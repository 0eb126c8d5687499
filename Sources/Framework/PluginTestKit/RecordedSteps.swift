package import PluginKit

/// Records every durable step, and performs an action at it.
package final class RecordedSteps: FaultPoint {
    private let seen = Locked<[DurableStep]>([])
    private let act: @Sendable (DurableStep) throws -> Void
    private let share: @Sendable (Range<Int>) -> Int

    package init(
        share: @escaping @Sendable (Range<Int>) -> Int = { $0.count },
        act: @escaping @Sendable (DurableStep) throws -> Void = { _ in }
    ) {
        self.act = act
        self.share = share
    }

    package var steps: [DurableStep] { seen.withLock { $0 } }

    /// The steps, without the temporary folder of the test.
    package func words(in folder: String) -> [String] { steps.map { $0.description.replacing(folder, with: "@") } }

    package func reach(_ step: DurableStep) throws {
        seen.withLock { $0.append(step) }
        try act(step)
    }

    package func allowance(for step: DurableStep, writing range: Range<Int>) -> Int { share(range) }
}
