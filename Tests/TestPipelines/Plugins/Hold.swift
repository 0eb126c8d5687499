package import PluginKit

/// Has the calls of one stage wait, and tells of it as of something that all stages share.
package struct Hold: Middleware {
    package static let name = "hold"
    package static let summary = "Has calls wait."
    package static let wraps: Set<CallKind> = [.page, .write]

    package struct Options: OptionGroup {
        @Option("The stage whose calls wait.") var stage: String
        @Option("How long each waits.") var takes = Duration.seconds(1)
        package init() {}
    }

    private final class Sum: Sendable {
        let calls = Locked(0)
        init() {}
    }

    private let options: Options
    private let sum: Sum
    private let stage: String
    private let time: any TimeSource

    package init(_ options: Options, in context: StageContext) {
        self.options = options
        stage = context.stage
        time = context.time
        sum = context.shared.object("hold \(context.layer)") { Sum() }
    }

    package var delays: [Delay] {
        let waited = options.takes * sum.calls.withLock { $0 }
        return [Delay("hold", subject: "the hold", stage: stage, length: waited, isShared: true)]
    }

    package func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        guard call.stage == options.stage else { return try await next(call) }
        try await time.sleep(until: time.now + options.takes)
        sum.calls.withLock { $0 += 1 }
        return try await next(call)
    }
}
