package import PluginKit

/// Gives up a call that takes too long.
package struct Timeout: Middleware {
    package static let name = "timeout"
    package static let summary = "Gives up a call that takes too long."
    package static let details = """
        The call is cancelled, and fails as something that may pass, so that `retry` outside of it makes it again. A call \
        ends when the stage notices that it is cancelled; one that never looks is waited for, and fails all the same.

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

        package init() {}
    }

    private let limit: Duration
    private let time: any TimeSource
    private let counts = Guarded(Counts())

    private struct Counts {
        var calls = 0
        var givenUp = 0
    }

    package init(_ options: Options, in context: StageContext) {
        limit = options.limit
        time = context.time
    }

    package var figures: [Figure] {
        let counts = counts.withLock { $0 }
        return [Figure("calls", Double(counts.calls)), Figure("given up", Double(counts.givenUp))]
    }

    package func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        counts.withLock { $0.calls += 1 }
        let deadline = time.now + limit
        let output: Output? = try await withThrowingTaskGroup(of: Output?.self) { [time] group in
            group.addTask { try await next(call) }
            group.addTask {
                try await time.sleep(until: deadline)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        if let output { return output }
        counts.withLock { $0.givenUp += 1 }
        throw StageFailure.transient(
            Diagnostic(
                "timeout.limit",
                "a call has taken longer than \(limit.words)",
                hint: "raise 'limit' of the layer, or put 'retry' outside of it"
            )
        )
    }
}
