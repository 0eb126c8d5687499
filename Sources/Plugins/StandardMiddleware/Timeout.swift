package import PluginKit
internal import Synchronization

/// Gives up a call that takes too long.
package struct Timeout: Middleware {
    package static let name = "timeout"
    package static let summary = "Gives up a call that takes too long."
    package static let details = """
        The call is cancelled, and fails as something that may pass, so that `retry` outside of it makes it again. A stage \
        that does not notice is left behind with it. Only a write is waited for until it has ended, since two writes to one \
        sink must not overlap; and so is a call that computes without ever waiting for anything. Both fail all the same.

        It counts what lies inside of it. Outside of `retry` it would limit all attempts and the pauses between them \
        together; for that there is `batch_time_limit` under [run]. Inside of `pool` and `rate-limit` it does not count \
        the time that a call waits there.
        """
    package static let example: String? = """
        [middleware.soon]
        use = "timeout"
        limit = "20s"
        """
    package static let wraps = Set(CallKind.allCases)
    package static let order: LayerOrder? = .limit

    package struct Options: OptionGroup {
        @Option("How long a call may take.", in: .milliseconds(1) ... .seconds(31 * 86_400))
        package var limit: Duration

        @Option("The kinds of call that are limited. Default: the HTTP requests of a stage that makes such; else all.")
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

    package var figures: [Figure] {
        [
            Figure("calls", value: Double(counts.calls.load(ordering: .relaxed)), metric: .timeoutCalls),
            Figure("given up", value: Double(counts.givenUp.load(ordering: .relaxed)), metric: .timeoutGivenUp),
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
            // Two attempts at a write must not overlap, nor two calls with one memory.
            return try await limit.within(waits: call.kind == .write || !call.isRepeatable) { try await next(call) }
        } catch is TimeLimit.Exceeded {
            counts.givenUp.add(1, ordering: .relaxed)
            throw StageFailure.transient(
                Diagnostic(
                    "timeout.limit",
                    message: "a call has taken longer than \(limit.limit.words)",
                    hint: call.kind == .batch
                        ? "raise 'limit' of the layer; 'retry' makes batches again where its 'calls' names them"
                        : "raise 'limit' of the layer, or put 'retry' outside of it"
                )
            )
        }
    }
}
