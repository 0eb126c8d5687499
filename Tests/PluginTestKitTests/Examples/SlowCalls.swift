package import PluginKit

/// Counts the calls that take long.
package struct SlowCalls: Middleware {
    package static let name = "slow-calls"
    package static let summary = "Counts the calls that take longer than a limit."
    package static let wraps = Set(CallKind.allCases)

    package struct Options: OptionGroup {
        @Option("How long a call takes that does not count.", in: .zero ... .seconds(3600))
        package var limit = Duration.seconds(10)

        package init() {}
    }

    private let limit: Duration
    private let time: any TimeSource
    private let count = Locked(0)

    package init(_ options: Options, in context: StageContext) {
        limit = options.limit
        time = context.time
    }

    package var figures: [Figure] { [Figure("slow calls", value: Double(count.withLock { $0 }))] }

    package func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        let start = time.now
        defer { if time.now - start > limit { count.withLock { $0 += 1 } } }
        return try await next(call)
    }
}
