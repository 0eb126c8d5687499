public import PluginKit

/// Counts the calls that take long.
public struct SlowCalls: Middleware {
    public static let name = "slow-calls"
    public static let summary = "Counts the calls that take longer than a limit."
    public static let wraps = Set(CallKind.allCases)

    public struct Options: OptionGroup {
        @Option("How long a call takes that does not count.", in: .zero ... .seconds(3600))
        public var limit = Duration.seconds(10)

        public init() {}
    }

    private let limit: Duration
    private let time: any TimeSource
    private let count = Locked(0)

    public init(_ options: Options, in context: StageContext) {
        limit = options.limit
        time = context.time
    }

    public var measurements: [Measurement] { [Measurement("slow calls", value: Double(count.withLock { $0 }))] }

    public func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        let start = time.now
        defer { if time.now - start > limit { count.withLock { $0 += 1 } } }
        return try await next(call)
    }
}
