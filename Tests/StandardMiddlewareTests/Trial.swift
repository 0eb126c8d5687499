import Diagnostics
import PluginKit
import PluginTestKit
import Synchronization

/// Chance that always draws the same.
struct Constant: RandomSource {
    let value: Double
    func next() -> Double { value }
}

/// What a stage does in these tests, attempt by attempt; the last one again and again.
final class Script: Sendable {
    enum Step: Sendable {
        case answer(Int)
        case busy(retryAfter: Duration? = nil)
        case refuse
        case fail
        case cancel
    }

    private let steps: [Step]
    private let made = Atomic(0)

    init(_ steps: Step...) { self.steps = steps }

    /// How often it was called.
    var attempts: Int { made.load(ordering: .relaxed) }

    func next() throws -> Int {
        let number = made.add(1, ordering: .relaxed).oldValue
        switch steps[min(number, steps.count - 1)] {
        case .answer(let answer): return answer
        case .busy(let retryAfter):
            throw StageFailure.transient(Diagnostic("test.busy", message: "the server is busy"), retryAfter: retryAfter)
        case .refuse: throw StageFailure.badBatch(Diagnostic("test.refused", message: "no"))
        case .fail: throw Diagnostic("test.broken", message: "it is broken")
        case .cancel: throw CancellationError()
        }
    }
}

extension Middleware {
    /// Makes a call of a kind through the layer, as a stage does.
    func call<Output: Sendable>(
        _ kind: CallKind = .page,
        _ operation: @escaping @Sendable () async throws -> Output
    ) async throws -> Output {
        let call = Call<Int, Output>(kind, stage: "bench", input: 0)
        return try await MiddlewareStack([self]).run(call) { _ in try await operation() }
    }

    /// How long calls have waited in the layer, by the reasons that it gives, in seconds.
    var delaySeconds: [String: Double] {
        Dictionary(uniqueKeysWithValues: delays.map { ($0.cause, $0.length / .seconds(1)) })
    }

    /// A figure by its name.
    func figure(_ name: String) -> Double? { measurements.first { $0.name == name }?.number }
}

extension Duration {
    /// In whole milliseconds.
    var milliseconds: Int { Int(components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000) }
}
