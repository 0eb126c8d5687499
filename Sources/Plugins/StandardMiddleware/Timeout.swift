package import PluginKit
internal import Synchronization

/// Cancels a call that takes too long.
package struct Timeout: Middleware {
    package static let name = "timeout"
    package static let summary = "Cancels a call that takes too long."
    package static let details = """
        The call is cancelled and fails with a transient failure, so that `retry` outside of it repeats it. A stage \
        that does not react to cancellation is abandoned. There are two exceptions that are waited for until they end: \
        a write, since two writes to one sink must not overlap, and a call that computes without ever suspending. Both \
        still fail.

        The timeout covers what is inside of the layer. Outside of `retry` it would limit all attempts and the pauses \
        between them together; use `batch_time_limit` under [run] for that. Inside of `pool` and `rate-limit` it does \
        not count the time that a call waits there.
        """
    package static let example: String? = """
        [middleware.soon]
        use = "timeout"
        limit = "20s"
        """
    package static let wraps = Set(CallKind.allCases)
    package static let order: LayerOrder? = .limit

    package struct Options: OptionGroup {
        @Option("The timeout for a call.", in: .milliseconds(1) ... .seconds(31 * 86_400))
        package var limit: Duration

        @Option(
            """
            The kinds of call with a timeout. Default: the HTTP requests of a stage if it makes any; otherwise all.
            """
        )
        package var calls: [CallKind]?

        package init() {}
    }

    package let calls: Set<CallKind>
    private let limit: TimeLimit
    private let counts = Counts()

    private final class Counts: Sendable {
        let calls = Atomic(0)
        let givenUp = Atomic(0)
    }

    package init(_ options: Options, in context: StageContext) {
        calls = context.kinds(options.calls)
        limit = TimeLimit(options.limit, time: context.time)
    }

    package var measurements: [Measurement] {
        [
            Measurement("calls", value: Double(counts.calls.load(ordering: .relaxed)), metric: .timeoutCalls),
            Measurement("given up", value: Double(counts.givenUp.load(ordering: .relaxed)), metric: .timeoutGivenUp),
        ]
    }

    package func finish() async { limit.finish() }

    package func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        guard calls.contains(call.kind) else { return try await next(call) }
        counts.calls.add(1, ordering: .relaxed)
        do {
            // Two attempts at a write must not overlap, nor two calls that change the same state.
            return try await limit.within(waits: call.kind == .write || !call.isRepeatable) { try await next(call) }
        } catch is TimeLimit.Exceeded {
            counts.givenUp.add(1, ordering: .relaxed)
            throw StageFailure.transient(
                Diagnostic(
                    "timeout.limit",
                    message: "a call has taken longer than \(limit.limit.words)",
                    hint: call.kind == .batch
                        ? "raise 'limit' of the layer; 'retry' repeats batches if its 'calls' names them"
                        : "raise 'limit' of the layer, or put 'retry' outside of it"
                )
            )
        }
    }
}
